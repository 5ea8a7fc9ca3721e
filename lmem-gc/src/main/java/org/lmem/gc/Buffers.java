package org.lmem.gc;

import org.lmem.core.LuaMemory;

/// The buffer in which a state concatenates: `Mbuffer` of `lzio.c`.
///
/// @lua lzio lzio.c
final class Buffers {
    /// The smallest size.
    ///
    /// @lua LUA_MINBUFFER llimits.h:103
    static final int MINIMUM = 32;

    private Buffers() {}

    /// The buffer, with room for some bytes: it grows to exactly what is needed.
    ///
    /// @lua luaZ_openspace lzio.c:74
    static long openSpace(LuaState state, long bytes) {
        long g = state.global.address;
        if (Long.compareUnsigned(bytes, Global.bufferSize(g)) > 0)
            resize(state, Math.max(bytes, MINIMUM));
        return Global.buffer(g);
    }

    /// @lua luaZ_resizebuffer lzio.h:39
    static void resize(LuaState state, long size) {
        long g = state.global.address;
        Global.setBuffer(g, Memory.reallocv(state, Global.buffer(g), Global.bufferSize(g), size, 1), size);
    }

    /// @lua luaZ_freebuffer lzio.h:43
    static void free(LuaMemory memory, long g) {
        Global.setBuffer(g, memory.reallocv(Global.buffer(g), Global.bufferSize(g), 0, 1), 0);
    }
}
