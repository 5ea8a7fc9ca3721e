package org.lmem.allocators;

import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;

/// What a decorator asks of the allocator below it. Where that is a pool, it is called by its class and for the kind of request:
/// so the fast path of this kind alone is put into the code of the decorator, and that even where decorators stand over
/// allocators of several kinds in one program.
///
/// Called through [LuaAlloc#realloc], HotSpot would read the other two kinds as well each time, for it does not know which kind it
/// is; and after so much code it puts no more of it anywhere ([OutOfLine]).
///
/// *What stands in `realloc` of a decorator.* Its new blocks and its frees, each with the path of the pool in it, and nothing
/// else. A method of its own for either could be left out of the loop that makes the requests, from one start of a program to
/// the next: where HotSpot has compiled it already, to more than a fourth of the code that it puts anywhere (its option
/// `InlineSmallCode`), it puts it only where at least every fourth request goes, and a program that first makes what it
/// frees later is compiled while none does. Then each free was a call. Resizes are rarer, and with them there
/// too the loop had not enough registers.
final class Inner {
    private Inner() {}

    /// An allocator as a pool, null where it is none.
    static @Nullable PoolAllocator poolOrNull(LuaAlloc inner) {
        return inner instanceof PoolAllocator pool ? pool : null;
    }

    static long allocate(@Nullable PoolAllocator pool, LuaAlloc inner, long tag, long size) {
        return pool == null ? inner.realloc(LuaAlloc.NULL, tag, size) : pool.allocate(size);
    }

    static long free(@Nullable PoolAllocator pool, LuaAlloc inner, long block, long osize) {
        return pool == null ? inner.realloc(block, osize, 0) : pool.free(block, osize);
    }

    static long resize(@Nullable PoolAllocator pool, LuaAlloc inner, long block, long osize, long nsize) {
        return pool == null ? inner.realloc(block, osize, nsize) : pool.resize(block, osize, nsize);
    }
}
