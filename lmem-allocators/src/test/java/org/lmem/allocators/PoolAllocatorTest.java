package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.allocators.PoolMap.Use;
import org.lmem.core.raw.RawMemory;

/// What a pool shows of itself, what becomes of its empty pages, and what it says to wrong requests.
final class PoolAllocatorTest extends PoolFixture {
    private static final int SEGMENT = 1 << 20;
    private static final long HUGE = 4L * SEGMENT + 1;

    PoolAllocatorTest() {
        super(PoolAllocator.Options.DEFAULT);
    }

    @Nested
    class Picture {
        @Test
        void freshPool_hasNoSpans() {
            PoolMap map = pool.map();
            assertThat(map.spans()).isEmpty();
            assertThat(map.liveBlocks()).isZero();
            assertThat(map.internalFragmentation()).isZero();
        }

        @Test
        void oneSegment_isCoveredBySpansWithoutGaps() {
            allocate(3, 40);
            allocate(5000);
            allocate(100_000);
            long next = pool.map().spans().getFirst().address();
            for (PoolMap.Span span : pool.map().spans()) {
                assertThat(span.address()).isEqualTo(next);
                next += span.bytes();
            }
            assertThat(next - pool.map().spans().getFirst().address()).isEqualTo(SEGMENT);
        }

        @Test
        void eachUse_isShownWithItsBlocks() {
            long small = allocate(40);
            allocate(3, 40);
            long medium = allocate(5000);
            long large = allocate(100_000);
            long huge = allocate(HUGE);
            pool.realloc(small, 40, 0);
            PoolMap map = pool.map();
            assertThat(map.spans()).filteredOn(span -> span.use() != Use.FREE).extracting(PoolMap.Span::use,
                    PoolMap.Span::address, PoolMap.Span::bytes, PoolMap.Span::blockBytes, PoolMap.Span::blocks,
                    PoolMap.Span::capacity)
                    .containsExactly(
                            tuple(Use.BLOCKS, small - firstOf(blocks(48)), (long) PAGE, 48L, 3, blocks(48)),
                            tuple(Use.BLOCKS, medium, 4L * PAGE, 5120L, 1, 12),
                            tuple(Use.LARGE, large, 7L * PAGE, 7L * PAGE, 1, 1),
                            tuple(Use.HUGE, huge, HUGE + VirtualMemory.PAGE - 1,
                                    HUGE + VirtualMemory.PAGE - 1, 1, 1));
            assertThat(map.liveBytes()).isEqualTo(3 * 40 + 5000 + 100_000 + HUGE);
            assertThat(map.liveBlocks()).isEqualTo(6);
            assertThat(map.reservedBytes()).isEqualTo(pool.reservedBytes());
        }

        @Test
        void fragmentation_isWhatWasRoundedUpAndWhatNoBlockTakes() {
            allocate(100, 40);
            PoolMap map = pool.map();
            assertThat(map.usedBytes()).isEqualTo(4800);
            assertThat(map.internalFragmentation()).isEqualTo(1 - 4000.0 / 4800);
            assertThat(map.externalFragmentation()).isEqualTo(1 - 4800.0 / pool.reservedBytes());
        }

        @Test
        void sizeClasses_addUpTheirSpans() {
            List<Long> blocks = allocate(1000, 64);
            allocate(10, 16);
            free(blocks.subList(0, 500), 64);
            assertThat(pool.map().sizeClasses()).containsExactly(
                    new PoolMap.SizeClassUse(16, 1, PAGE, 10, blocks(16)),
                    new PoolMap.SizeClassUse(64, 5, 5 * PAGE, 500, 5 * BLOCKS_OF_64));
        }

        @Test
        void walk_showsTheBlocksOfAModel() {
            Map<Long, Long> model = randomBlocks();
            Map<Long, Long> shown = shownBlocks();
            assertThat(shown.keySet()).isEqualTo(model.keySet()).isNotEmpty();
            assertThat(model).allSatisfy((block, size) -> assertThat(shown.get(block)).isBetween(size, most(size)));
            assertThat(pool.map().liveBlocks()).isEqualTo(model.size());
            assertThat(pool.map().usedBytes()).isEqualTo(shown.values().stream().mapToLong(b -> b).sum());
        }

        // from 129 bytes on, classes may have shared pages while the pool was little (PageSharing)
        private static long most(long size) {
            return size <= 128 || size > SizeClasses.SMALL_LIMIT ? mostInOwnPages(size) : size + size * 2 / 3;
        }
    }

