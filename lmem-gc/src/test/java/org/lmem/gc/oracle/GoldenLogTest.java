package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Golden logs of Lua 5.1.5")
class GoldenLogTest {
    private static final Heap HEAP = new Heap();

    @AfterAll
    static void closeHeap() {
        HEAP.close();
    }

    static List<GoldenScenario> scenarios() {
        return GoldenScenario.all();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    @DisplayName("the scenario is the log's: the real library repeats it line for line")
    void realLibrary_repeatsLog(GoldenScenario scenario) {
        assumeTrue(NativeLua.isAvailable(), "the real library is there for Linux on x86-64 only");
        assertSame(replay(scenario, NativeMachine::newState), log(scenario));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    @DisplayName("LuaState repeats the log line for line")
    void luaState_repeatsLog(GoldenScenario scenario) {
        assertSame(replay(scenario, JavaMachine::newState), log(scenario));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    @DisplayName("the heap is sound after every single step, and the log is the same")
    void luaState_isSoundAfterEveryStep(GoldenScenario scenario) {
        assertSame(replay(scenario, allocator -> JavaMachine.newCheckedState(allocator, false)), log(scenario));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    @DisplayName("a full collection at every safe point loses nothing that is needed")
    void luaState_survivesStress(GoldenScenario scenario) {
        assertThat(replay(scenario, allocator -> JavaMachine.newCheckedState(allocator, true))).last().asString()
                .isEqualTo(log(scenario).getLast());
    }

    private static List<String> replay(GoldenScenario scenario, Machine.Maker maker) {
        GoldenRun run = new GoldenRun(maker, HEAP);
        scenario.play(run);
        return run.lines();
    }

    private static List<String> log(GoldenScenario scenario) {
        String name = "golden/" + scenario.name() + ".txt";
        try (InputStream in = GoldenLogTest.class.getResourceAsStream("/org/lmem/gc/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.ISO_8859_1).lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Like an equality of lists, but the message shows the first difference only.
    private static void assertSame(List<String> actual, List<String> expected) {
        int i = 0;
        while (i < actual.size() && i < expected.size() && actual.get(i).equals(expected.get(i)))
            i++;
        assertThat(around(actual, i)).as("from line " + Math.max(1, i - 4)).isEqualTo(around(expected, i));
    }

    private static List<String> around(List<String> lines, int i) {
        return lines.subList(Math.max(0, Math.min(i - 5, lines.size())), Math.min(lines.size(), i + 5));
    }
}
