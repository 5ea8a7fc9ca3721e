package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;

/// A full userdata: a head, then a block of the host's own.
///
/// ```
///    0        8    9        10  16          24      32      40
///   ┌────────┬────┬────────┬───┬───────────┬───────┬───────┬───────────────┐
///   │ next   │ tt │ marked │ · │ metatable │ env   │ len   │ len bytes     │
///   └────────┴────┴────────┴───┴───────────┴───────┴───────┴───────────────┘
/// ```
///
/// Userdata are chained behind the main thread, newest first, apart from all other objects, so that the collector finds
/// those with a finaliser without looking at anything else.
///
/// @lua Udata lobject.h:215
public final class Udata {
    /// The layout of the head: `next`, `tt`, `marked`, `metatable`, `env`, `len`.
    public static final StructLayout LAYOUT = Struct.of("Udata",
            Struct.header(Struct.pointer("metatable"), Struct.pointer("env"), Struct.word("len")));

    static final long HEAD = LAYOUT.byteSize();
    private static final long METATABLE = Struct.offset(LAYOUT, "metatable");
    private static final long ENV = Struct.offset(LAYOUT, "env");
    private static final long LEN = Struct.offset(LAYOUT, "len");

    private Udata() {}

    /// The bytes that a userdata with a payload of a length takes.
    ///
    /// @lua sizeudata lstring.h:18
    static long sizeOf(long len) {
        return HEAD + len;
    }

    /// The address of the payload.
    static long payload(long u) {
        return u + HEAD;
    }

    static long metatable(long u) {
        return getLong(u, METATABLE);
    }

    static void setMetatable(long u, long mt) {
        putLong(u, METATABLE, mt);
    }

    static long env(long u) {
        return getLong(u, ENV);
    }

    static void setEnv(long u, long env) {
        putLong(u, ENV, env);
    }

    static long len(long u) {
        return getLong(u, LEN);
    }

    static void setLen(long u, long len) {
        putLong(u, LEN, len);
    }
}
