package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;
import java.nio.ByteOrder;

/// The head that all collectable objects share: a link, the type, the marks of the collector.
///
/// ```
///    0        8    9        10      16
///   ┌────────┬────┬────────┬────────┐      marked:  7  6  5  4  3  2  1  0
///   │ next   │ tt │ marked │   ·    │                  │  │  │  │  │  └──┴── white 1, white 0
///   └────────┴────┴────────┴────────┘                  │  │  │  │  └─ black
///                                                      │  │  │  └─ userdata: finalised; table: weak keys
///                                                      │  │  └─ table: weak values
///                                                      │  └─ fixed: never collected
///                                                      └─ super-fixed: the main thread, freed by close alone
/// ```
///
/// The bit positions are 5.1.5's. Gray is neither white nor black.
///
/// @lua GCheader lobject.h:49
public final class GCHeader {
    /// The layout of the head: `next`, `tt`, `marked`.
    public static final StructLayout LAYOUT = Struct.of("GCheader", Struct.header());

    static final int WHITE0 = 1;
    static final int WHITE1 = 1 << 1;
    static final int WHITES = WHITE0 | WHITE1;
    static final int BLACK = 1 << 2;
    static final int FINALIZED = 1 << 3;
    static final int WEAKKEYS = 1 << 3;
    static final int WEAKVALUES = 1 << 4;
    static final int FIXED = 1 << 5;
    static final int SUPERFIXED = 1 << 6;

    static final long NEXT = Struct.offset(LAYOUT, "next");
    private static final long TT = Struct.offset(LAYOUT, "tt");
    private static final long MARKED = Struct.offset(LAYOUT, "marked");

    /// The four bytes of which type and marks are the first two, as one number: the collector reads and writes them at
    /// once, since a load that is wider than the store before it would have to wait.
    private static final long WORD = TT;
    private static final int TYPE_SHIFT = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0 : 24;
    private static final int MARK_SHIFT = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 8 : 16;

    private GCHeader() {}

    static long next(long o) {
        return getLong(o, NEXT);
    }

    static void setNext(long o, long next) {
        putLong(o, NEXT, next);
    }

    static int type(long o) {
        return getByte(o, TT);
    }

    static void setType(long o, int type) {
        putByte(o, TT, (byte) type);
    }

    static int marked(long o) {
        return getByte(o, MARKED) & 0xFF;
    }

    static void setMarked(long o, int marked) {
        putByte(o, MARKED, (byte) marked);
    }

    /// Type and marks as one number.
    static int word(long o) {
        return getInt(o, WORD);
    }

    static void setWord(long o, int word) {
        putInt(o, WORD, word);
    }

    /// Writes the type and the marks of a new object, and 0 to the two bytes behind them.
    static void setHead(long o, int type, int marks) {
        setWord(o, type << TYPE_SHIFT | inWord(marks));
    }

    /// The type in such a number.
    static int typeIn(int word) {
        return word >> TYPE_SHIFT & 0xFF;
    }

    /// Marks as they stand in such a number.
    static int inWord(int marks) {
        return marks << MARK_SHIFT;
    }

    /// @lua iswhite lgc.h:65
    static boolean isWhite(long o) {
        return (getByte(o, MARKED) & WHITES) != 0;
    }

    /// @lua isblack lgc.h:66
    static boolean isBlack(long o) {
        return (getByte(o, MARKED) & BLACK) != 0;
    }

    /// @lua isgray lgc.h:67
    static boolean isGray(long o) {
        return (getByte(o, MARKED) & (WHITES | BLACK)) == 0;
    }

    /// Whether a bit, or one of several, is set.
    ///
    /// @lua testbits lgc.h:29
    static boolean test(long o, int bits) {
        return (getByte(o, MARKED) & bits) != 0;
    }

    /// @lua setbits lgc.h:28
    static void set(long o, int bits) {
        setWord(o, word(o) | inWord(bits));
    }

    /// @lua resetbits lgc.h:27
    static void reset(long o, int bits) {
        setWord(o, word(o) & ~inWord(bits));
    }

    /// @lua changewhite lgc.h:72
    static void changeWhite(long o) {
        setWord(o, word(o) ^ inWord(WHITES));
    }
}
