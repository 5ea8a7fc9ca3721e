package org.lmem.allocators;

import org.lmem.core.raw.RawMemory;

/// What a pool knows of one page: 32 bytes in the page table, outside of the page itself.
///
/// ```
///    0 ┬ long  top       of the page's stack: where the place of the block that is taken next stands ([FreeStacks])
///    8 ┼ int   event     the top from which on a free is an event, its low half; 0 where each is
///   12 ┼ short first     the smallest size of small blocks in bytes
///   14 ┼ short sizes     how many sizes they may have from there on; 0 where there are none
///   16 ┼ int   next      pages of a queue, or runs of a bin, are linked through the numbers of their first pages │ long
///   20 ┼ int   previous                                                                                          │ window
///   24 ┼ int   count     blocks carved so far │ pages of the block or of the free run
///   28 ┼ byte  touched   units of memory in this page that were touched, and not given back since
///   29 ┼ byte  state
///   30 ┼ byte  class
///   32 ┘
/// ```
///
/// A record that is all zero is that of a page which was never used.
///
/// *Sizes* are named beside the class so that a free asks one question, by one comparison: is this a size that small blocks of
/// the page have? No stack of small blocks crosses a border of 4 GiB, so that half of an address tells where on it a top is.
///
/// *The window* is where the places on the stack of a page are counted from. Only a page in state CURRENT is asked for it, and
/// that one is in no queue.
final class PageRecord {
    static final int BYTES = 32;
    static final int SHIFT = 5;

    static final int TOP = 0;
    static final int EVENT = 8;
    static final int FIRST = 12;
    static final int SIZES = 14;
    static final int WINDOW = 16;
    private static final int NEXT = 16;
    private static final int PREVIOUS = 20;
    private static final int COUNT = 24;
    private static final int TOUCHED = 28;
    private static final int STATE = 29;
    private static final int CLASS = 30;

    // Classes that no size has
    /// Page of a free run, or never used.
    static final int NO_BLOCK = 0;
    /// Page of a block that has pages of its own, the first one.
    static final int LARGE = 0xFE;
    /// Any page of a span but the first, whose number is in `top`.
    static final int TAIL = 0xFF;

    // States
    /// It serves requests: the head of its class is its record.
    static final byte CURRENT = 1;
    /// All of its blocks are in use; its next event is the first free.
    static final byte FULL = 2;
    /// It has room, and waits in the queue of its class.
    static final byte QUEUED = 3;
    /// None of its blocks is in use, and it waits for its class to want it again.
    static final byte SPARE = 4;

    private PageRecord() {}

    static long top(long record) {
        return RawMemory.getLong(record, TOP);
    }

    static void setTop(long record, long top) {
        RawMemory.putLong(record, TOP, top);
    }

    /// Whether a free after which this is the top is no event.
    static boolean isBelowEvent(long record, long top) {
        return Integer.compareUnsigned((int) top, RawMemory.getInt(record, EVENT)) < 0;
    }

    /// When a free is an event.
    ///
    /// @param top from which on it is one; 0 where each is
    static void setEvent(long record, long top) {
        RawMemory.putInt(record, EVENT, (int) top);
    }

    /// The sizes that small blocks of the page may have, as one number that [#isAmong] reads: the smallest in its low half, how
    /// many in its high one. [NativePath] reads the halves by themselves, where the low one comes first.
    static int sizes(long record) {
        return RawMemory.getInt(record, FIRST);
    }

    /// Whether a size is one of those.
    static boolean isAmong(int sizes, long bytes) {
        return Long.compareUnsigned(bytes - (short) sizes, sizes >>> Short.SIZE) < 0;
    }

    /// Whether a size is one that small blocks of the page may have.
    static boolean isOfClass(long record, long bytes) {
        return isAmong(sizes(record), bytes);
    }

    /// The smallest size that small blocks of the page may have, in units of 16 bytes.
    static int smallest(long record) {
        return ((short) sizes(record) + 15) >>> SizeClasses.UNIT_SHIFT;
    }

    /// Says which sizes small blocks of the page may have: all those that are rounded up to units of 16 bytes between two
    /// numbers.
    static void setSizes(long record, int smallest, int largest) {
        int first = ((smallest - 1) << SizeClasses.UNIT_SHIFT) + 1;
        int count = (largest - smallest + 1) << SizeClasses.UNIT_SHIFT;
        RawMemory.putInt(record, FIRST, count << Short.SIZE | first);
    }

    static int sizeClass(long record) {
        return Byte.toUnsignedInt(RawMemory.getByte(record, CLASS));
    }

    /// Says what the page is for. Every free is an event until more is known.
    static void setClass(long record, int sizeClass) {
        setEvent(record, 0);
        RawMemory.putByte(record, CLASS, (byte) sizeClass);
        if (sizeClass != NO_BLOCK && sizeClass <= SizeClasses.SMALL_COUNT)
            setSizes(record, sizeClass - SizeClasses.units(sizeClass) + 1, sizeClass);
        else
            setSizes(record, 1, 0);
    }

    static long window(long record) {
        return RawMemory.getLong(record, WINDOW);
    }

    /// Lets the page serve requests.
    ///
    /// @param window where places on its stack are counted from
    static void setCurrent(long record, long window) {
        setState(record, CURRENT);
        RawMemory.putLong(record, WINDOW, window);
    }

    static int next(long record) {
        return RawMemory.getInt(record, NEXT);
    }

    static void setNext(long record, int page) {
        RawMemory.putInt(record, NEXT, page);
    }

    static int previous(long record) {
        return RawMemory.getInt(record, PREVIOUS);
    }

    static void setPrevious(long record, int page) {
        RawMemory.putInt(record, PREVIOUS, page);
    }

    static int count(long record) {
        return RawMemory.getInt(record, COUNT);
    }

    static void setCount(long record, int count) {
        RawMemory.putInt(record, COUNT, count);
    }

    static int touched(long record) {
        return Byte.toUnsignedInt(RawMemory.getByte(record, TOUCHED));
    }

    static void setTouched(long record, int units) {
        RawMemory.putByte(record, TOUCHED, (byte) units);
    }

    static byte state(long record) {
        return RawMemory.getByte(record, STATE);
    }

    static void setState(long record, byte state) {
        RawMemory.putByte(record, STATE, state);
    }
}