    @Nested
    class FullPages {
        @ParameterizedTest
        @ValueSource(ints = {1024, 2048})
        void blocksThatFillAPage_haveTheirStackAside(int size) {
            int n = PAGE / size;
            List<Long> blocks = allocate(3 * n - 1, size); // the first place of a segment is that of no block
            assertThat(blocks).doesNotHaveDuplicates().allMatch(block -> block % size == 0);
            assertThat(blocks.stream().map(PoolAllocatorTest.this::spanOf).distinct().map(PoolMap.Span::capacity))
                    .containsExactly(n - 1, n, n);
        }

        @ParameterizedTest
        @ValueSource(ints = {1024, 2048})
        void blocksOfManySegments_keepTheirContents(int size) {
            List<Long> blocks = allocate((3 << 20) / size, size);
            for (int i = 0; i < blocks.size(); i++)
                RawMemory.putLong(blocks.get(i) + size - 8, i);
            free(blocks.subList(0, blocks.size() / 2), size);
            allocate(blocks.size() / 2, size).forEach(block -> RawMemory.fill(block, size, (byte) -1));
            for (int i = blocks.size() / 2; i < blocks.size(); i++)
                assertThat(RawMemory.getLong(blocks.get(i) + size - 8)).isEqualTo(i);
            assertThat(pool.map().liveBlocks()).isEqualTo(blocks.size());
        }

        @Test
        void startOfASegment_isNoBlock() {
            long block = allocate(2048);
            assertThat(block).isEqualTo(spanOf(block).address() + 2048);
        }
    }

    @Nested
    class EmptyPages {
        @Test
        void stayWithTheirClass_andAreTakenInOrderOfAddresses() {
            List<Long> blocks = allocate(4 * BLOCKS_OF_64, 64);
            free(blocks.reversed(), 64);
            assertThat(spareBytes()).isEqualTo(3 * PAGE); // the fourth is the current one
            long reserved = pool.reservedBytes();
            List<Long> again = allocate(4 * BLOCKS_OF_64, 64);
            assertThat(spareBytes()).isZero();
            assertThat(pool.reservedBytes()).isEqualTo(reserved);
            List<Long> page = again.subList(again.size() - BLOCKS_OF_64, again.size());
            assertThat(page).isSorted();
        }

        @Test
        void serveLargeBlocksToo() {
            free(allocate(8 * BLOCKS_OF_64, 64), 64);
            long reserved = pool.reservedBytes();
            allocate(6 * PAGE);
            assertThat(pool.reservedBytes()).isEqualTo(reserved);
        }

        @Test
        void goBackToTheSystemByTrim() {
            free(allocate(3 * SEGMENT / 64, 64), 64);
            assertThat(pool.trim()).isGreaterThanOrEqualTo(2 * SEGMENT);
            assertThat(spareBytes()).isZero();
            assertThat(pool.reservedBytes()).isLessThanOrEqualTo(SEGMENT + 2 * VirtualMemory.PAGE);
        }

        @Test
        void goBackToTheSystemWhileASmallHeapGoesOn() {
            free(allocate(8 * SEGMENT / 64, 64), 64);
            assertThat(pool.reservedBytes()).isGreaterThan(8 * SEGMENT);
            long[] blocks = new long[2 * BLOCKS_OF_64];
            int turnovers = 2 * PageHeap.PATIENCE * 9 * SEGMENT / PAGE; // until the spares go, and until the segments do
            for (int i = 0; i < turnovers + 1000; i++) {
                for (int j = 0; j < blocks.length; j++)
                    blocks[j] = pool.realloc(NULL, 0, 64);
                for (long block : blocks)
                    pool.realloc(block, 64, 0);
            }
            assertThat(pool.reservedBytes()).isLessThanOrEqualTo(2 * SEGMENT);
        }

        @Test
        void stayUsable_whenTheirSegmentWasGivenBack() {
            free(allocate(3 * SEGMENT / 64, 64), 64);
            pool.trim();
            List<Long> blocks = allocate(3 * SEGMENT / 64, 64);
            assertThat(blocks).doesNotHaveDuplicates();
            assertThat(pool.map().liveBlocks()).isEqualTo(blocks.size());
        }
    }

    @Nested
    class LittleMemory {
        private final List<Long> sizes = IntStream.range(SizeClasses.SMALL_COUNT + 1, SizeClasses.COUNT)
                .mapToObj(c -> (long) SizeClasses.bytes(c)).toList();

