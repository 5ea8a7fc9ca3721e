package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.RealProgram;
import org.lmem.examples.page.Refusals;
import org.lmem.examples.questions.E27HiddenSizes.Headers;
import org.lmem.examples.questions.E27HiddenSizes.Outcome;

@DisplayName("E27 What if nobody said the old size?")
class E27HiddenSizesTest {
    @ParameterizedTest(name = "{0} blocks of {1} bytes")
    @CsvSource({"1, 1", "1000, 16", "100, 4096"})
    @DisplayName("each block takes 16 bytes more where its size is hidden, and none where it is told")
    void header_isSixteenBytes(int blocks, long size) {
        assertThat(E27HiddenSizes.run(false, blocks, size))
                .isEqualTo(new Outcome(2L * blocks, blocks * size, blocks * size, 0));
        assertThat(E27HiddenSizes.run(true, blocks, size))
                .isEqualTo(new Outcome(2L * blocks, blocks * size, blocks * (size + 16), 0));
    }

    @Nested
    @DisplayName("when a real program runs on it")
    class RealLife {
        private final Trace trace = RealProgram.trace();

        @Test
        @DisplayName("its peak of 2120540 bytes grows by the headers of 5519 blocks")
        void peak_grows() {
            assertThat(E27HiddenSizes.replay(false, trace)).satisfies(told -> {
                assertThat(told.requests()).isEqualTo(624_892);
                assertThat(told.asked()).isEqualTo(2_120_540);
                assertThat(told.taken()).isEqualTo(2_120_540);
                assertThat(told.end()).isZero();
            });
            assertThat(E27HiddenSizes.replay(true, trace)).satisfies(hidden -> {
                assertThat(hidden.asked()).isEqualTo(2_120_540);
                assertThat(hidden.overhead()).isEqualTo(5519 * 16);
                assertThat(trace.ids()).isEqualTo(5520); // at another moment
                assertThat(hidden.end()).isZero();
            });
        }
    }

    @Nested
    @DisplayName("when its contract is put to the test")
    class Contract {
        private static final byte MARK = 99;
        private final StatsAllocator below = new StatsAllocator(Refusals.above(1000, SystemAlloc.INSTANCE));
        private final LuaAlloc headers = new Headers(below);

        @Test
        @DisplayName("contents and alignment survive a resize that is told a wrong old size")
        void resize_keepsContents() {
            long block = headers.realloc(LuaAlloc.NULL, 0, 100);
            RawMemory.putByte(block + 99, MARK);
            block = headers.realloc(block, 1, 500);
            assertThat(RawMemory.getByte(block + 99)).isEqualTo(MARK);
            assertThat(block % LuaAlloc.ALIGNMENT).isZero();
            assertThat(below.snapshot().liveBytes()).isEqualTo(516);
            assertThat(headers.realloc(block, 1, 0)).isEqualTo(LuaAlloc.NULL);
            assertThat(below.snapshot().liveBytes()).isZero();
        }

        @Test
        @DisplayName("a refused resize leaves the block, its size and its contents")
        void refusal_changesNothing() {
            long block = headers.realloc(LuaAlloc.NULL, 0, 100);
            RawMemory.putByte(block, MARK);
            assertThat(headers.realloc(block, 100, 1000)).isEqualTo(LuaAlloc.NULL);
            assertThat(RawMemory.getByte(block)).isEqualTo(MARK);
            assertThat(below.snapshot().liveBytes()).isEqualTo(116);
            headers.realloc(block, 100, 0);
            assertThat(below.snapshot().liveBytes()).isZero();
        }

        @Test
        @DisplayName("a size that leaves no room for a header is refused, and does not wrap")
        void hugeSize_isRefused() {
            assertThat(headers.realloc(LuaAlloc.NULL, 0, -1)).isEqualTo(LuaAlloc.NULL);
            assertThat(headers.realloc(LuaAlloc.NULL, 0, -16)).isEqualTo(LuaAlloc.NULL);
            assertThat(below.snapshot().requests()).isZero();
        }

        @Test
        @DisplayName("nothing to nothing stays a call that does nothing")
        void nothing_isPassedOn() {
            assertThat(headers.realloc(LuaAlloc.NULL, 0, 0)).isEqualTo(LuaAlloc.NULL);
            assertThat(below.snapshot().noops()).isEqualTo(1);
        }
    }
}
