package org.lmem.allocators;

import org.lmem.core.raw.RawMemory;

/// What a pool knows of one page: 32 bytes in the page table, outside of the page itself.
///
/// ```
///    0 ┬ long  top       of the page's stack: where the place of the block that is taken next stands ([FreeStacks])
///    8 ┼ long  bound     sizeClass << 32 | low half of the top at which a free is an event
///   16 ┼ int   next      pages of a queue, or runs of a bin, are linked through the numbers of their first pages
///   20 ┼ int   previous
///   24 ┼ int   count     blocks carved so far │ pages of the block or of the free run
///   28 ┼ short touched   units of memory in this page that were ever touched
///   30 ┼ byte  state
///   32 ┘
/// ```
///
/// A record that is all zero is that of a page which was never used.
///
/// *The bound* answers two questions with one subtraction. What is left of it without the class that `osize` names and
/// without the low half of the new top is the distance to the event, where both are right; every wrong class leaves a
/// multiple of 2³² or something negative. A bound of 0 makes every free an event. Classes above the small ones are marked
/// with [#MEDIUM], which is more than any number of units, so that a size in units never passes for their number.
final class PageRecord {
    static final int BYTES = 32;
    static final int SHIFT = 5;

    static final int TOP = 0;
    static final int BOUND = 8;
    private static final int NEXT = 16;
    private static final int PREVIOUS = 20;
    private static final int COUNT = 24;
    private static final int TOUCHED = 28;
    private static final int STATE = 30;

    // Classes that no size has
    /// Page of a free run, or never used.
    static final int NO_BLOCK = 0;
    /// Page of a block that has pages of its own, the first one.
    static final int LARGE = 0x7001;
    /// Any page of a span but the first, whose number is in `top`.
    static final int TAIL = 0x7002;

    private static final int MEDIUM = 1 << 28;

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

    static long bound(long record) {
        return RawMemory.getLong(record, BOUND);
    }

    /// Says what class the page has, and when a free is an event.
    ///
    /// @param top at which it is one; 0 where each is
    static void setBound(long record, int sizeClass, long top) {
        int mark = sizeClass > SizeClasses.SMALL_COUNT && sizeClass < SizeClasses.COUNT ? MEDIUM : 0;
        RawMemory.putLong(record, BOUND, (long) (sizeClass | mark) << 32 | (top & 0xFFFF_FFFFL));
    }

    static int sizeClass(long record) {
        return (int) (bound(record) >>> 32) & ~MEDIUM;
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
        return RawMemory.getShort(record, TOUCHED);
    }

    static void setTouched(long record, int units) {
        RawMemory.putShort(record, TOUCHED, (short) units);
    }

    static byte state(long record) {
        return RawMemory.getByte(record, STATE);
    }

    static void setState(long record, byte state) {
        RawMemory.putByte(record, STATE, state);
    }
}
