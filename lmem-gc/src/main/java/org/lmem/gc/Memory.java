package org.lmem.gc;

import org.lmem.core.LuaMemory;
import org.lmem.core.raw.RawMemory;

/// The memory manager as a thread sees it: a refusal or a size that cannot be computed becomes an error of that thread.
///
/// Freeing cannot fail and needs no thread; it goes to [LuaMemory] directly.
final class Memory {
    private Memory() {}

    /// @lua luaM_realloc_ lmem.c:76
    static long realloc(LuaState state, long block, long osize, long nsize) {
        if (state.global.guarded && Long.compareUnsigned(nsize, osize) > 0)
            Emergency.admit(state, block, osize, nsize);
        long newBlock = state.memory.tryRealloc(block, osize, nsize);
        if (newBlock == RawMemory.NULL && nsize != 0)
            throw Calls.raise(state, state.memory.outOfMemory(block, osize, nsize));
        return newBlock;
    }

    /// @lua luaM_malloc lmem.h:28
    static long malloc(LuaState state, long size) {
        return realloc(state, RawMemory.NULL, 0, size);
    }

    /// @lua luaM_reallocv lmem.h:19
    static long reallocv(LuaState state, long block, long on, long n, long e) {
        if (!LuaMemory.isProductSize(n + 1, e) || (n < 0 && state.global.rejectedNegativeCounts))
            throw tooBig(state, "n=" + Messages.size(n) + ", elementsize=" + e);
        return realloc(state, block, on * e, n * e);
    }

    /// @lua luaM_newvector lmem.h:30
    static long newVector(LuaState state, long n, long e) {
        return reallocv(state, RawMemory.NULL, 0, n, e);
    }

    /// @lua luaM_toobig lmem.c:66
    static RuntimeException tooBig(LuaState state, String facts) {
        return Errors.runError(state, facts, "memory allocation error: block too big");
    }
}
