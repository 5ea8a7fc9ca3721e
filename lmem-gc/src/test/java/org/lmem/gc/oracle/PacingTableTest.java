package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("4,000 turns of the garbage loop, by pause and step multiplier")
class PacingTableTest {
    @ParameterizedTest(name = "pause {0} %, stepmul {1} %: {2} cycles")
    @CsvSource({"100, 100, 32", "100, 200, 63", "100, 400, 115", "200, 100, 13", "200, 200, 18", "200, 400, 21",
            "400, 100, 6", "400, 200, 8", "400, 400, 8"})
    void garbageLoop_takesAsManyCyclesAsLua515(int pause, int stepmul, int cycles) {
        GoldenScenario scenario = PacingScenarios.pace(pause, stepmul);
        try (Heap heap = new Heap()) {
            List<String> ours = replay(scenario, JavaMachine::newState, heap);
            assertThat(ours).contains("V cycles " + cycles);
            if (NativeLua.isAvailable())
                assertThat(ours).isEqualTo(replay(scenario, NativeMachine::newState, heap));
        }
    }

    private static List<String> replay(GoldenScenario scenario, Machine.Maker maker, Heap heap) {
        GoldenRun run = new GoldenRun(maker, heap);
        scenario.play(run);
        return run.lines();
    }
}
