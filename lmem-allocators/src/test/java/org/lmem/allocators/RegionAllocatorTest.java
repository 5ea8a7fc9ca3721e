package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

final class RegionAllocatorTest {
    private final RegionAllocator region = new RegionAllocator(4096);

    @AfterEach
    void close() {
        region.close();
    }

    private long block(long size) {
        return region.realloc(0, 0, size);
    }

    private long free(long block, long size) {
        return region.realloc(block, size, 0);
    }

    @Nested
    final class Contract extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return new RegionAllocator(1 << 20);
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((RegionAllocator) created).liveBytes();
        }

        @Override
        boolean isBounded() {
            return true;
        }

        @Override
        AllocatorModel.Shape shape() {
            return AllocatorModel.Shape.DEFAULT.withLiveBytes(1 << 20).refusing();
        }
    }

    @Test
    void realloc_crowdedRegion_staysInOrder() {
        try (RegionAllocator crowded = new RegionAllocator(1 << 14)) {
            AllocatorModel.Shape shape = new AllocatorModel.Shape(150, 2_000, 1 << 14, true);
            AllocatorModel model = new AllocatorModel((block, osize, nsize) -> {
                long newBlock = crowded.realloc(block, osize, nsize);
                if ((osize ^ nsize) % 64 == 0) // often enough
                    crowded.verify();
                return newBlock;
            }, crowded::liveBytes, shape);

            model.run();

            assertThat(model.refusals()).isPositive();
            assertThat(crowded.figures().usedBytes()).isZero();
            assertThat(crowded.figures().freeBlocks()).isEqualTo(1);
        }
    }

    @Test
    void newBlocks_untilFull_useEveryByte() {
        List<Long> blocks = new ArrayList<>();
        for (long block = block(16); block != 0; block = block(16))
            blocks.add(block);

        assertThat(blocks).hasSize(256).doesNotHaveDuplicates();
        assertThat(region.figures())
                .isEqualTo(new RegionAllocator.Figures(4096, 4096, 4096, 4096, 256, 0, 0, 1));
        assertThat(region.figures().externalFragmentation()).isZero();
    }

    @Test
    void newBlock_ofTheWholeRegion_fits() {
        long block = block(4096);

        assertThat(block).isNotZero();
        assertThat(block(1)).isZero();
        free(block, 4096);
        assertThat(block(4097)).isZero();
        assertThat(region.figures().refusals()).isEqualTo(2);
    }

    @Test
    void free_allInAnyOrder_isOnePieceAgain() {
        int[] order = {3, 0, 6, 1, 7, 5, 2, 4};
        long[] blocks = new long[8];
        for (int i = 0; i < 8; i++)
            blocks[i] = block(100 + i);
        for (int i : order) {
            free(blocks[i], 100 + i);
            region.verify();
        }

        assertThat(region.figures().freeBlocks()).isEqualTo(1);
        assertThat(region.figures().largestFree()).isEqualTo(4096);
    }

    @Test
    void grow_freeBehind_staysInPlace() {
        long block = block(32);
        assertThat(region.realloc(block, 32, 4096)).isEqualTo(block);
        assertThat(region.figures().usedBytes()).isEqualTo(4096);
    }

    @Test
    void grow_usedBehind_movesWithContents() {
        long block = block(24);
        AllocatorModel.fill(block, 0, 24, 5);
        long behind = block(16);

        long moved = region.realloc(block, 24, 64);

        assertThat(moved).isGreaterThan(behind);
        assertThat(AllocatorModel.firstDamage(moved, 24, 5)).isEqualTo(-1);
        region.verify();
    }

    @Test
    void grow_onlyRoomIsBefore_slidesDown() {
        long before = block(1024);
        long block = block(2048);
        long behind = block(512);
        long last = block(512);
        AllocatorModel.fill(block, 0, 2048, 7);
        free(before, 1024);
        free(behind, 512);

        long slid = region.realloc(block, 2048, 3500);

        assertThat(slid).isEqualTo(before);
        assertThat(AllocatorModel.firstDamage(slid, 2048, 7)).isEqualTo(-1);
        region.verify();
        assertThat(region.figures().liveBlocks()).isEqualTo(2);
        free(slid, 3500);
        free(last, 512);
        assertThat(region.figures().freeBlocks()).isEqualTo(1);
    }

    @Test
    void grow_roomBeforeNotEnough_isRefusedWithNothingChanged() {
        long before = block(1024);
        long block = block(3072);
        AllocatorModel.fill(block, 0, 3072, 7);
        free(before, 1024);

        assertThat(region.realloc(block, 3072, 4097)).isZero();
        assertThat(AllocatorModel.firstDamage(block, 3072, 7)).isEqualTo(-1);
        assertThat(region.realloc(block, 3072, 4096)).isEqualTo(before);
    }

    @Test
    void shrink_freesTheTail() {
        long block = block(4096);
        assertThat(region.realloc(block, 4096, 100)).isEqualTo(block);

        assertThat(region.figures().usedBytes()).isEqualTo(112);
        assertThat(region.figures().internalFragmentation()).isEqualTo(1 - 100 / 112.0);
        assertThat(region.figures().freeBytes()).isEqualTo(3984);
    }

    @Test
    void figures_holeBetweenBlocks_showFragmentation() {
        long a = block(1024);
        block(16);
        free(a, 1024);

        RegionAllocator.Figures figures = region.figures();
        assertThat(figures.freeBlocks()).isEqualTo(2);
        assertThat(figures.largestFree()).isEqualTo(3056);
        assertThat(figures.externalFragmentation()).isEqualTo(1 - 3056 / 4080.0);
        assertThat(figures.peakBytes()).isEqualTo(1040);
    }

    @Test
    void newBlock_sizeJustBelowTheOnlyPiece_isFound() {
        block(4096 - 16 * 67);

        assertThat(block(16 * 67)).as("the only piece, of a class that good fit passes by").isNotZero();
    }

    @Test
    void forEachBlock_showsBlocksInOrder() {
        long a = block(10);
        long b = block(20);
        long c = block(3000);
        free(b, 20);
        List<String> seen = new ArrayList<>();

        region.forEachBlock((block, bytes) -> seen.add(Long.toHexString(block) + "+" + bytes));

        assertThat(seen).containsExactly(Long.toHexString(a) + "+16", Long.toHexString(c) + "+3008");
    }

    @Test
    void givenSegment_unaligned_isUsedInside() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(128, 16).asSlice(3, 100);
            RegionAllocator given = new RegionAllocator(segment);

            long block = given.realloc(0, 0, given.figures().capacity());

            assertThat(given.figures().capacity()).isEqualTo(80);
            assertThat(block).isBetween(segment.address(), segment.address() + 20);
            given.close();
            assertThat(segment.scope().isAlive()).as("the owner's affair").isTrue();
        }
    }

    @Test
    void givenSegment_closedMeanwhile_throws() {
        Arena arena = Arena.ofConfined();
        RegionAllocator given = new RegionAllocator(arena.allocate(256));
        long block = given.realloc(0, 0, 10);
        arena.close();

        String text = "the region is closed: block=0x" + Long.toHexString(block) + ", osize=10, nsize=0";
        assertThatThrownBy(() -> given.realloc(block, 10, 0)).isInstanceOf(IllegalStateException.class)
                .hasMessage(text);
        assertThatThrownBy(given::figures).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_ownRegion_endsItOnce() {
        region.close();
        region.close();

        assertThatThrownBy(() -> block(8)).isInstanceOf(IllegalStateException.class)
                .hasMessage("the region is closed: block=0x0, osize=0, nsize=8");
    }

    @Test
    void region_impossible_throwsWithFacts() {
        assertThatThrownBy(() -> new RegionAllocator(15)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the region is too small: usable bytes=15, least=16, most=17179869184");
        assertThatThrownBy(() -> new RegionAllocator(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RegionAllocator(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the region is too large: usable bytes=9223372036854775807");
        assertThatThrownBy(() -> new RegionAllocator(MemorySegment.ofArray(new byte[64])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the region cannot hold blocks: native=false, readonly=false, bytes=64");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(32, 16).asSlice(1, 20);
            assertThatThrownBy(() -> new RegionAllocator(small)).hasMessageStartingWith("the region is too small: "
                    + "usable bytes=0");
            assertThatThrownBy(() -> new RegionAllocator(arena.allocate(64).asReadOnly()))
                    .hasMessageContaining("readonly=true");
        }
    }

    @Test
    void realloc_noBlockOfTheRegion_throwsAndChangesNothing() {
        long block = block(100);
        long start = block; // the first block begins the region
        String facts = ", nsize=0, region=0x" + Long.toHexString(start) + ", bytes=4096";
        for (long foreign : new long[]{block + 16, block + 1, start - 16, start + 4096, start + (1 << 20), 16, -16})
            assertThatThrownBy(() -> free(foreign, 100)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "no block of this region: block=0x" + Long.toHexString(foreign) + ", osize=100" + facts);

        assertThat(region.figures().liveBlocks()).isEqualTo(1);
        region.verify();
    }

    @Test
    void free_twice_throws() {
        long first = block(100);
        long second = block(50);
        block(16);
        free(first, 100);
        assertThatThrownBy(() -> free(first, 100)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no block of this region: block=0x" + Long.toHexString(first));

        free(second, 50);
        assertThatThrownBy(() -> free(second, 50)).as("it has become part of a free piece")
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(region.liveBytes()).isEqualTo(16);
    }

    @Test
    void realloc_wrongSize_throwsAndChangesNothing() {
        long block = block(100);
        long next = block(2000);

        for (long osize : new long[]{1, 96, 113, 200, 2100})
            assertThatThrownBy(() -> region.realloc(block, osize, 50)).as("osize %d", osize)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no block in use has that size: block=0x" + Long.toHexString(block) + ", osize="
                            + osize + ", nsize=50, live bytes=2100");
        assertThatThrownBy(() -> free(next, 1000)).isInstanceOf(IllegalArgumentException.class);
        free(block, 100);
        free(next, 2000);
        region.verify();
    }

    @Test
    void verify_writeToFreeMemory_isNoticed() {
        long first = block(64);
        block(16);
        free(first, 64);

        RawMemory.putInt(first + 8, 1 << 20);

        String text = "somebody wrote to a free block: block=0x" + Long.toHexString(first);
        assertThatThrownBy(region::verify).isInstanceOf(IllegalStateException.class).hasMessage(text);
        assertThatThrownBy(() -> block(64)).isInstanceOf(IllegalStateException.class).hasMessage(text);
        RawMemory.putInt(first + 8, 4);
        RawMemory.putInt(first, 77);
        assertThatThrownBy(() -> block(64)).isInstanceOf(IllegalStateException.class).hasMessage(text);
    }

    @Test
    void free_besideOverwrittenMemory_isNoticed() {
        long first = block(64);
        long second = block(64);
        free(first, 64);
        RawMemory.putInt(second - 4, -5);

        assertThatThrownBy(() -> free(second, 64)).isInstanceOf(IllegalStateException.class)
                .hasMessage("somebody wrote to a free block: block=0x" + Long.toHexString(second - 16));
    }

    @Test
    void realloc_newLuaState_fitsInFourKilobytes() {
        NewState state = new NewState(region);
        state.open();
        assertThat(region.liveBytes()).isEqualTo(3627);
        state.close();
        assertThat(region.liveBytes()).isZero();
    }

    @Test
    void toString_saysItsSize() {
        assertThat(region).hasToString("RegionAllocator[4096]");
    }
}
