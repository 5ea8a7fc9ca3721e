package org.lmem.allocators;

import org.lmem.core.LuaAlloc;

/// The pool under the contract and the random model.
final class PoolAllocatorContractTest extends LuaAllocContract {
    @Override
    LuaAlloc create() {
        return new PoolAllocator();
    }

    @Override
    long liveBytes(LuaAlloc created) {
        return ((PoolAllocator) created).liveBytes();
    }
}
