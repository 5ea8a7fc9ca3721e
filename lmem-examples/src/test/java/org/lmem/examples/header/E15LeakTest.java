package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaMemory;
import org.lmem.core.MemoryLeakException;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Objection;

@DisplayName("E15 Three blocks that nobody gives back")
class E15LeakTest {
    private static final long STATE = 3627; // bytes of a whole Lua state, under which the document's numbers stand

    private final StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
    private final E15Leak.Outcome outcome = E15Leak.run(stats);

    @Nested
    @DisplayName("after the three allocations")
    class Allocated {
        @Test
        @DisplayName("5040 bytes are in use, which makes 8667 in a Lua state")
        void total_isTheSum() {
            assertThat(outcome.totalBytes()).isEqualTo(1024 + 16 + 4000).isEqualTo(5040);
            assertThat(STATE + outcome.totalBytes()).isEqualTo(8667);
        }

        @Test
        @DisplayName("the allocator has been called three times and has three blocks out")
        void allocator_countsThree() {
            assertThat(outcome.before()).isEqualTo(new StatsAllocator.Snapshot(5040, 3, 5040, 3, 0, 0, 0, 0, 0, 0));
        }
    }

    @Nested
    @DisplayName("after the close")
    class Closed {
        @Test
        @DisplayName("the leak has been reported, in bytes released and bytes lost")
        void leak_isReported() {
            assertThat(outcome.atClose()).isEqualTo(new Objection(MemoryLeakException.class,
                    "memory was still in use at close: totalbytes=5040, typed blocks released=2, bytes released=4016, "
                            + "bytes lost=1024"));
        }

        @Test
        @DisplayName("the typed blocks have gone back, the address has not")
        void typedBlocks_haveGoneBack() {
            assertThat(outcome.after().liveBlocks()).isEqualTo(1);
            assertThat(outcome.after().liveBytes()).isEqualTo(1024);
        }

        @Test
        @DisplayName("the example itself leaves nothing behind")
        void example_cleansUp() {
            assertThat(stats.snapshot().liveBlocks()).isZero();
        }
    }

    @Test
    @DisplayName("X19 the memory manager keeps one number, the bytes in use now; the peak is the allocator's to keep")
    void total_isNoPeak() {
        StatsAllocator ofABuffer = new StatsAllocator(SystemAlloc.INSTANCE);
        try (LuaMemory memory = new LuaMemory(ofABuffer)) {
            memory.freeMem(memory.malloc(1024), 1024);
            assertThat(memory.totalBytes()).isZero();
        }
        assertThat(ofABuffer.snapshot().peakBytes()).isEqualTo(1024);
        assertThat(ofABuffer.snapshot().allocations()).isEqualTo(1);
    }
}
