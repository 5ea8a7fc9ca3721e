package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;

/// A function with its upvalues, of the host (`isC` = 1) or of Lua (`isC` = 0).
///
/// ```
///    0      8    9        10    11          12  16       24    32      40
///   ┌──────┬────┬────────┬─────┬───────────┬───┬────────┬─────┬───────┬─────────────────────────────────┐
///   │ next │ tt │ marked │ isC │ nupvalues │ · │ gclist │ env │ f │ p │ TValue[nupvalues] or UpVal*[…]  │
///   └──────┴────┴────────┴─────┴───────────┴───┴────────┴─────┴───────┴─────────────────────────────────┘
/// ```
///
/// `Differs from Lua:` where C keeps the address of a C function in `f`, the handle of a [LuaFunction] stands here.
///
/// @lua Closure lobject.h:309
public final class Closure {
    /// The layout of a closure's head: `next`, `tt`, `marked`, `isC`, `nupvalues`, `gclist`, `env`, `f`. The upvalues
    /// follow. A Lua closure has the address of its [Proto] in the place of `f`.
    public static final StructLayout LAYOUT = Struct.of("Closure",
            Struct.header(Struct.uint8("isC"), Struct.uint8("nupvalues"), Struct.pointer("gclist"),
                    Struct.pointer("env"), Struct.pointer("f")));

    static final long HEAD = LAYOUT.byteSize();
    private static final long ISC = Struct.offset(LAYOUT, "isC");
    private static final long NUPVALUES = Struct.offset(LAYOUT, "nupvalues");
    static final long GCLIST = Struct.offset(LAYOUT, "gclist");
    private static final long ENV = Struct.offset(LAYOUT, "env");
    private static final long F = Struct.offset(LAYOUT, "f");

    private Closure() {}

    /// @lua sizeCclosure lfunc.h:14
    static long sizeOfC(int n) {
        return HEAD + n * TValue.SIZE;
    }

    /// @lua sizeLclosure lfunc.h:17
    static long sizeOfLua(int n) {
        return HEAD + n * (long) Long.BYTES;
    }

    /// The bytes that a closure takes.
    static long sizeOf(long c) {
        return isC(c) ? sizeOfC(countUpvalues(c)) : sizeOfLua(countUpvalues(c));
    }

    static boolean isC(long c) {
        return getByte(c, ISC) != 0;
    }

    static void setC(long c, boolean isC) {
        putByte(c, ISC, (byte) (isC ? 1 : 0));
    }

    static int countUpvalues(long c) {
        return getByte(c, NUPVALUES) & 0xFF;
    }

    static void setCountUpvalues(long c, int n) {
        putByte(c, NUPVALUES, (byte) n);
    }

    static long gcList(long c) {
        return getLong(c, GCLIST);
    }

    static void setGCList(long c, long o) {
        putLong(c, GCLIST, o);
    }

    static long env(long c) {
        return getLong(c, ENV);
    }

    static void setEnv(long c, long env) {
        putLong(c, ENV, env);
    }

    /// The handle of a host function.
    static long function(long c) {
        return getLong(c, F);
    }

    static void setFunction(long c, long handle) {
        putLong(c, F, handle);
    }

    /// The place of an upvalue of a host function, counted from 0.
    static long upvalue(long c, int i) {
        return c + HEAD + ((long) i << TValue.SHIFT);
    }

    /// The prototype of a Lua function.
    static long proto(long c) {
        return getLong(c, F);
    }

    static void setProto(long c, long p) {
        putLong(c, F, p);
    }

    /// An [UpVal] of a Lua function, counted from 0.
    static long upval(long c, int i) {
        return getLong(c + HEAD + (long) i * Long.BYTES);
    }

    static void setUpval(long c, int i, long uv) {
        putLong(c + HEAD + (long) i * Long.BYTES, uv);
    }
}
