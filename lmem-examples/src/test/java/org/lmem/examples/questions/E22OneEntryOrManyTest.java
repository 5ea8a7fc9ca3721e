package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.questions.E22OneEntryOrMany.Outcome;
import org.lmem.examples.questions.E22OneEntryOrMany.Request;

@DisplayName("E22 One entry or many?")
class E22OneEntryOrManyTest {
    private static final int ALL = 10_064;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {22, 1, 2, 3, 4})
    @DisplayName("through one entry the count is exact after every request, whatever is refused")
    void single_isExact(long seed) {
        Outcome outcome = E22OneEntryOrMany.single(E22OneEntryOrMany.life(seed));
        assertThat(outcome.refused()).isPositive();
        assertThat(outcome).isEqualTo(new Outcome(ALL, outcome.refused(), ALL, 0, 0));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {22, 1, 2, 3, 4})
    @DisplayName("four parts that all count right are as exact")
    void allRight_isExact(long seed) {
        List<Request> life = E22OneEntryOrMany.life(seed);
        assertThat(E22OneEntryOrMany.scattered(life, 0)).isEqualTo(E22OneEntryOrMany.single(life));
    }

    @Nested
    @DisplayName("when some of the parts are wrong")
    class SomeWrong {
        private final List<Request> life = E22OneEntryOrMany.life(E22OneEntryOrMany.SEED);

        @Test
        @DisplayName("X31 the accuracy that is told is the measured one")
        void drift_isMeasured() {
            assertThat(E22OneEntryOrMany.scattered(life, 1)).isEqualTo(new Outcome(ALL, 385, 119, 670_863, 670_863));
            assertThat(E22OneEntryOrMany.scattered(life, 2)).isEqualTo(new Outcome(ALL, 385, 119, 918_358, 918_358));
            assertThat(E22OneEntryOrMany.scattered(life, 3)).isEqualTo(new Outcome(ALL, 385, 10, 935_371, 932_065));
        }

        @Test
        @DisplayName("a count that forgets shrinking never comes back to the truth")
        void drift_staysToTheEnd() {
            // 100 bytes in the slot of the last part, shrunk by 60, freed: 60 too many
            List<Request> shrink = List.of(new Request(3, 100), new Request(3, 40), new Request(3, 0));
            assertThat(E22OneEntryOrMany.scattered(shrink, 1)).isEqualTo(new Outcome(3, 0, 1, 60, 60));
        }

        @Test
        @DisplayName("a count taken before the answer keeps what was refused")
        void drift_ofTheRefused() {
            List<Request> refuse = List.of(new Request(2, 100), new Request(2, 4096), new Request(2, 0));
            assertThat(E22OneEntryOrMany.scattered(refuse, 2)).isEqualTo(new Outcome(3, 1, 1, 3996, 3996));
        }

        @Test
        @DisplayName("a count that forgets resizes is off by what they changed")
        void drift_ofTheResized() {
            List<Request> resize = List.of(new Request(1, 100), new Request(1, 300), new Request(1, 0));
            assertThat(E22OneEntryOrMany.scattered(resize, 3)).isEqualTo(new Outcome(3, 0, 1, 200, -200));
        }
    }

    @Nested
    @DisplayName("when a block does not pass the entry")
    class BesideTheEntry {
        @Test
        @DisplayName("X13 it is in no count but the allocator's")
        void block_isNotCounted() {
            StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
            try (LuaMemory memory = new LuaMemory(stats)) {
                long state = stats.realloc(LuaAlloc.NULL, 0, 256); // as lua_newstate obtains its first block
                assertThat(stats.snapshot().liveBytes()).isEqualTo(256);
                assertThat(memory.totalBytes()).isZero();
                stats.realloc(state, 256, 0);
            }
        }
    }
}
