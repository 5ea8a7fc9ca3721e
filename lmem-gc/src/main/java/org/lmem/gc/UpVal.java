package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;

/// A variable that closures share: while it is open its value is a stack slot, afterwards its own.
///
/// ```
///    0        8    9        10  16     24              40
///   ┌────────┬────┬────────┬───┬──────┬───────────────┐
///   │ next   │ tt │ marked │ · │ v    │ value         │   closed: v is the address of value
///   └────────┴────┴────────┴───┴──────┼───────┬───────┤
///                                     │ prev  │ next  │   open: v is a stack slot; links of the list of all open ones
///                                     └───────┴───────┘
/// ```
///
/// @lua UpVal lobject.h:274
public final class UpVal {
    /// The layout of an upvalue: `next`, `tt`, `marked`, `v`, `value`. The links `prev` and `next` of an open one lie
    /// over the value.
    public static final StructLayout LAYOUT = Struct.of("UpVal",
            Struct.header(Struct.pointer("v"), TValue.LAYOUT.withName("value")));

    static final long SIZE = LAYOUT.byteSize();
    private static final long V = Struct.offset(LAYOUT, "v");
    private static final long VALUE = Struct.offset(LAYOUT, "value");
    private static final long PREV = VALUE;
    private static final long NEXT = VALUE + Long.BYTES;

    private UpVal() {}

    /// The place of the variable's value.
    static long v(long uv) {
        return getLong(uv, V);
    }

    static void setV(long uv, long v) {
        putLong(uv, V, v);
    }

    static long ownValue(long uv) {
        return uv + VALUE;
    }

    static boolean isOpen(long uv) {
        return v(uv) != ownValue(uv);
    }

    static long previousOpen(long uv) {
        return getLong(uv, PREV);
    }

    static void setPreviousOpen(long uv, long o) {
        putLong(uv, PREV, o);
    }

    static long nextOpen(long uv) {
        return getLong(uv, NEXT);
    }

    static void setNextOpen(long uv, long o) {
        putLong(uv, NEXT, o);
    }
}
