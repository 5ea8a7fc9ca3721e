package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import java.util.List;

/// Metamethods: their names, and where to find one: `ltm.c`.
///
/// The first [#FAST] events are looked for so often that a metatable remembers in its flags which of them it has not.
///
/// @lua ltm ltm.c
final class TagMethods {
    static final int INDEX = 0;
    static final int NEWINDEX = 1;
    static final int GC = 2;
    static final int MODE = 3;
    static final int EQ = 4;
    static final int LT = 13;
    static final int CONCAT = 15;
    static final int CALL = 16;

    /// How many events have a flag.
    static final int FAST = EQ + 1;

    private static final List<String> NAMES = List.of("__index", "__newindex", "__gc", "__mode", "__eq", "__add",
            "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__len", "__lt", "__le", "__concat", "__call");

    private TagMethods() {}

    /// Makes the names of all events, which are never collected.
    ///
    /// @lua luaT_init ltm.c:30
    static void init(LuaState state) {
        for (int event = 0; event < Global.EVENTS; event++)
            Global.setEventName(state.global.address, event, Strings.fixed(state, NAMES.get(event)));
    }

    /// The place of a metamethod in a metatable, or 0 where there is none (or no metatable).
    ///
    /// @param event one of the first [#FAST]
    /// @lua fasttm ltm.h:44
    static long fast(long g, long mt, int event) {
        if (mt == NULL || (Table.flags(mt) & 1 << event) != 0)
            return NULL;
        long tm = Tables.getStr(mt, Global.eventName(g, event));
        if (!TValue.isNil(tm))
            return tm;
        Table.setFlags(mt, Table.flags(mt) | 1 << event);
        return NULL;
    }

    /// The place of a value's metamethod, [TValue#ABSENT] where there is none.
    ///
    /// @lua luaT_gettmbyobj ltm.c:61
    static long of(long g, long bits, int tag, int event) {
        long mt = metatable(g, bits, tag);
        return mt == NULL ? TValue.ABSENT : Tables.getStr(mt, Global.eventName(g, event));
    }

    /// The metatable of a value, or 0.
    static long metatable(long g, long bits, int tag) {
        return switch (tag) {
            case TValue.TABLE -> Table.metatable(bits);
            case TValue.USERDATA -> Udata.metatable(bits);
            default -> Global.metatable(g, tag);
        };
    }
}
