package org.lmem.examples.page;

import java.util.concurrent.atomic.AtomicInteger;
import org.lmem.core.LuaAlloc;

/// Allocators that refuse, for examples of what happens then. They refuse new blocks and growth only, as the contract
/// of [LuaAlloc] has it: shrinking and freeing always succeed.
public final class Refusals {
    private Refusals() {}

    /// An allocator that has no memory at all.
    ///
    /// @return refuses every request for memory
    public static LuaAlloc always() {
        return after(0, (block, osize, nsize) -> LuaAlloc.NULL);
    }

    /// An allocator that refuses blocks above a size.
    ///
    /// @param bytes the largest size that is granted
    /// @param inner does the work
    /// @return the allocator
    public static LuaAlloc above(long bytes, LuaAlloc inner) {
        return (block, osize, nsize) -> isGrowth(osize, nsize) && Long.compareUnsigned(nsize, bytes) > 0
                ? LuaAlloc.NULL
                : inner.realloc(block, osize, nsize);
    }

    /// An allocator that runs dry.
    ///
    /// @param granted requests for memory that succeed; those after them are refused
    /// @param inner does the work
    /// @return the allocator
    public static LuaAlloc after(int granted, LuaAlloc inner) {
        AtomicInteger left = new AtomicInteger(granted);
        return (block, osize, nsize) -> isGrowth(osize, nsize) && left.getAndDecrement() <= 0
                ? LuaAlloc.NULL
                : inner.realloc(block, osize, nsize);
    }

    private static boolean isGrowth(long osize, long nsize) {
        return Long.compareUnsigned(nsize, osize) > 0;
    }
}
