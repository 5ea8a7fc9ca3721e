package org.lmem.allocators;

import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// The C library's allocator under the contract: the base on which the others stand, and a check of the contract itself.
final class SystemAllocContractTest extends LuaAllocContract {
    @Override
    LuaAlloc create() {
        return SystemAlloc.INSTANCE;
    }

    @Override
    boolean checksArguments() {
        return false;
    }
}
