package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putLong;

/// The sweeping half of the collector: dead objects are freed, all others become white.
///
/// - `inv.white`: an object is dead if it has the white that is not current; the current one is what new objects get.
///   Hence an object made during the sweep is never dead, and one that was swept is white for the next cycle.
/// - `inv.fixed`: the other white carries the bit of fixed objects, too, so that one test keeps both.
final class Sweeper {
    private static final int MARKS = GCHeader.inWord(GCHeader.BLACK | GCHeader.WHITES);
    private static final int WHITES = GCHeader.inWord(GCHeader.WHITES);

    private Sweeper() {}

    /// Frees the dead objects of a list and whitens the others.
    ///
    /// @param link the address of the link to the first object
    /// @param count how many objects to look at
    /// @return the address of the link to the first object not looked at
    /// @lua sweeplist lgc.c:407
    static long sweepList(LuaState state, long link, int count) {
        long g = state.global.address;
        int deadMask = GCHeader.inWord(Global.otherWhite(g));
        int white = GCHeader.inWord(Global.newWhite(g));
        long p = link;
        int left = count;
        for (long o = getLong(p); o != NULL && left > 0; o = getLong(p)) {
            int word = GCHeader.word(o);
            if (GCHeader.typeIn(word) == TValue.THREAD)
                sweepWholeList(state, o + LuaThread.OPENUPVAL);
            long next = GCHeader.next(o);
            left--;
            if (isDead(word, deadMask)) {
                putLong(p, next);
                free(state, o, GCHeader.typeIn(word));
            } else {
                whiten(o, word, white);
                int kept = whitenNeighbours(next, next - o, left, deadMask, white);
                left -= kept;
                p = o + kept * (next - o) + GCHeader.NEXT;
            }
        }
        return p;
    }

    /// The link behind the last object of a list.
    static long lastLink(long link) {
        long last = link;
        for (long o = getLong(last); o != NULL; o = getLong(last))
            last = o + GCHeader.NEXT;
        return last;
    }

    /// @lua sweepwholelist lgc.c:404
    private static void sweepWholeList(LuaState state, long link) {
        for (long p = link; getLong(p) != NULL;)
            p = sweepList(state, p, Integer.MAX_VALUE);
    }

    /// Whitens live objects while they lie at equal distances, as those often do that were made one after the other.
    ///
    /// Where the next one is is computed and then compared with the link, so that the processor need not wait for each
    /// link to come from memory before it can look at the object behind it.
    ///
    /// @param first the first object, or 0
    /// @param distance from each to the next
    /// @return how many
    private static int whitenNeighbours(long first, long distance, int most, int deadMask, int white) {
        int n = 0;
        long link = first;
        for (long o = first; o == link && o != NULL && n < most; o += distance, n++) {
            int word = GCHeader.word(o);
            if (isDead(word, deadMask) || GCHeader.typeIn(word) == TValue.THREAD)
                break;
            link = GCHeader.next(o);
            whiten(o, word, white);
        }
        return n;
    }

    /// `inv.fixed`
    private static boolean isDead(int word, int deadMask) {
        return ((word ^ WHITES) & deadMask) == 0;
    }

    /// One that is white already is not written to, so that it need not go back to memory.
    private static void whiten(long o, int word, int white) {
        int whitened = (word & ~MARKS) | white;
        if (whitened != word)
            GCHeader.setWord(o, whitened);
    }

    /// Sweeps some buckets of the string table: of each 64, those in which there is something.
    ///
    /// Which these are is found without a branch for each: used and empty ones follow each other in no order that a
    /// processor could guess.
    static void sweepBuckets(LuaState state, int from, int to) {
        long g = state.global.address;
        int deadMask = GCHeader.inWord(Global.otherWhite(g));
        int white = GCHeader.inWord(Global.newWhite(g));
        long end = Global.bucket(g, to);
        for (long start = Global.bucket(g, from); start < end; start += Long.SIZE * Long.BYTES) {
            int n = (int) Math.min((end - start) / Long.BYTES, Long.SIZE);
            for (long used = usedBuckets(start, n); used != 0; used &= used - 1) {
                long bucket = start + (long) Long.numberOfTrailingZeros(used) * Long.BYTES;
                sweepBucket(state, bucket, getLong(bucket), deadMask, white);
            }
        }
    }

    /// A bit for each of up to 64 buckets: 1 where it is not empty.
    private static long usedBuckets(long start, int n) {
        long used = 0;
        for (int i = 0; i < n; i++) {
            long first = getLong(start + (long) i * Long.BYTES);
            used |= ((first | -first) >>> 63) << i; // the sign is set where it is not 0
        }
        return used;
    }

    private static void sweepBucket(LuaState state, long bucket, long first, int deadMask, int white) {
        long p = bucket;
        for (long o = first; o != NULL; o = getLong(p)) {
            int word = GCHeader.word(o);
            if (isDead(word, deadMask)) {
                putLong(p, GCHeader.next(o));
                freeString(state.global, o);
            } else {
                whiten(o, word, white);
                p = o + GCHeader.NEXT;
            }
        }
    }

    /// Frees an object of a list, which is any but a string.
    ///
    /// @lua freeobj lgc.c:378
    private static void free(LuaState state, long o, int type) {
        GlobalState global = state.global;
        global.freedObjects++;
        global.freedBlocks++;
        switch (type) {
            case TValue.TABLE -> Tables.free(global, o);
            case TValue.USERDATA -> freeUserdata(global, o);
            case TValue.FUNCTION -> Functions.freeClosure(global, o);
            case TValue.UPVAL -> Functions.freeUpval(global.memory, o);
            case TValue.THREAD -> States.freeThread(global, o);
            default -> Functions.freeProto(global.memory, o);
        }
    }

    private static void freeString(GlobalState global, long ts) {
        global.freedObjects++;
        global.freedBlocks++;
        long g = global.address;
        if (ts == global.youngestString)
            global.youngestString = NULL;
        Global.setCountStrings(g, Global.countStrings(g) - 1);
        global.memory.realloc(ts, TString.sizeOf(TString.len(ts)), 0);
    }

    private static void freeUserdata(GlobalState global, long u) {
        if (global.externalBytes != 0)
            global.forgetExternal(u);
        global.memory.realloc(u, Udata.sizeOf(Udata.len(u)), 0);
    }

    /// Frees every object but the main thread, marked or not.
    ///
    /// @lua luaC_freeall lgc.c:483
    static void freeAll(LuaState state) {
        long g = state.global.address;
        Global.setCurrentWhite(g, GCHeader.WHITES | GCHeader.SUPERFIXED); // then everything but super-fixed is dead
        sweepWholeList(state, g + Global.ROOTGC);
        sweepBuckets(state, 0, Global.countBuckets(g));
    }

    /// Halves the string table and the buffer for concatenations where they are too big for what is in use.
    ///
    /// The table's new vector is obtained before the old one is freed: this may fail, in the middle of a step.
    ///
    /// @lua checkSizes lgc.c:431
    static void checkSizes(LuaState state) {
        if (state.global.emergency)
            return; // the block that is short of memory may be one of these
        long g = state.global.address;
        int buckets = Global.countBuckets(g);
        if (Global.countStrings(g) < buckets / 4 && buckets > 2 * Strings.MIN_BUCKETS)
            Strings.resize(state, buckets / 2);
        long size = Global.bufferSize(g);
        if (Long.compareUnsigned(size, 2 * Buffers.MINIMUM) > 0)
            Buffers.resize(state, size >>> 1);
    }
}
