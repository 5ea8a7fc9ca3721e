package org.lmem.allocators;

import org.lmem.core.raw.RawMemory;

/// What a pool knows of one page: 32 bytes in the page table, outside of the page itself.
///
/// ```
///    0 ┬ long  free      the page's own free list: its first block, linked through the first word of each
///    8 ┼ long  tally     sizeClass << 32 | frees until the page's next event
///   16 ┼ int   next      pages of a queue, or runs of a bin, are linked through the numbers of their first pages
///   20 ┼ int   previous
///   24 ┼ int   count     blocks carved so far │ pages of the block or of the free run
///   28 ┼ short touched   units of memory in this page that were ever touched
///   30 ┼ byte  state
///   32 ┘
/// ```
///
/// A record that is all zero is that of a page which was never used.
final class PageRecord {
    static final int BYTES = 32;
    static final int SHIFT = 5;

    private static final int FREE = 0;
    static final int TALLY = 8;
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
    /// Any page of a span but the first, whose number is in `free`.
    static final int TAIL = 0x7002;

    // States
    /// It serves requests: the blocks of the class's head are its.
    static final byte CURRENT = 1;
    /// All of its blocks are in use; its next event is the first free.
    static final byte FULL = 2;
    /// It has room, and waits in the queue of its class.
    static final byte QUEUED = 3;
    /// None of its blocks is in use, and it waits for its class to want it again.
    static final byte SPARE = 4;

    private PageRecord() {}

    static long free(long record) {
        return RawMemory.getLong(record, FREE);
    }

    static void setFree(long record, long block) {
        RawMemory.putLong(record, FREE, block);
    }

    static long tally(long record) {
        return RawMemory.getLong(record, TALLY);
    }

    static void setTally(long record, long tally) {
        RawMemory.putLong(record, TALLY, tally);
    }

    static void setTally(long record, int sizeClass, int frees) {
        RawMemory.putLong(record, TALLY, (long) sizeClass << 32 | frees);
    }

    static int sizeClass(long record) {
        return (int) (tally(record) >>> 32);
    }

    static int frees(long record) {
        return (int) tally(record);
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
