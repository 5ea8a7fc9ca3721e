package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// A pool whose classes share pages under the contract and the random model, and what it shares when.
final class SmallHeapPoolTest extends LuaAllocContract {
    private static final int MEGABYTE = 1 << 20;

    private final PoolAllocator pool = new PoolAllocator(PoolAllocator.Options.SMALL_HEAP);

    @Override
    LuaAlloc create() {
        return new PoolAllocator(PoolAllocator.Options.SMALL_HEAP);
    }

    @Override
    long liveBytes(LuaAlloc created) {
        return ((PoolAllocator) created).liveBytes();
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    private long allocate(long size) {
        long block = pool.realloc(NULL, 0, size);
        assertThat(block).isNotEqualTo(NULL);
        return block;
    }

    private List<Long> allocate(int n, long size) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < n; i++)
            blocks.add(allocate(size));
        return blocks;
    }

    private void free(List<Long> blocks, long size) {
        blocks.forEach(block -> pool.realloc(block, size, 0));
    }

    /// A little pool of which most is idle.
    private void leaveMostIdle() {
        List<Long> blocks = allocate(8000, 16);
        free(blocks.subList(0, 7000), 16);
    }

    private PoolMap.Span spanOf(long block) {
        return pool.map().spans().stream()
                .filter(span -> span.address() <= block && block < span.address() + span.bytes())
                .findFirst().orElseThrow();
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
    void defaultOptions_shareNothing() {
        try (PoolAllocator other = new PoolAllocator()) {
            other.realloc(other.realloc(NULL, 0, 100_000), 100_000, 0);
            other.realloc(NULL, 0, 288);
            assertThat(other.map().spans()).extracting(PoolMap.Span::blockBytes).contains(288L).doesNotContain(384L);
        }
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
