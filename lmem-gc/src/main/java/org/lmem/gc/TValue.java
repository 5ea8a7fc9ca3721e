package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getDouble;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putDouble;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;

/// A tagged value: what a stack slot, a table entry, an upvalue holds. It is not an object of its own.
///
/// ```
///    0        8     12    16
///   ┌────────┬─────┬─────┐
///   │ value  │ tt  │  ·  │    value: a double, an address, a number handed in by the host, or 0 and 1 for booleans
///   └────────┴─────┴─────┘
/// ```
///
/// Tags below [#STRING] are values by themselves, those from there on are addresses of objects that the collector owns.
/// The tag is always written as eight bytes, padding included, so that a value can be copied as two words right away
/// (a load that is wider than the store before it would have to wait for the cache).
///
/// @lua TValue lobject.h:73
public final class TValue {
    /// The layout of a value: `value`, `tt`.
    public static final StructLayout LAYOUT = Struct.of("TValue", Struct.word("value"), Struct.int32("tt"));

    static final int NIL = 0;
    static final int BOOLEAN = 1;
    static final int LIGHTUSERDATA = 2;
    static final int NUMBER = 3;
    static final int STRING = 4;
    static final int TABLE = 5;
    static final int FUNCTION = 6;
    static final int USERDATA = 7;
    static final int THREAD = 8;
    /// How many tags a program can see. @lua NUM_TAGS lobject.h:21
    static final int TAGS = THREAD + 1;
    static final int PROTO = 9;
    static final int UPVAL = 10;
    /// The key of an entry whose value is gone and whose key may be, too. @lua LUA_TDEADKEY lobject.h:29
    static final int DEADKEY = 11;

    static final long SIZE = LAYOUT.byteSize();
    /// What shifts an index to an offset: `SIZE == 1 << SHIFT`.
    static final int SHIFT = Long.numberOfTrailingZeros(SIZE);
    private static final long TT = Struct.offset(LAYOUT, "tt");

    /// The value that stands for "there is none": its address tells it from a nil that is stored somewhere.
    ///
    /// @lua luaO_nilobject lobject.c:27
    static final long ABSENT = Arena.global().allocate(LAYOUT).address();

    private TValue() {}

    /// @lua ttype lobject.h:90
    static int tag(long o) {
        return getInt(o, TT);
    }

    /// The value's eight bytes, whatever they mean.
    static long bits(long o) {
        return getLong(o);
    }

    static boolean isNil(long o) {
        return tag(o) == NIL;
    }

    static boolean isString(long o) {
        return tag(o) == STRING;
    }

    static boolean isNumber(long o) {
        return tag(o) == NUMBER;
    }

    static boolean isTable(long o) {
        return tag(o) == TABLE;
    }

    static boolean isFunction(long o) {
        return tag(o) == FUNCTION;
    }

    /// @lua iscollectable lobject.h:189
    static boolean isCollectable(long o) {
        return tag(o) >= STRING;
    }

    /// @lua l_isfalse lobject.h:103
    static boolean isFalse(long o) {
        int tag = tag(o);
        return tag == NIL || (tag == BOOLEAN && bits(o) == 0);
    }

    /// @lua nvalue lobject.h:93
    static double number(long o) {
        return getDouble(o);
    }

    /// The address of the object that a collectable value is.
    ///
    /// @lua gcvalue lobject.h:91
    static long object(long o) {
        return getLong(o);
    }

    /// @lua setnilvalue lobject.h:117
    static void setNil(long o) {
        putLong(o, TT, NIL);
    }

    /// @lua setnvalue lobject.h:119
    static void setNumber(long o, double n) {
        putDouble(o, n);
        putLong(o, TT, NUMBER);
    }

    /// Writes a value of any type; the counterpart of the macros from `setpvalue` to `setptvalue`.
    static void set(long o, long bits, int tag) {
        putLong(o, bits);
        putLong(o, TT, tag);
    }

    /// @lua setttype lobject.h:186
    static void setTag(long o, int tag) {
        putLong(o, TT, tag);
    }

    /// @lua setobj lobject.h:161
    static void copy(long from, long to) {
        long bits = getLong(from);
        long tag = getLong(from, TT);
        putLong(to, bits);
        putLong(to, TT, tag);
    }

    /// Whether two values are the same without asking a metamethod.
    ///
    /// @lua luaO_rawequalObj lobject.c:72
    static boolean rawEquals(long a, long b) {
        return tag(a) == tag(b) && rawEquals(a, bits(b), tag(b));
    }

    /// The same, the second value being in two registers.
    static boolean rawEquals(long a, long bits, int tag) {
        if (tag(a) != tag)
            return false;
        return switch (tag) {
            case NIL -> true;
            case NUMBER -> number(a) == Double.longBitsToDouble(bits);
            default -> bits(a) == bits;
        };
    }
}
