package org.lmem.examples.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.source.E20CostOfDoubling.Outcome;

@DisplayName("E20 What doubling costs")
class E20CostOfDoublingTest {
    @ParameterizedTest(name = "{0} elements need {1} growths, X28 not log2(n)")
    @CsvSource({"1, 1, 4", "4, 1, 4", "5, 2, 8", "100, 6, 128", "1000, 9, 1024", "1024, 9, 1024", "1025, 10, 2048",
            "10000, 13, 16384", "100000, 16, 131072", "1000000, 19, 1048576"})
    @DisplayName("growths follow max(1, ceil(log2 n) - 1), copies are four short of the capacity")
    void growths_areCounted(int n, int growths, int capacity) {
        Outcome outcome = E20CostOfDoubling.run(SystemAlloc.INSTANCE, n);
        assertThat(outcome.growths()).isEqualTo(growths);
        assertThat(E20CostOfDoubling.formula(n)).isEqualTo(growths);
        assertThat(outcome.capacity()).isEqualTo(capacity);
        assertThat(outcome.present()).isEqualTo(capacity - 4);
        assertThat(outcome.moved()).isBetween(0L, outcome.present());
    }

    @Test
    @DisplayName("the formula holds for every number up to 5000")
    void formula_holds() {
        for (int n = 1; n <= 5000; n++)
            assertThat(E20CostOfDoubling.formula(n)).as("n=%d", n)
                    .isEqualTo(E20CostOfDoubling.run(SystemAlloc.INSTANCE, n).growths());
    }

    @Test
    @DisplayName("X29 copies lie between n − 4 and 2n: 1020 for 1024 elements, 2044 for 1025")
    void copies_areBounded() {
        assertThat(E20CostOfDoubling.run(SystemAlloc.INSTANCE, 1024).present()).isEqualTo(1020);
        assertThat(E20CostOfDoubling.run(SystemAlloc.INSTANCE, 1025).present()).isEqualTo(2044);
        assertThat(E20CostOfDoubling.run(SystemAlloc.INSTANCE, 10_000).present()).isEqualTo(16_380);
    }

    @Test
    @DisplayName("X29 the room is 1.386 n on average, and half of it may be unused")
    void room_isMeasured() {
        E20CostOfDoubling.Room room = E20CostOfDoubling.room(1 << 15);
        assertThat(room.mean()).isCloseTo(2 * Math.log(2), within(1e-4));
        assertThat(room.ratioOfMeans()).isCloseTo(4.0 / 3, within(1e-4));
        assertThat(room.lowest()).isCloseTo(0.5, within(1e-4));
        assertThat(room.highest()).isEqualTo(1);
    }

    @Nested
    @DisplayName("when the allocator can extend a block in place")
    class InPlace {
        private static final long ROOM = 1 << 16;
        private long block;

        @BeforeEach
        void obtain() {
            block = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, ROOM);
        }

        @AfterEach
        void free() {
            SystemAlloc.INSTANCE.realloc(block, ROOM, 0);
        }

        @Test
        @DisplayName("X29 nothing is moved, in as many growths")
        void nothing_isMoved() {
            LuaAlloc extending = (b, osize, nsize) -> nsize == 0 ? LuaAlloc.NULL : block;
            assertThat(E20CostOfDoubling.run(extending, 10_000)).isEqualTo(new Outcome(13, 16_384, 16_380, 0));
        }
    }
}
