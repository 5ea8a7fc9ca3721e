package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/// A pool for each test, and what tests ask of one.
abstract class PoolFixture {
    static final int PAGE = 16 << 10;
    static final int BLOCKS_OF_64 = blocks(64);

    final PoolAllocator pool;

    PoolFixture(PoolAllocator.Options options) {
        pool = new PoolAllocator(options);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    long allocate(long size) {
        long block = pool.realloc(NULL, 0, size);
        assertThat(block).isNotEqualTo(NULL);
        return block;
    }

    List<Long> allocate(int n, long size) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < n; i++)
            blocks.add(allocate(size));
        return blocks;
    }

    void free(List<Long> blocks, long size) {
        blocks.forEach(block -> pool.realloc(block, size, 0));
    }

    PoolMap.Span spanOf(long block) {
        return pool.map().spans().stream()
                .filter(span -> span.address() <= block && block < span.address() + span.bytes())
                .findFirst().orElseThrow();
    }

    /// Blocks that are left of 30,000 random requests, the same ones wherever the pool lies.
    ///
    /// @return block → size
    Map<Long, Long> randomBlocks() {
        Random random = new Random(5);
        List<Long> blocks = new ArrayList<>();
        Map<Long, Long> sizes = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            boolean growing = (i >> 12) % 2 == 0;
            if (blocks.isEmpty() || random.nextInt(8) < (growing ? 5 : 3)) {
                long size = 1 + (random.nextInt(50) == 0 ? random.nextInt(200_000) : random.nextInt(200));
                long block = allocate(size);
                blocks.add(block);
                sizes.put(block, size);
            } else {
                int last = blocks.size() - 1;
                Collections.swap(blocks, random.nextInt(blocks.size()), last);
                long block = blocks.remove(last);
                pool.realloc(block, sizes.remove(block), 0);
            }
        }
        return sizes;
    }

    /// What a walk over the pool shows.
    ///
    /// @return block → bytes that it takes of the memory
    Map<Long, Long> shownBlocks() {
        Map<Long, Long> shown = new HashMap<>();
        pool.forEachBlock(shown::put);
        return shown;
    }

    /// The most that a block may take of the memory, unless classes share pages.
    static long mostInOwnPages(long size) {
        return size <= 256 ? size + 15 : size <= SizeClasses.LIMIT ? size + size / 8 : size + PAGE;
    }

    /// How many blocks there are in a page, whose start holds two bytes for each and two more.
    static int blocks(int bytes) {
        int n = PAGE / bytes;
        while (firstOf(n) + n * bytes > PAGE)
            n--;
        return n;
    }

    static int firstOf(int n) {
        return (2 * (n + 1) + 15) / 16 * 16;
    }

    long spareBytes() {
        return pool.map().spans().stream().filter(span -> span.use() == PoolMap.Use.SPARE)
                .mapToLong(PoolMap.Span::bytes)
                .sum();
    }

    long touched(long block) {
        return spanOf(block).touchedBytes();
    }

    void assertRefused(long block, long osize, long nsize, String message) {
        long live = pool.liveBytes();
        assertThatThrownBy(() -> pool.realloc(block, osize, nsize)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(pool.liveBytes()).isEqualTo(live);
    }

    static String at(long block, long osize) {
        return "block=0x" + Long.toHexString(block) + ", osize=" + osize;
    }
}
