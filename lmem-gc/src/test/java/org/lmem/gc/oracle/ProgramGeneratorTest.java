package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What random programs reach: a comparison is worth as much as the programs that are compared.
final class ProgramGeneratorTest {
    private static final int PROGRAMS = 300;
    private static final Map<String, Integer> EFFECTS = new HashMap<>(); // instruction → how often it did something
    private static final Map<String, Integer> STEPS = new HashMap<>(); // what a step of the collector returned → how often

    @BeforeAll
    static void run() {
        try (Heap heap = new Heap()) {
            for (int seed = 0; seed < PROGRAMS; seed++)
                count(Execution.trace(ProgramGenerator.generate(seed, 300, true), true, JavaMachine::newState, heap));
        }
    }

    private static void count(List<String> lines) {
        String op = "";
        String before = "";
        boolean changed = false;
        for (String line : lines) {
            if (line.startsWith("S ")) {
                if (!op.isEmpty())
                    EFFECTS.merge(name(op), 1, Integer::sum); // it has others inside
                op = line.substring(2);
                changed = false;
            } else if (line.startsWith("= ")) {
                if (changed || !line.equals(before))
                    EFFECTS.merge(name(op), 1, Integer::sum);
                before = line;
                op = "";
            } else {
                changed = true;
                if (op.startsWith("Control[what=STEP"))
                    STEPS.merge(line, 1, Integer::sum);
            }
        }
    }

    private static String name(String op) {
        return op.substring(0, op.indexOf('[') < 0 ? op.length() : op.indexOf('['));
    }

    private static Stream<Class<?>> instructions(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses())
                        .flatMap(ProgramGeneratorTest::instructions);
    }

    @Test
    void everyInstruction_doesSomethingManyTimes() {
        Set<String> all = instructions(Op.class).map(Class::getSimpleName).collect(Collectors.toSet());
        assertThat(all).hasSizeGreaterThan(50);
        Set<String> seldom = new HashSet<>(all);
        EFFECTS.forEach((op, times) -> {
            if (times >= 20)
                seldom.remove(op);
        });
        assertThat(seldom).isEmpty();
    }

    @Test
    void stepsOfTheCollector_endCyclesAndDoNot() {
        assertThat(STEPS.getOrDefault("V 1", 0)).isGreaterThan(100);
        assertThat(STEPS.getOrDefault("V 0", 0)).isGreaterThan(100);
    }

    @Test
    void sameSeed_givesTheSameProgram() {
        assertThat(ProgramGenerator.generate(7, 100, true)).isEqualTo(ProgramGenerator.generate(7, 100, true))
                .isNotEqualTo(ProgramGenerator.generate(8, 100, true));
    }
}
