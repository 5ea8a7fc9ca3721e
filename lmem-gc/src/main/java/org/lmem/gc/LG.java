package org.lmem.gc;

import java.lang.foreign.StructLayout;

/// The first block of a state: its main thread, and behind it what all threads share.
///
/// ```
///    0                      184                          616
///   ┌──────────────────────┬────────────────────────────┐
///   │ l: LuaThread         │ g: Global                  │
///   └──────────────────────┴────────────────────────────┘
/// ```
///
/// @lua LG lstate.c:33
public final class LG {
    /// The layout of the first block: `l`, `g`.
    public static final StructLayout LAYOUT = Struct.of("LG", LuaThread.LAYOUT.withName("l"),
            Global.LAYOUT.withName("g"));

    static final long SIZE = LAYOUT.byteSize();
    private static final long G = Struct.offset(LAYOUT, "g");

    private LG() {}

    static long global(long lg) {
        return lg + G;
    }
}