        /// Whole spans of every medium class, of which none has a block in use any more.
        private void leaveIdleSpans() {
            for (long size : sizes)
                free(allocate((int) Math.max((64 << 10) / size, 4), size), size);
        }

        /// Takes pages until the pool looks for idle memory again.
        private void turnOver(int turnovers) {
            for (int i = 0; i < turnovers / 2; i++)
                pool.realloc(allocate(PAGE * 3), PAGE * 3, 0);
        }

        @Test
        void spansThatServeButHoldNothing_areUsedBeforeFreshMemoryIs() {
            leaveIdleSpans();
            turnOver(PoolAllocator.SEARCH_INTERVAL);
            long peak = pool.peakReservedBytes();
            List<Long> blocks = allocate((int) (peak / 64 * 9 / 10), 64);
            assertThat(blocks).doesNotHaveDuplicates();
            assertThat(pool.peakReservedBytes()).isLessThan(peak + peak / 100);
        }

        @Test
        void freeMemoryTooScatteredForABlock_isGivenBackForIt() {
            List<Long> blocks = allocate(40, 3 * PAGE);
            for (int i = 0; i < blocks.size(); i += 2)
                pool.realloc(blocks.get(i), 3 * PAGE, 0);
            turnOver(PoolAllocator.SEARCH_INTERVAL);
            long reserved = pool.reservedBytes();
            long block = allocate(30 * PAGE);
            assertThat(pool.peakReservedBytes()).isLessThanOrEqualTo(reserved + 3 * PAGE);
            assertThat(touched(block)).isEqualTo(30 * PAGE);
        }

        @Test
        void hardlyAnythingIdle_nothingIsGivenBack() {
            List<Long> blocks = allocate(40, 3 * PAGE);
            for (int i = 0; i < 4; i += 2)
                pool.realloc(blocks.get(i), 3 * PAGE, 0);
            turnOver(PoolAllocator.SEARCH_INTERVAL);
            long reserved = pool.reservedBytes();
            allocate(30 * PAGE);
            assertThat(pool.reservedBytes()).isEqualTo(reserved + 30 * PAGE);
        }

        @Test
        void memoryThatWasGivenBack_isZeroButHeldBlocksAreNot() {
            List<Long> blocks = allocate(40, 3 * PAGE);
            blocks.forEach(block -> RawMemory.fill(block, 3 * PAGE, (byte) 7));
            for (int i = 0; i < blocks.size(); i += 2)
                pool.realloc(blocks.get(i), 3 * PAGE, 0);
            turnOver(PoolAllocator.SEARCH_INTERVAL);
            allocate(30 * PAGE);
            long zero = IntStream.range(0, 20).filter(i -> RawMemory.getByte(blocks.get(2 * i)) == 0).count();
            assertThat(zero).isGreaterThanOrEqualTo(8);
            for (int i = 1; i < blocks.size(); i += 2)
                for (int at = 0; at < 3 * PAGE; at += 512)
                    assertThat(RawMemory.getByte(blocks.get(i) + at)).isEqualTo((byte) 7);
        }

        @Test
        void manyRounds_needNoMoreThanTheFirst() {
            long first = 0;
            for (int round = 0; round < 50; round++) {
                leaveIdleSpans();
                free(allocate(20_000, 64), 64);
                free(allocate(300, 4000), 4000);
                if (round == 0)
                    first = pool.peakReservedBytes();
            }
            assertThat(pool.peakReservedBytes()).isLessThanOrEqualTo(first + first / 4);
        }
    }

    @Nested
    class WrongRequests {
        @Test
        void foreignAddress_isNoBlock() {
            assertRefused(0x1000, 16, 0, "not a block of this pool: block=0x1000, osize=16");
            assertRefused(0x1000, 16, 32, "not a block of this pool: block=0x1000, osize=16");
        }

        @Test
        void oddAddress_isNoBlock() {
            long block = allocate(64);
            assertRefused(block + 1, 64, 0, "not a block of this pool: " + at(block + 1, 64));
        }

        @Test
        void insideOfALargeBlock_isNoBlock() {
            long block = allocate(100_000);
            assertRefused(block + PAGE, 100_000, 0, "not a block of this pool: " + at(block + PAGE, 100_000));
        }

