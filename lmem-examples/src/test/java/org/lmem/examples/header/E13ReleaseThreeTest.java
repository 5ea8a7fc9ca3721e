package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaStatus;
import org.lmem.core.MemoryLeakException;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Objection;

@DisplayName("E13 A number, a hundred numbers, a buffer")
class E13ReleaseThreeTest {
    private static final long STATE = 3627; // bytes of a whole Lua state, under which the document's numbers stand

    private final StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);

    @Nested
    @DisplayName("when memory does not run out")
    class Granted {
        private final E13ReleaseThree.Outcome outcome = E13ReleaseThree.run(stats);

        @Test
        @DisplayName("the count goes up by 4, 400 and 1024, and down by the same")
        void totals_riseAndFall() {
            assertThat(outcome.totals()).containsExactly(4L, 404L, 1428L, 1424L, 1024L, 0L);
        }

        @Test
        @DisplayName("on top of a Lua state that is 3627, 5055 and 3627 bytes")
        void totals_onTopOfAState() {
            assertThat(STATE + outcome.totals().get(2)).isEqualTo(5055);
            assertThat(STATE + outcome.totals().getLast()).isEqualTo(3627);
        }

        @Test
        @DisplayName("the allocator is called six times")
        void calls_areSix() {
            assertThat(stats.snapshot()).isEqualTo(new StatsAllocator.Snapshot(0, 0, 1428, 3, 3, 0, 0, 0, 0, 0));
        }
    }

    @Nested
    @DisplayName("when the memory runs out")
    class Refused {
        @ParameterizedTest(name = "after {0} requests, {1} bytes are left behind")
        @DisplayName("X21 what was there already is left behind, for nobody owns it")
        @CsvSource({"1, 4", "2, 404"})
        void blocks_areLeftBehind(int granted, long left) {
            E13ReleaseThree.Interrupted interrupted = E13ReleaseThree.interrupt(stats, granted);
            assertThat(interrupted.attempt().status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(interrupted.left()).isEqualTo(left);
            assertThat(interrupted.atClose()).isEqualTo(new Objection(MemoryLeakException.class,
                    "memory was still in use at close: totalbytes=" + left + ", typed blocks released=" + granted
                            + ", bytes released=" + left + ", bytes lost=0"));
            assertThat(stats.snapshot().liveBytes()).isZero();
        }

        @ParameterizedTest(name = "after {0} requests: status {1}")
        @DisplayName("nothing is left of the first request, nor where there was enough")
        @CsvSource({"0, ERRMEM", "3, OK"})
        void nothing_isLeft(int granted, LuaStatus status) {
            assertThat(E13ReleaseThree.interrupt(stats, granted)).satisfies(interrupted -> {
                assertThat(interrupted.attempt().status()).isEqualTo(status);
                assertThat(interrupted.left()).isZero();
                assertThat(interrupted.atClose()).isNull();
            });
        }
    }
}
