package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is so only where classes share no pages.
final class OwnPagesTest extends PoolFixture {
    OwnPagesTest() {
        super(PoolAllocator.Options.OWN_PAGES);
    }

    @Test
    void emptyPages_serveAnotherClassBeforeFreshMemoryDoes() {
        free(allocate(4 * BLOCKS_OF_64, 64), 64);
        long reserved = pool.reservedBytes();
        allocate(3 * blocks(128), 128);
        assertThat(spareBytes()).isZero();
        assertThat(pool.reservedBytes()).isEqualTo(reserved);
    }

    @Test
    void aClassWithoutAPage_takesTheMemoryOfItsFirstBlockOnly() {
        pool.realloc(allocate(20 * PAGE), 20 * PAGE, 0);
        long reserved = pool.reservedBytes();
        long block = allocate(2560);
        assertThat(touched(block)).isEqualTo(VirtualMemory.PAGE);
        assertThat(pool.reservedBytes()).isLessThanOrEqualTo(reserved - 3 * PAGE);
        List<Long> blocks = allocate(50, 2560); // the rest of the span comes when it is wanted
        assertThat(touched(block)).isEqualTo(4 * PAGE);
        assertThat(blocks).doesNotHaveDuplicates().doesNotContain(block);
    }

    @Test
    void blocksOfAModel_areRoundedUpToTheirClass() {
        Map<Long, Long> model = randomBlocks();
        Map<Long, Long> shown = shownBlocks();
        assertThat(shown.keySet()).isEqualTo(model.keySet()).isNotEmpty();
        assertThat(model)
                .allSatisfy((block, size) -> assertThat(shown.get(block)).isBetween(size, mostInOwnPages(size)));
    }

    @Test
    void eachSmallSize_isOneOfItsClassAndOfNoOther() {
        for (int size = 1; size <= SizeClasses.SMALL_LIMIT; size++) {
            int sizeClass = SizeClasses.of(size);
            long block = allocate(size);
            int largest = SizeClasses.bytes(sizeClass);
            int least = size;
            while (least > 1 && SizeClasses.of(least - 1) == sizeClass)
                least--;
            assertRefused(block, largest + 1, 0,
                    "the block has another size: " + at(block, largest + 1) + ", bytes="
                            + largest);
            assertRefused(block, least - 1, 0, "the block has another size: " + at(block, least - 1) + ", bytes="
                    + largest);
            assertThat(pool.realloc(block, size, largest)).isEqualTo(block);
            assertThat(pool.realloc(block, largest, least)).isEqualTo(block);
            pool.realloc(block, least, 0);
        }
        assertThat(pool.liveBytes()).isZero();
    }
}