        @Test
        void sizeOfAnotherClass_isRefused() {
            long block = allocate(64);
            assertRefused(block, 65, 0, "the block has another size: " + at(block, 65) + ", bytes=64");
            assertRefused(block, 48, 100, "the block has another size: " + at(block, 48) + ", bytes=64");
            assertRefused(block, 0, 0, "the block has another size: " + at(block, 0) + ", bytes=64");
        }

        @Test
        void sizeOfAnotherNumberOfPages_isRefused() {
            long large = allocate(100_000);
            assertRefused(large, 10_000, 0, "the block has another size: " + at(large, 10_000) + ", bytes=" + 7 * PAGE);
            long huge = allocate(HUGE);
            assertRefused(huge, 1, 0, "the block has another size: " + at(huge, 1) + ", bytes="
                    + (HUGE + VirtualMemory.PAGE - 1));
        }

        @Test
        void blockOfASparePage_isFree() {
            List<Long> blocks = allocate(2 * BLOCKS_OF_64, 64);
            free(blocks, 64);
            long spare = pool.map().spans().stream().filter(span -> span.use() == Use.SPARE).findFirst().orElseThrow()
                    .address() + firstOf(BLOCKS_OF_64);
            assertRefused(spare, 64, 0, "the block is free: " + at(spare, 64));
        }

        @Test
        void stackOfAPage_isNoBlock() {
            long first = allocate(64);
            allocate(3, 64);
            for (long block = first - firstOf(BLOCKS_OF_64); block < first; block += 16)
                assertRefused(block, 48, 0, "not a block of this pool: " + at(block, 48));
        }

        @Test
        void mediumBlockOfASizeWhoseUnitsAreItsClass_isRefused() {
            long block = allocate(2560);
            int sizeClass = SizeClasses.of(2560);
            long size = sizeClass * 16L;
            assertRefused(block, size, 0, "the block has another size: " + at(block, size) + ", bytes=2560");
            assertRefused(block, size, size - 1, "the block has another size: " + at(block, size) + ", bytes=2560");
        }

        @Test
        void oneBlockMoreThanThePageGave_isFree() {
            List<Long> blocks = allocate(3, 64);
            free(blocks, 64);
            assertRefused(blocks.getLast(), 64, 0, "the block is free: " + at(blocks.getLast(), 64));
        }

        @Test
        void impossibleSizes_giveNull() {
            assertThat(pool.realloc(NULL, 0, -1)).isEqualTo(NULL);
            assertThat(pool.realloc(NULL, 0, Long.MAX_VALUE)).isEqualTo(NULL);
            long block = allocate(64);
            assertThat(pool.realloc(block, 64, -1)).isEqualTo(NULL);
            long huge = allocate(HUGE);
            assertThat(pool.realloc(huge, HUGE, -1)).isEqualTo(NULL);
            assertThat(pool.realloc(huge, HUGE, Long.MAX_VALUE)).isEqualTo(NULL);
            assertThat(pool.liveBytes()).isEqualTo(64 + HUGE);
        }

        @Test
        void closedPool_refusesEverything() {
            long block = allocate(64);
            pool.close();
            assertThatThrownBy(() -> pool.realloc(NULL, 0, 64)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the pool is closed");
            assertThatThrownBy(() -> pool.realloc(block, 64, 0)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the pool is closed");
            assertThatThrownBy(pool::map).isInstanceOf(IllegalStateException.class).hasMessage("the pool is closed");
            assertThatThrownBy(pool::trim).isInstanceOf(IllegalStateException.class).hasMessage("the pool is closed");
        }
    }

    @Nested
    class Options {
        @Test
        void sizesThatAreNoPowersOfTwo_areRefused() {
            assertThatThrownBy(() -> new PoolAllocator.Options(SEGMENT, 5000, SEGMENT, false, false))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage(
                            "a power of two is wanted: pageBytes=5000, smallest=4096, largest=524288");
            assertThatThrownBy(() -> new PoolAllocator.Options(100, 4096, SEGMENT, false, false))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage(
                            "a power of two is wanted: segmentBytes=100, smallest=65536, largest=1073741824");
        }

        @Test
        void addressesThatAreNoSegments_areRefused() {
            assertThatThrownBy(() -> new PoolAllocator.Options(SEGMENT, PAGE, SEGMENT + 1, false, false))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage(
                            "addresses are reserved in segments: addressBytes=1048577, segmentBytes=1048576, largest="
                                    + (1L << 44));
        }
    }
}
