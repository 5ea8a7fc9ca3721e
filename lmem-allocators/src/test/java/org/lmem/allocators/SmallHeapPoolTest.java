package org.lmem.allocators;

import org.lmem.core.LuaAlloc;

/// The pool whose classes share pages under the contract and the random model.
final class SmallHeapPoolTest extends LuaAllocContract {
    @Override
    LuaAlloc create() {
        return new PoolAllocator(PoolAllocator.Options.SMALL_HEAP);
    }

    @Override
    long liveBytes(LuaAlloc created) {
        return ((PoolAllocator) created).liveBytes();
    }
}
