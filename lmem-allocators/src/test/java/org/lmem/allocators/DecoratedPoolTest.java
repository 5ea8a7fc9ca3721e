package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.lmem.core.LuaAlloc;

/// Decorators over a pool, which they ask by its class, under the contract and the random model: their books are the pool's.
final class DecoratedPoolTest {
    private final PoolAllocator pool = new PoolAllocator();

    @AfterEach
    void close() {
        pool.close();
    }

    private abstract class Contract extends LuaAllocContract {
        abstract long counted(LuaAlloc created);

        @Override
        long liveBytes(LuaAlloc created) {
            assertThat(counted(created)).isEqualTo(pool.liveBytes());
            return pool.liveBytes();
        }
    }

    @Nested
    final class WithStatistics extends Contract {
        @Override
        LuaAlloc create() {
            return new StatsAllocator(pool);
        }

        @Override
        long counted(LuaAlloc created) {
            return ((StatsAllocator) created).liveBytes();
        }
    }

    @Nested
    final class WithALimit extends Contract {
        @Override
        LuaAlloc create() {
            return new LimitAllocator(pool, 1 << 20);
        }

        @Override
        long counted(LuaAlloc created) {
            return ((LimitAllocator) created).budget().used();
        }

        @Override
        boolean isBounded() {
            return true;
        }

        @Override
        AllocatorModel.Shape shape() {
            return AllocatorModel.Shape.DEFAULT.withLiveBytes(1 << 21).refusing();
        }
    }

    @Nested
    final class WithATreeOfBudgets extends Contract {
        @Override
        LuaAlloc create() {
            Budget process = Budget.of("process", Budget.UNLIMITED);
            return new LimitAllocator(pool, process.child("state", Budget.UNLIMITED));
        }

        @Override
        long counted(LuaAlloc created) {
            return ((LimitAllocator) created).budget().parent().used();
        }
    }
}
