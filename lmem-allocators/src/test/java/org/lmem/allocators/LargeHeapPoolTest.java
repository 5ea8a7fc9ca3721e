package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;

/// The pool for large heaps under the contract and the random model, and what it takes from the system.
final class LargeHeapPoolTest extends LuaAllocContract {
    private static final int SEGMENT = 2 << 20;

    @Override
    LuaAlloc create() {
        return new PoolAllocator(PoolAllocator.Options.LARGE_HEAP);
    }

    @Override
    long liveBytes(LuaAlloc created) {
        return ((PoolAllocator) created).liveBytes();
    }

    @Test
    void firstBlock_takesItsSegmentWhole() {
        try (PoolAllocator pool = new PoolAllocator(PoolAllocator.Options.LARGE_HEAP)) {
            pool.realloc(LuaAlloc.NULL, 0, 40);
            assertThat(pool.reservedBytes()).isEqualTo(SEGMENT + records(1));
            pool.realloc(LuaAlloc.NULL, 0, 64);
            assertThat(pool.reservedBytes()).isEqualTo(SEGMENT + records(1));
        }
    }

    @Test
    void blockOverSegments_takesEachOfThemWhole() {
        try (PoolAllocator pool = new PoolAllocator(PoolAllocator.Options.LARGE_HEAP)) {
            long block = pool.realloc(LuaAlloc.NULL, 0, SEGMENT + 1);
            assertThat(pool.reservedBytes()).isEqualTo(2 * SEGMENT + records(2));
            pool.realloc(block, SEGMENT + 1, 0);
            assertThat(pool.trim()).isEqualTo(2 * SEGMENT);
            assertThat(pool.reservedBytes()).isEqualTo(records(2));
        }
    }

    @Test
    void afterTrim_aBlockTakesItsSegmentWholeAgain() {
        try (PoolAllocator pool = new PoolAllocator(PoolAllocator.Options.LARGE_HEAP)) {
            pool.realloc(pool.realloc(LuaAlloc.NULL, 0, 40), 40, 0);
            pool.trim();
            pool.realloc(LuaAlloc.NULL, 0, 64);
            assertThat(pool.reservedBytes()).isEqualTo(SEGMENT + records(1));
        }
    }

    /// The records of eight pages for each segment fill no page of the system.
    private static long records(int segments) {
        assertThat(segments * 8 * PageRecord.BYTES).isLessThan(VirtualMemory.PAGE);
        return VirtualMemory.PAGE;
    }
}
