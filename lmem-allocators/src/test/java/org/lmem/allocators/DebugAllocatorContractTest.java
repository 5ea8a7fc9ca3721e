package org.lmem.allocators;

import org.junit.jupiter.api.Nested;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// The contract of every allocator, on each way to watch blocks.
class DebugAllocatorContractTest {
    /// The contract with every block watched.
    @Nested
    class FullContract extends DebugContract {
        FullContract() {
            super(DebugOptions.FULL.withSiteDepth(1));
        }
    }

    /// The contract with blocks resized in place and without a quarantine.
    @Nested
    class InPlaceContract extends DebugContract {
        InPlaceContract() {
            super(DebugOptions.FULL.withMoveOnResize(false).withQuarantine(0, 0).withSiteDepth(0));
        }
    }

    /// The contract with some blocks watched.
    @Nested
    class SampledContract extends DebugContract {
        SampledContract() {
            super(DebugOptions.SAMPLED.withSampling(4));
        }
    }

    abstract static class DebugContract extends LuaAllocContract {
        private final DebugOptions options;

        DebugContract(DebugOptions options) {
            this.options = options;
        }

        @Override
        LuaAlloc create() {
            return new DebugAllocator(SystemAlloc.INSTANCE, options);
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((DebugAllocator) created).liveBytes();
        }
    }
}
