package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// What all threads of a state share: the string table, the collector's lists and figures, the registry.
///
/// ```
///    0      16         24   32             33        34  36           40       48        56     64          72     80
///   ┌──────┬──────────┬────┬──────────────┬─────────┬───┬────────────┬────────┬─────────┬──────┬───────────┬──────┐
///   │ strt │ frealloc │ ud │ currentwhite │ gcstate │ · │ sweepstrgc │ rootgc │ sweepgc │ gray │ grayagain │ weak │
///   └──────┴──────────┴────┴──────────────┴─────────┴───┴────────────┴────────┴─────────┴──────┴───────────┴──────┘
///    80        88     112           120          128        136      144       148         152     160
///   ┌─────────┬──────┬─────────────┬────────────┬──────────┬────────┬─────────┬───────────┬───────┬────────────┐
///   │ tmudata │ buff │ GCthreshold │ totalbytes │ estimate │ gcdept │ gcpause │ gcstepmul │ panic │ l_registry │
///   └─────────┴──────┴─────────────┴────────────┴──────────┴────────┴─────────┴───────────┴───────┴────────────┘
///    176          184      224     296          432
///   ┌────────────┬────────┬───────┬────────────┐        strt:   hash (the buckets), nuse, size
///   │ mainthread │ uvhead │ mt[9] │ tmname[17] │        buff:   buffer, n, buffsize
///   └────────────┴────────┴───────┴────────────┘        uvhead: the UpVal that heads the ring of the open ones
/// ```
///
/// `Differs from Lua:` `frealloc`, `ud` and `totalbytes` have their places, and nothing is in them: the allocator and the
/// count belong to the state's [org.lmem.core.LuaMemory], which is the one that counts. `panic` holds a handle.
///
/// @lua global_State lstate.h:68
public final class Global {
    /// How many names of metamethods there are.
    static final int EVENTS = 17;

    /// The layout of the shared part, members as in the diagram.
    public static final StructLayout LAYOUT = Struct.of("global_State",
            Struct.of("stringtable", Struct.pointer("hash"), Struct.int32("nuse"), Struct.int32("size"))
                    .withName("strt"),
            Struct.pointer("frealloc"), Struct.pointer("ud"), Struct.uint8("currentwhite"), Struct.uint8("gcstate"),
            Struct.int32("sweepstrgc"), Struct.pointer("rootgc"), Struct.pointer("sweepgc"), Struct.pointer("gray"),
            Struct.pointer("grayagain"), Struct.pointer("weak"), Struct.pointer("tmudata"),
            Struct.of("Mbuffer", Struct.pointer("buffer"), Struct.word("n"), Struct.word("buffsize")).withName("buff"),
            Struct.word("GCthreshold"), Struct.word("totalbytes"), Struct.word("estimate"), Struct.word("gcdept"),
            Struct.int32("gcpause"), Struct.int32("gcstepmul"), Struct.pointer("panic"),
            TValue.LAYOUT.withName("l_registry"), Struct.pointer("mainthread"), UpVal.LAYOUT.withName("uvhead"),
            MemoryLayout.sequenceLayout(TValue.TAGS, ValueLayout.JAVA_LONG).withName("mt"),
            MemoryLayout.sequenceLayout(EVENTS, ValueLayout.JAVA_LONG).withName("tmname"));

    static final long SIZE = LAYOUT.byteSize();
    private static final long STRT_HASH = Struct.offset(LAYOUT, "strt", "hash");
    private static final long STRT_NUSE = Struct.offset(LAYOUT, "strt", "nuse");
    private static final long STRT_SIZE = Struct.offset(LAYOUT, "strt", "size");
    private static final long CURRENTWHITE = Struct.offset(LAYOUT, "currentwhite");
    private static final long GCSTATE = Struct.offset(LAYOUT, "gcstate");
    private static final long SWEEPSTRGC = Struct.offset(LAYOUT, "sweepstrgc");
    static final long ROOTGC = Struct.offset(LAYOUT, "rootgc");
    private static final long SWEEPGC = Struct.offset(LAYOUT, "sweepgc");
    static final long GRAY = Struct.offset(LAYOUT, "gray");
    static final long GRAYAGAIN = Struct.offset(LAYOUT, "grayagain");
    static final long WEAK = Struct.offset(LAYOUT, "weak");
    private static final long TMUDATA = Struct.offset(LAYOUT, "tmudata");
    private static final long BUFF_BUFFER = Struct.offset(LAYOUT, "buff", "buffer");
    private static final long BUFF_SIZE = Struct.offset(LAYOUT, "buff", "buffsize");
    private static final long GCTHRESHOLD = Struct.offset(LAYOUT, "GCthreshold");
    private static final long ESTIMATE = Struct.offset(LAYOUT, "estimate");
    private static final long GCDEPT = Struct.offset(LAYOUT, "gcdept");
    private static final long GCPAUSE = Struct.offset(LAYOUT, "gcpause");
    private static final long GCSTEPMUL = Struct.offset(LAYOUT, "gcstepmul");
    private static final long PANIC = Struct.offset(LAYOUT, "panic");
    private static final long REGISTRY = Struct.offset(LAYOUT, "l_registry");
    private static final long MAINTHREAD = Struct.offset(LAYOUT, "mainthread");
    private static final long UVHEAD = Struct.offset(LAYOUT, "uvhead");
    private static final long MT = Struct.offset(LAYOUT, "mt");
    private static final long TMNAME = Struct.offset(LAYOUT, "tmname");

    private Global() {}

    /// The vector of buckets of the string table.
    static long buckets(long g) {
        return getLong(g, STRT_HASH);
    }

    static void setBuckets(long g, long vector) {
        putLong(g, STRT_HASH, vector);
    }

