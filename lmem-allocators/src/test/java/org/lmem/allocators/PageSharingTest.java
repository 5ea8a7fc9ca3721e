package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmem.core.raw.RawMemory;

/// Which classes share pages, when they do, and what is checked of a shared block.
final class PageSharingTest extends PoolFixture {
    private static final int MEGABYTE = 1 << 20;

    PageSharingTest() {
        super(PoolAllocator.Options.DEFAULT);
    }

    /// A little pool of which most is idle.
    private void leaveMostIdle() {
        List<Long> blocks = allocate(8000, 16);
        free(blocks.subList(0, 7000), 16);
    }

    private long[] oneOfEach(int from, int to) {
        return IntStream.iterate(from, size -> size <= to, size -> size + 16)
                .mapToLong(this::allocate)
                .toArray();
    }

    @Test
    void mostIsIdle_neighboursTakeTheirBlocksFromOnePage() {
        leaveMostIdle();
        long[] blocks = oneOfEach(272, 384);
        for (long block : blocks) {
            assertThat(spanOf(block).address()).isEqualTo(spanOf(blocks[0]).address());
            assertThat(spanOf(block).blockBytes()).isEqualTo(384);
        }
        assertThat(spanOf(blocks[0]).blocks()).isEqualTo(blocks.length);
    }

    @Test
    void nothingIsIdle_eachClassHasPagesOfItsOwn() {
        allocate(8000, 16);
        long[] blocks = {allocate(288), allocate(320), allocate(352), allocate(384)};
        for (int i = 0; i < blocks.length; i++)
            assertThat(spanOf(blocks[i]).blockBytes()).isEqualTo(288 + 32 * i);
    }

    @Test
    void ownPages_areNotShared() {
        try (PoolAllocator other = new PoolAllocator(PoolAllocator.Options.OWN_PAGES)) {
            other.realloc(other.realloc(NULL, 0, 100_000), 100_000, 0);
            other.realloc(NULL, 0, 288);
            assertThat(other.map().spans()).extracting(PoolMap.Span::blockBytes).contains(288L).doesNotContain(384L);
        }
    }

    @Test
    void emptyPages_serveAnotherClass() {
        free(allocate(4 * BLOCKS_OF_64, 64), 64);
        long reserved = pool.reservedBytes();
        allocate(3 * blocks(128), 128);
        assertThat(pool.reservedBytes()).isLessThan(reserved + PAGE);
    }

    @Test
    void largePool_eachClassHasPagesOfItsOwn() {
        pool.realloc(allocate(MEGABYTE), MEGABYTE, 0);
        assertThat(spanOf(allocate(288)).blockBytes()).isEqualTo(288);
    }

    @Test
    void smallBlocks_areNeverTooLarge() {
        leaveMostIdle();
        long[] blocks = oneOfEach(32, 128);
        for (int i = 0; i < blocks.length; i++)
            assertThat(spanOf(blocks[i]).blockBytes()).isEqualTo(32 + 16 * i);
    }

    @Test
    void sharedBlock_hasAnyOfTheSizesThatItsPageGave() {
        leaveMostIdle();
        long block = allocate(300);
        assertThatThrownBy(() -> pool.realloc(block, 288, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("osize=288, bytes=384");
        assertThatThrownBy(() -> pool.realloc(block, 385, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(pool.realloc(block, 300, 370)).isEqualTo(block);
        long other = allocate(280);
        assertThat(pool.realloc(block, 370, 280)).isEqualTo(block);
        pool.realloc(block, 280, 0);
        pool.realloc(other, 280, 0);
        assertThat(pool.liveBytes()).isEqualTo(1000 * 16);
    }

    @Test
    void pageUsedUp_itsGuestsGoOnElsewhere() {
        leaveMostIdle();
        List<Long> guests = allocate(200, 300);
        List<Long> hosts = allocate(200, 384);
        guests.forEach(block -> RawMemory.fill(block, 300, (byte) 1));
        hosts.forEach(block -> RawMemory.fill(block, 384, (byte) 2));
        assertThat(guests).doesNotHaveDuplicates().doesNotContainAnyElementsOf(hosts)
                .allSatisfy(block -> assertThat(RawMemory.getByte(block + 299)).isEqualTo((byte) 1));
        free(guests, 300);
        free(hosts, 384);
        assertThat(pool.liveBytes()).isEqualTo(1000 * 16);
    }
}
