package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.DebugOptions;
import org.lmem.allocators.LimitAllocator;
import org.lmem.allocators.MemoryPool;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.RegionAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// States on every allocator, with programs that make, link and drop objects of every type while the collector works.
class StateOnAllocatorsTest {
    private static final int ACTIONS = 600;

    /// Runs a program, and tells after each action what the state says it holds.
    private static void run(LuaAlloc alloc, long seed, BiConsumer<LuaState, LuaAlloc> afterEach) {
        try (LuaState state = LuaState.newState(alloc)) {
            state.setStepMultiplier(100);
            RandomHeap program = new RandomHeap(state, new Random(seed));
            for (int i = 0; i < ACTIONS; i++) {
                program.act();
                afterEach.accept(state, alloc);
            }
            assertThat(state.collector().cycles()).isPositive();
            assertThat(state.collector().verify()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void system_servesAState(long seed) {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        run(stats, seed, (state, alloc) -> assertThat(stats.liveBytes()).isEqualTo(state.memory().totalBytes()));
        assertThat(stats.liveBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pool_servesAState(long seed) {
        try (PoolAllocator pool = new PoolAllocator()) {
            run(pool, seed, (state, alloc) -> assertThat(pool.liveBytes()).isEqualTo(state.memory().totalBytes()));
            assertThat(pool.liveBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void region_servesAState(long seed) {
        try (RegionAllocator region = new RegionAllocator(8 << 20)) {
            run(region, seed, (state, alloc) -> assertThat(region.liveBytes()).isEqualTo(state.memory().totalBytes()));
            region.verify();
            assertThat(region.liveBytes()).isZero();
        }
    }

    @Test
    void memoryPool_servesAState() {
        try (MemoryPool pool = new MemoryPool(SystemAlloc.INSTANCE, 1 << 16)) {
            run(pool, 1, (state, alloc) -> {});
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void decorators_serveAState(long seed) {
        try (PoolAllocator pool = new PoolAllocator()) {
            StatsAllocator stats = new StatsAllocator(new LimitAllocator(pool, 8 << 20));
            run(stats, seed, (state, alloc) -> assertThat(stats.liveBytes()).isEqualTo(state.memory().totalBytes()));
            assertThat(pool.liveBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void debugFull_findsNothing(long seed) {
        DebugAllocator debug = new DebugAllocator(SystemAlloc.INSTANCE, DebugOptions.FULL);
        run(debug, seed, (state, alloc) -> {});
        assertThat(debug.check()).isEmpty();
        assertThat(debug.liveBytes()).isZero();
        debug.close(); // throws where a block is left or was misused
    }

    @Test
    void debugFull_underStress_findsNothing() {
        DebugAllocator debug = new DebugAllocator(SystemAlloc.INSTANCE, DebugOptions.FULL);
        try (LuaState state = LuaState.newState(debug)) {
            state.collector().setStress(true);
            state.collector().setVerification(true);
            RandomHeap program = new RandomHeap(state, new Random(11));
            for (int i = 0; i < 60; i++)
                program.act();
            state.collector().setVerification(false);
        }
        assertThat(debug.check()).isEmpty();
        debug.close();
    }
}