    /// The place of the bucket with a number.
    static long bucket(long g, int i) {
        return buckets(g) + (long) i * Long.BYTES;
    }

    /// The number of strings.
    static int countStrings(long g) {
        return getInt(g, STRT_NUSE);
    }

    static void setCountStrings(long g, int n) {
        putInt(g, STRT_NUSE, n);
    }

    /// The number of buckets, a power of 2.
    static int countBuckets(long g) {
        return getInt(g, STRT_SIZE);
    }

    static void setCountBuckets(long g, int n) {
        putInt(g, STRT_SIZE, n);
    }

    static int currentWhite(long g) {
        return getByte(g, CURRENTWHITE) & 0xFF;
    }

    static void setCurrentWhite(long g, int bits) {
        putByte(g, CURRENTWHITE, (byte) bits);
    }

    /// @lua otherwhite lgc.h:69
    static int otherWhite(long g) {
        return currentWhite(g) ^ GCHeader.WHITES;
    }

    /// The mark of a new object.
    ///
    /// @lua luaC_white lgc.h:77
    static int newWhite(long g) {
        return currentWhite(g) & GCHeader.WHITES;
    }

    /// @lua isdead lgc.h:70
    static boolean isDead(long g, long o) {
        return (GCHeader.marked(o) & otherWhite(g) & GCHeader.WHITES) != 0;
    }

    static Phase phase(long g) {
        return Phase.of(getByte(g, GCSTATE));
    }

    static void setPhase(long g, Phase phase) {
        putByte(g, GCSTATE, (byte) phase.number());
    }

    /// The next bucket of the string table to sweep.
    static int sweepBucket(long g) {
        return getInt(g, SWEEPSTRGC);
    }

    static void setSweepBucket(long g, int i) {
        putInt(g, SWEEPSTRGC, i);
    }

    /// The first of all objects but strings and open upvalues.
    static long root(long g) {
        return getLong(g, ROOTGC);
    }

    static void setRoot(long g, long o) {
        putLong(g, ROOTGC, o);
    }

    /// The address of the link at which the sweep goes on.
    static long sweepLink(long g) {
        return getLong(g, SWEEPGC);
    }

    static void setSweepLink(long g, long link) {
        putLong(g, SWEEPGC, link);
    }

    static long gray(long g) {
        return getLong(g, GRAY);
    }

    static void setGray(long g, long o) {
        putLong(g, GRAY, o);
    }

    static long grayAgain(long g) {
        return getLong(g, GRAYAGAIN);
    }

    static void setGrayAgain(long g, long o) {
        putLong(g, GRAYAGAIN, o);
    }

    static long weak(long g) {
        return getLong(g, WEAK);
    }

    static void setWeak(long g, long t) {
        putLong(g, WEAK, t);
    }

    /// The last of the userdata that wait for their finalisers, a ring.
    static long lastToFinalize(long g) {
        return getLong(g, TMUDATA);
    }

    static void setLastToFinalize(long g, long u) {
        putLong(g, TMUDATA, u);
    }

    /// The buffer in which strings are concatenated.
    static long buffer(long g) {
        return getLong(g, BUFF_BUFFER);
    }

    static long bufferSize(long g) {
        return getLong(g, BUFF_SIZE);
    }

    static void setBuffer(long g, long buffer, long size) {
        putLong(g, BUFF_BUFFER, buffer);
        putLong(g, BUFF_SIZE, size);
    }

    /// The total at which the collector works again, unsigned.
    static long threshold(long g) {
        return getLong(g, GCTHRESHOLD);
    }

    static void setThreshold(long g, long bytes) {
        putLong(g, GCTHRESHOLD, bytes);
    }

    /// The bytes that are believed to be live.
    static long estimate(long g) {
        return getLong(g, ESTIMATE);
    }

    static void setEstimate(long g, long bytes) {
        putLong(g, ESTIMATE, bytes);
    }

    /// How far the collector is behind its schedule.
    static long debt(long g) {
        return getLong(g, GCDEPT);
    }

    static void setDebt(long g, long bytes) {
        putLong(g, GCDEPT, bytes);
    }

    static int pause(long g) {
        return getInt(g, GCPAUSE);
    }

    static void setPause(long g, int percent) {
        putInt(g, GCPAUSE, percent);
    }

    static int stepMultiplier(long g) {
        return getInt(g, GCSTEPMUL);
    }

    static void setStepMultiplier(long g, int percent) {
        putInt(g, GCSTEPMUL, percent);
    }

    /// The handle of the panic function, 0 for none.
    static long panic(long g) {
        return getLong(g, PANIC);
    }

    static void setPanic(long g, long handle) {
        putLong(g, PANIC, handle);
    }

    /// The place of the registry.
    ///
    /// @lua registry lstate.h:25
    static long registry(long g) {
        return g + REGISTRY;
    }

    static long mainThread(long g) {
        return getLong(g, MAINTHREAD);
    }

    static void setMainThread(long g, long l) {
        putLong(g, MAINTHREAD, l);
    }

    /// The head of the ring of open upvalues.
    static long openUpvals(long g) {
        return g + UVHEAD;
    }

    /// The metatable that all values of a basic type have, or 0.
    static long metatable(long g, int tag) {
        return getLong(g + MT + (long) tag * Long.BYTES);
    }

    static void setMetatable(long g, int tag, long t) {
        putLong(g + MT + (long) tag * Long.BYTES, t);
    }

    /// The name of a metamethod, a string.
    static long eventName(long g, int event) {
        return getLong(g + TMNAME + (long) event * Long.BYTES);
    }

    static void setEventName(long g, int event, long ts) {
        putLong(g + TMNAME + (long) event * Long.BYTES, ts);
    }
}
