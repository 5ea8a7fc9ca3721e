package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.getShort;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;
import static org.lmem.core.raw.RawMemory.putShort;

import java.lang.foreign.StructLayout;

/// A thread of a state (a coroutine, or the main program): its value stack and its calls.
///
/// ```
///    0      8    9        10       11  16    24     32    40   48        56           64      72       80        88
///   ┌──────┬────┬────────┬────────┬───┬─────┬──────┬─────┬────┬─────────┬────────────┬───────┬────────┬─────────┐
///   │ next │ tt │ marked │ status │ · │ top │ base │ l_G │ ci │ savedpc │ stack_last │ stack │ end_ci │ base_ci │
///   └──────┴────┴────────┴────────┴───┴─────┴──────┴─────┴────┴─────────┴────────────┴───────┴────────┴─────────┘
///    88          92        96        98           100        101         102  104              108         112
///   ┌───────────┬─────────┬─────────┬────────────┬──────────┬───────────┬────┬────────────────┬───────────┐
///   │ stacksize │ size_ci │ nCcalls │ baseCcalls │ hookmask │ allowhook │ ·  │ basehookcount  │ hookcount │
///   └───────────┴─────────┴─────────┴────────────┴──────────┴───────────┴────┴────────────────┴───────────┘
///    112    120    136   152         160      168        176       184
///   ┌──────┬──────┬─────┬───────────┬────────┬──────────┬─────────┐
///   │ hook │ l_gt │ env │ openupval │ gclist │ errorJmp │ errfunc │       l_gt, env: a TValue each
///   └──────┴──────┴─────┴───────────┴────────┴──────────┴─────────┘
///
///   stack ─►│ func │ base … │ func │ base …          top ─►│  free  │ stack_last ─►│ 5 extra │
///            base_ci[0]      base_ci[1] … ci
/// ```
///
/// `Differs from Lua:` `errorJmp` holds no address of a jump buffer but how many protected calls are in progress.
///
/// @lua lua_State lstate.h:100
public final class LuaThread {
    /// The layout of a thread, members as in the diagram.
    public static final StructLayout LAYOUT = Struct.of("lua_State",
            Struct.header(Struct.uint8("status"), Struct.pointer("top"), Struct.pointer("base"), Struct.pointer("l_G"),
                    Struct.pointer("ci"), Struct.pointer("savedpc"), Struct.pointer("stack_last"),
                    Struct.pointer("stack"), Struct.pointer("end_ci"), Struct.pointer("base_ci"),
                    Struct.int32("stacksize"), Struct.int32("size_ci"), Struct.uint16("nCcalls"),
                    Struct.uint16("baseCcalls"), Struct.uint8("hookmask"), Struct.uint8("allowhook"),
                    Struct.int32("basehookcount"), Struct.int32("hookcount"), Struct.pointer("hook"),
                    TValue.LAYOUT.withName("l_gt"), TValue.LAYOUT.withName("env"), Struct.pointer("openupval"),
                    Struct.pointer("gclist"), Struct.pointer("errorJmp"), Struct.word("errfunc")));

    static final long SIZE = LAYOUT.byteSize();
    private static final long TOP = Struct.offset(LAYOUT, "top");
    private static final long BASE = Struct.offset(LAYOUT, "base");
    private static final long GLOBAL = Struct.offset(LAYOUT, "l_G");
    private static final long CI = Struct.offset(LAYOUT, "ci");
    private static final long STACK_LAST = Struct.offset(LAYOUT, "stack_last");
    private static final long STACK = Struct.offset(LAYOUT, "stack");
    private static final long END_CI = Struct.offset(LAYOUT, "end_ci");
    private static final long BASE_CI = Struct.offset(LAYOUT, "base_ci");
    private static final long STACKSIZE = Struct.offset(LAYOUT, "stacksize");
    private static final long SIZE_CI = Struct.offset(LAYOUT, "size_ci");
    private static final long NCCALLS = Struct.offset(LAYOUT, "nCcalls");
    private static final long ALLOWHOOK = Struct.offset(LAYOUT, "allowhook");
    private static final long L_GT = Struct.offset(LAYOUT, "l_gt");
    private static final long ENV = Struct.offset(LAYOUT, "env");
    static final long OPENUPVAL = Struct.offset(LAYOUT, "openupval");
    static final long GCLIST = Struct.offset(LAYOUT, "gclist");
    private static final long ERRORJMP = Struct.offset(LAYOUT, "errorJmp");
    private static final long ERRFUNC = Struct.offset(LAYOUT, "errfunc");
    /// Where the members that the collector's head does not hold begin.
    static final long BODY = Struct.offset(LAYOUT, "status");

