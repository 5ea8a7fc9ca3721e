package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Each growing request refused in turn")
class FailureSweepTest {
    /// Growing requests of `lua_newstate`.
    private static final int NEWSTATE_REQUESTS = 48;
    /// Requests refused in all, and in one program at most.
    private static final int REFUSALS = 700;
    private static final int LIMIT = 300;
    private static final int CALLS = 120;

    private final Heap heap = new Heap();

    @BeforeEach
    void requireLibrary() {
        assumeTrue(NativeLua.isAvailable(), "the real library is there for Linux on x86-64 only");
    }

    @AfterEach
    void closeHeap() {
        heap.close();
    }

    @Test
    @DisplayName("lua_newstate gives no state for its 48 requests, and all memory back")
    void newState_refused_givesAllBack() {
        Program empty = new Program(List.of(), List.of());
        for (int n = 1; n <= NEWSTATE_REQUESTS + 1; n++) {
            List<String> real = Execution.traceRefusing(empty, n, false, NativeMachine::newState, heap);
            assertThat(Execution.traceRefusing(empty, n, false, JavaMachine::newState, heap)).as("request " + n)
                    .isEqualTo(real).endsWith("= 0 0");
            assertThat(real.contains("V no state")).as("request " + n).isEqualTo(n <= NEWSTATE_REQUESTS);
        }
    }

    @Test
    @DisplayName("programs that use everything, the collector at work, fail like on Lua 5.1.5, go on, and leak nothing")
    void programs_refused_failAlike() {
        int failed = 0;
        for (int seed = 1; failed < REFUSALS; seed++)
            failed += sweep(ProgramGenerator.generate(seed, CALLS, true));
    }

    /// @return how many requests could be refused, up to a limit
    private int sweep(Program program) {
        int failed = 0;
        for (int n = NEWSTATE_REQUESTS + 1; failed < LIMIT; n++) {
            List<String> real = Execution.traceRefusing(program, n, true, NativeMachine::newState, heap);
            assertThat(Execution.traceRefusing(program, n, true, JavaMachine::newState, heap)).as("request " + n)
                    .isEqualTo(real).endsWith("= 0 0");
            if (real.stream().noneMatch(FailureSweepTest::isRefusal))
                break;
            failed++;
        }
        return failed;
    }

    /// Whether a line tells of a request that was refused though it was not out of all measure.
    private static boolean isRefusal(String line) {
        return line.startsWith("! ") && Long.compareUnsigned(
                Long.parseUnsignedLong(line.substring(line.lastIndexOf(' ') + 1)), RecordingAllocator.LARGEST) <= 0;
    }
}
