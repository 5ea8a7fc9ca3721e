package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/// A pool for each test, and what tests ask of one.
abstract class PoolFixture {
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
}