    private LuaThread() {}

    static long top(long l) {
        return getLong(l, TOP);
    }

    static void setTop(long l, long top) {
        putLong(l, TOP, top);
    }

    static long base(long l) {
        return getLong(l, BASE);
    }

    static void setBase(long l, long base) {
        putLong(l, BASE, base);
    }

    /// @lua G lstate.h:130
    static long global(long l) {
        return getLong(l, GLOBAL);
    }

    static void setGlobal(long l, long g) {
        putLong(l, GLOBAL, g);
    }

    static long ci(long l) {
        return getLong(l, CI);
    }

    static void setCI(long l, long ci) {
        putLong(l, CI, ci);
    }

    static long stackLast(long l) {
        return getLong(l, STACK_LAST);
    }

    static void setStackLast(long l, long slot) {
        putLong(l, STACK_LAST, slot);
    }

    static long stack(long l) {
        return getLong(l, STACK);
    }

    static void setStack(long l, long stack) {
        putLong(l, STACK, stack);
    }

    static long endCI(long l) {
        return getLong(l, END_CI);
    }

    static void setEndCI(long l, long ci) {
        putLong(l, END_CI, ci);
    }

    static long baseCI(long l) {
        return getLong(l, BASE_CI);
    }

    static void setBaseCI(long l, long ci) {
        putLong(l, BASE_CI, ci);
    }

    static int stackSize(long l) {
        return getInt(l, STACKSIZE);
    }

    static void setStackSize(long l, int slots) {
        putInt(l, STACKSIZE, slots);
    }

    static int sizeCI(long l) {
        return getInt(l, SIZE_CI);
    }

    static void setSizeCI(long l, int calls) {
        putInt(l, SIZE_CI, calls);
    }

    /// How many calls of host functions are nested.
    static int nestedCalls(long l) {
        return getShort(l, NCCALLS) & 0xFFFF;
    }

    static void setNestedCalls(long l, int n) {
        putShort(l, NCCALLS, (short) n);
    }

    static boolean allowsHooks(long l) {
        return getByte(l, ALLOWHOOK) != 0;
    }

    static void setAllowsHooks(long l, boolean allowed) {
        putByte(l, ALLOWHOOK, (byte) (allowed ? 1 : 0));
    }

    /// The place of the table of globals.
    ///
    /// @lua gt lstate.h:22
    static long globals(long l) {
        return l + L_GT;
    }

    /// The place through which the environment of the running function is shown.
    static long env(long l) {
        return l + ENV;
    }

    static long openUpval(long l) {
        return getLong(l, OPENUPVAL);
    }

    static void setOpenUpval(long l, long uv) {
        putLong(l, OPENUPVAL, uv);
    }

    static long gcList(long l) {
        return getLong(l, GCLIST);
    }

    static void setGCList(long l, long o) {
        putLong(l, GCLIST, o);
    }

    /// How many protected calls are in progress; without one an error has no recovery point.
    static long protectedCalls(long l) {
        return getLong(l, ERRORJMP);
    }

    static void setProtectedCalls(long l, long n) {
        putLong(l, ERRORJMP, n);
    }

    /// The message handler's distance from the bottom of the stack, in bytes; 0 for none.
    static long errorFunction(long l) {
        return getLong(l, ERRFUNC);
    }

    static void setErrorFunction(long l, long offset) {
        putLong(l, ERRFUNC, offset);
    }
}
