package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;

/// What is known of a call in progress; a thread has a vector of them.
///
/// ```
///    0      8      16     24        32         36          40
///   ┌──────┬──────┬──────┬─────────┬──────────┬───────────┐
///   │ base │ func │ top  │ savedpc │ nresults │ tailcalls │
///   └──────┴──────┴──────┴─────────┴──────────┴───────────┘
/// ```
///
/// `func` is the called value's stack slot, `base` the first argument's, `top` the first slot that the function may not
/// use.
///
/// @lua CallInfo lstate.h:48
public final class CallInfo {
    /// The layout of a call's record: `base`, `func`, `top`, `savedpc`, `nresults`, `tailcalls`.
    public static final StructLayout LAYOUT = Struct.of("CallInfo", Struct.pointer("base"), Struct.pointer("func"),
            Struct.pointer("top"), Struct.pointer("savedpc"), Struct.int32("nresults"), Struct.int32("tailcalls"));

    static final long SIZE = LAYOUT.byteSize();
    private static final long BASE = Struct.offset(LAYOUT, "base");
    private static final long FUNC = Struct.offset(LAYOUT, "func");
    private static final long TOP = Struct.offset(LAYOUT, "top");
    private static final long NRESULTS = Struct.offset(LAYOUT, "nresults");

    private CallInfo() {}

    static long base(long ci) {
        return getLong(ci, BASE);
    }

    static void setBase(long ci, long base) {
        putLong(ci, BASE, base);
    }

    static long func(long ci) {
        return getLong(ci, FUNC);
    }

    static void setFunc(long ci, long func) {
        putLong(ci, FUNC, func);
    }

    static long top(long ci) {
        return getLong(ci, TOP);
    }

    static void setTop(long ci, long top) {
        putLong(ci, TOP, top);
    }

    static int wantedResults(long ci) {
        return getInt(ci, NRESULTS);
    }

    static void setWantedResults(long ci, int n) {
        putInt(ci, NRESULTS, n);
    }
}
