package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

final class MemoryPoolTest {
    private final StatsAllocator elsewhere = new StatsAllocator(SystemAlloc.INSTANCE);
    private final MemoryPool pool = new MemoryPool(elsewhere, 4096);

    @AfterEach
    void close_givesEverythingBack() {
        pool.close();
        assertThat(elsewhere.liveBytes()).isZero();
    }

    private long block(long size) {
        return pool.realloc(0, 0, size);
    }

    @Nested
    final class Contract extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return new MemoryPool(SystemAlloc.INSTANCE, 1 << 20);
        }

        @Override
        AllocatorModel.Shape shape() {
            return AllocatorModel.Shape.DEFAULT.withLiveBytes(1 << 21);
        }
    }

    @Test
    @DisplayName("X50 a block that moves takes its contents along")
    void grow_notOnTop_copies() {
        long block = block(16);
        AllocatorModel.fill(block, 0, 16, 3);
        block(8);

        long moved = pool.realloc(block, 16, 32);

        assertThat(moved).isNotEqualTo(block);
        assertThat(AllocatorModel.firstDamage(moved, 16, 3)).isEqualTo(-1);
    }

    @Test
    @DisplayName("X51 after a block of 35 bytes the next one is aligned to 16")
    void newBlock_afterAnOddSize_isAligned() {
        long first = block(35);
        long second = block(8);

        assertThat(second - first).isEqualTo(48);
        assertThat(second % 16).isZero();
    }

    @Test
    @DisplayName("X52 a block that did not fit goes back when it is freed, or with the pool")
    void fallback_isTrackedAndFreed() {
        long block = block(5000);
        assertThat(pool.fallbackBlocks()).isEqualTo(1);
        assertThat(pool.fallbackBytes()).isEqualTo(5000);
        assertThat(elsewhere.liveBytes()).isEqualTo(4096 + 5000);

        block = pool.realloc(block, 5000, 6000);
        assertThat(pool.fallbackBytes()).isEqualTo(6000);
        pool.realloc(block, 6000, 0);
        assertThat(elsewhere.liveBytes()).isEqualTo(4096);

        block(7000);
        pool.close();
        assertThat(elsewhere.liveBytes()).isZero();
    }

    @Test
    @DisplayName("X52 freed room is used again: the topmost block, and all when none is left")
    void free_topmostOrLast_makesRoom() {
        long first = block(100);
        long second = block(100);
        pool.realloc(second, 100, 0);
        assertThat(block(100)).as("the topmost").isEqualTo(second);

        pool.realloc(first, 100, 0);
        assertThat(pool.usedBytes()).isEqualTo(224);
        pool.realloc(second, 100, 0);
        assertThat(pool.usedBytes()).isZero();
    }

    @Test
    @DisplayName("X53 shrinking returns the same block, also in a full pool over an allocator that refuses")
    void shrink_anywhere_staysInPlace() {
        FailingAllocator failing = new FailingAllocator(SystemAlloc.INSTANCE, FailingAllocator.Fault.requestsFrom(1));
        try (MemoryPool full = new MemoryPool(failing, 64)) {
            long first = full.realloc(0, 0, 32);
            long second = full.realloc(0, 0, 32);
            assertThat(full.realloc(0, 0, 1)).isZero();
            assertThat(full.realloc(first, 32, 40)).isZero();

            assertThat(full.realloc(first, 32, 8)).isEqualTo(first);
            assertThat(full.realloc(second, 32, 8)).isEqualTo(second);
            assertThat(full.usedBytes()).as("the topmost gives its tail back").isEqualTo(48);
        }
    }

    @Test
    @DisplayName("X54 a request of 2^64 − 500 bytes is refused and leaves the pointer where it is")
    void newBlock_sizeThatWouldWrap_isRefused() {
        block(1000);

        assertThat(block(-500)).isZero();
        assertThat(pool.usedBytes()).isEqualTo(1008);
    }

    @Test
    @DisplayName("E33 a new Lua state runs in the pool and leaves it empty")
    void realloc_newLuaState_fits() {
        NewState state = new NewState(pool);
        state.open();
        assertThat(pool.usedBytes()).isBetween(3692L, 4096L);
        state.close();

        assertThat(pool.usedBytes()).isZero();
        assertThat(pool.fallbackBlocks()).isZero();
    }

    @Test
    void grow_onTop_staysInPlace() {
        block(16);
        long top = block(16);

        assertThat(pool.realloc(top, 16, 4080)).isEqualTo(top);
        assertThat(pool.usedBytes()).isEqualTo(4096);
    }

    @Test
    void realloc_noBlockOfThePool_throwsWithFacts() {
        long block = block(100);
        String pooled = ", pool=0x" + Long.toHexString(block) + ", used=112, size=4096";
        for (long foreign : new long[]{block + 8, block + 112})
            assertThatThrownBy(() -> pool.realloc(foreign, 8, 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no block of this pool: block=0x" + Long.toHexString(foreign) + ", osize=8, nsize=0"
                            + pooled);
        assertThatThrownBy(() -> pool.realloc(16, 8, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no block of this pool: block=0x10, osize=8, nsize=0");
        assertThatThrownBy(() -> pool.realloc(block, 113, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void realloc_fallbackWithWrongSize_throwsWithFacts() {
        long block = block(5000);

        assertThatThrownBy(() -> pool.realloc(block, 4999, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no block of this pool: block=0x" + Long.toHexString(block)
                        + ", osize=4999, nsize=0, size=5000");
        assertThat(pool.realloc(block, 5000, Long.MAX_VALUE)).isZero();
        assertThat(pool.fallbackBytes()).isEqualTo(5000);
    }

    @Test
    void realloc_freedTwice_throws() {
        long block = block(100);
        pool.realloc(block, 100, 0);

        assertThatThrownBy(() -> pool.realloc(block, 100, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void realloc_afterClose_throws() {
        long block = block(8);
        pool.close();

        assertThatThrownBy(() -> pool.realloc(block, 8, 0)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the pool is closed: block=0x" + Long.toHexString(block) + ", osize=8, nsize=0");
    }

    @Test
    void pool_tooSmallOrRefused_throwsWithFacts() {
        assertThatThrownBy(() -> new MemoryPool(elsewhere, 15)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the pool is too small: bytes=15, least=16");
        assertThatThrownBy(() -> new MemoryPool(elsewhere, Long.MIN_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MemoryPool((block, osize, nsize) -> 0, 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not enough memory: bytes=96");
    }

    @Test
    void toString_namesTheNest() {
        assertThat(pool).hasToString("MemoryPool[4096, StatsAllocator[SystemAlloc]]");
    }
}
