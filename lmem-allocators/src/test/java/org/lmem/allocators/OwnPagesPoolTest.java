package org.lmem.allocators;

import org.lmem.core.LuaAlloc;

/// The pool whose classes share no pages under the contract and the random model.
final class OwnPagesPoolTest extends LuaAllocContract {
    @Override
    LuaAlloc create() {
        return new PoolAllocator(PoolAllocator.Options.OWN_PAGES);
    }

    @Override
    long liveBytes(LuaAlloc created) {
        return ((PoolAllocator) created).liveBytes();
    }
}
