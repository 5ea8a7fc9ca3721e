package org.lmem.examples.lua;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.Global;
import org.lmem.gc.LuaThread;

/// What a state of the real Lua counts, read from its `global_State`: the layouts of lmem-gc are C's.
///
/// @param totalBytes bytes in use
/// @param threshold bytes in use at which the collector works next, unsigned; 2^64 − 3 while it is stopped
/// @param estimate bytes believed to be live; undefined before the first cycle has marked
/// @param debt by how many bytes the collector is behind
/// @lua global_State lstate.h:68
public record Figures(long totalBytes, long threshold, long estimate, long debt) {
    private static final long GLOBAL = offset(LuaThread.LAYOUT, "l_G");
    private static final long TOTALBYTES = offset(Global.LAYOUT, "totalbytes");
    private static final long THRESHOLD = offset(Global.LAYOUT, "GCthreshold");
    private static final long ESTIMATE = offset(Global.LAYOUT, "estimate");
    private static final long DEBT = offset(Global.LAYOUT, "gcdept");

    private static long offset(MemoryLayout layout, String member) {
        return layout.byteOffset(PathElement.groupElement(member));
    }

    /// Reads the figures. May be called inside the state's allocator, where the total is that before the request.
    ///
    /// @param state the address of any of its threads, alive
    static Figures of(long state) {
        long g = RawMemory.getLong(state + GLOBAL);
        return new Figures(RawMemory.getLong(g + TOTALBYTES), RawMemory.getLong(g + THRESHOLD),
                RawMemory.getLong(g + ESTIMATE), RawMemory.getLong(g + DEBT));
    }

    /// Makes the collector work at the next safe point, as `LUA_GCRESTART` does: a plain store, allowed anywhere.
    ///
    /// @lua LUA_GCRESTART lapi.c:909
    static void restart(long state) {
        long g = RawMemory.getLong(state + GLOBAL);
        RawMemory.putLong(g + THRESHOLD, RawMemory.getLong(g + TOTALBYTES));
    }
}
