package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putLong;

import org.lmem.core.LuaMemory;

/// The collector: `lgc.c` and `lgc.h`.
///
/// Colours: white, not seen yet (of two whites, one for this cycle and one for the last); gray, seen, its references not;
/// black, done with.
///
/// - `inv.tricolor`: while the collector marks, no black object refers to a white one. A store that would break this goes
///   through a barrier: *forward*, which marks the referred object, or *back*, for tables, which makes the table gray
///   again. Threads and open upvalues are never black and need none.
/// - `inv.link`: an object is linked, by its constructor, as soon as its block is there; hence whatever fails later, the
///   block is found by the sweep or by close.
/// - `inv.safepoint`: the collector runs at the places where 5.1.5 runs it, and never inside an allocation.
///
/// @lua lgc lgc.c
final class Collector {
    /// Between two cycles. @lua GCSpause lgc.h:17
    static final int PAUSE = 0;
    /// Marking. @lua GCSpropagate lgc.h:18
    static final int PROPAGATE = 1;
    /// Sweeping the string table, a bucket a time. @lua GCSsweepstring lgc.h:19
    static final int SWEEPSTRING = 2;
    /// Sweeping all other objects. @lua GCSsweep lgc.h:20
    static final int SWEEP = 3;
    /// Calling finalisers. @lua GCSfinalize lgc.h:21
    static final int FINALIZE = 4;

    /// The bytes between two steps of a cycle. @lua GCSTEPSIZE lgc.c:26
    static final int STEPSIZE = 1024;
    /// The objects that are swept at a time. @lua GCSWEEPMAX lgc.c:27
    static final int SWEEPMAX = 40;
    /// What sweeping one object (or one bucket) is taken for. @lua GCSWEEPCOST lgc.c:28
    static final int SWEEPCOST = 10;
    /// What calling a finaliser is taken for. @lua GCFINALIZECOST lgc.c:29
    static final int FINALIZECOST = 100;
    /// Pause and step multiplier of a new state, in per cent. @lua LUAI_GCPAUSE luaconf.h:302
    static final int DEFAULT_PACE = 200;

    /// The threshold that is never reached: the collector is stopped. @lua MAX_LUMEM llimits.h:32
    static final long NEVER = LuaMemory.MAX_SIZET;

    private static final long ALL = NEVER;

    private Collector() {}

    // ----------------------------------------------------------------------------------------------------- linking

    /// Makes a block known as an object.
    ///
    /// @lua luaC_link lgc.c:685
    static void link(long g, long o, int type) {
        GCHeader.setNext(o, Global.root(g));
        Global.setRoot(g, o);
        GCHeader.setMarked(o, Global.newWhite(g));
        GCHeader.setType(o, type);
    }

    /// Makes an upvalue known that was just closed.
    ///
    /// @lua luaC_linkupval lgc.c:694
    static void linkUpval(long g, long uv) {
        GCHeader.setNext(uv, Global.root(g));
        Global.setRoot(g, uv);
        if (!GCHeader.isGray(uv))
            return;
        if (Global.phase(g) == PROPAGATE) {
            GCHeader.set(uv, GCHeader.BLACK); // closed ones need a barrier
            barrier(g, uv, UpVal.v(uv));
        } else {
            makeWhite(g, uv);
        }
    }

    // ---------------------------------------------------------------------------------------------------- barriers

    /// After a value was stored in an object that is no table.
    ///
    /// @lua luaC_barrier lgc.h:86
    static void barrier(long g, long o, long value) {
        if (TValue.isCollectable(value))
            objectBarrier(g, o, TValue.object(value));
    }

    /// After an object was stored in another one that is no table.
    ///
    /// @lua luaC_objbarrier lgc.h:92
    static void objectBarrier(long g, long o, long referred) {
        if (GCHeader.isBlack(o) && GCHeader.isWhite(referred))
            barrierForward(g, o, referred);
    }

    /// After a value was stored in a table.
    ///
    /// @lua luaC_barriert lgc.h:89
    static void barrierBack(long g, long t, long value) {
        if (TValue.isCollectable(value))
            objectBarrierBack(g, t, TValue.object(value));
    }

    /// After an object was stored in a table.
    ///
    /// @lua luaC_objbarriert lgc.h:96
    static void objectBarrierBack(long g, long t, long referred) {
        if (GCHeader.isBlack(t) && GCHeader.isWhite(referred))
            makeGrayAgain(g, t);
    }

    /// @lua luaC_barrierf lgc.c:661
    private static void barrierForward(long g, long o, long referred) {
        if (Global.phase(g) == PROPAGATE)
            mark(g, referred); // inv.tricolor
        else
            makeWhite(g, o); // spares further barriers
    }

    /// @lua luaC_barrierback lgc.c:674
    private static void makeGrayAgain(long g, long t) {
        GCHeader.reset(t, GCHeader.BLACK);
        Table.setGCList(t, Global.grayAgain(g));
        Global.setGrayAgain(g, t);
    }

    // ----------------------------------------------------------------------------------------------------- marking

    /// Marks a white object; one with references goes to the gray list.
    ///
    /// @lua reallymarkobject lgc.c:69
    private static void mark(long g, long o) {
        GCHeader.reset(o, GCHeader.WHITES);
        switch (GCHeader.type(o)) {
            case TValue.STRING -> {
                return;
            }
            case TValue.USERDATA -> markUserdata(g, o);
            case TValue.UPVAL -> markUpval(g, o);
            case TValue.TABLE -> pushGray(g, o, Table.GCLIST);
            case TValue.FUNCTION -> pushGray(g, o, Closure.GCLIST);
            case TValue.THREAD -> pushGray(g, o, LuaThread.GCLIST);
            default -> pushGray(g, o, Proto.GCLIST);
        }
    }

    private static void pushGray(long g, long o, long gclist) {
        putLong(o + gclist, Global.gray(g));
        Global.setGray(g, o);
    }

    private static void markUserdata(long g, long u) {
        GCHeader.set(u, GCHeader.BLACK); // userdata are never gray
        if (Udata.metatable(u) != NULL)
            markObject(g, Udata.metatable(u));
        markObject(g, Udata.env(u));
    }

    private static void markUpval(long g, long uv) {
        markValue(g, UpVal.v(uv));
        if (!UpVal.isOpen(uv))
            GCHeader.set(uv, GCHeader.BLACK);
    }

    /// @lua markobject lgc.c:55
    private static void markObject(long g, long o) {
        if (GCHeader.isWhite(o))
            mark(g, o);
    }

    /// @lua markvalue lgc.c:52
    private static void markValue(long g, long value) {
        if (TValue.isCollectable(value))
            markObject(g, TValue.object(value));
    }

    /// @lua makewhite lgc.c:34
    private static void makeWhite(long g, long o) {
        int kept = GCHeader.marked(o) & ~(GCHeader.BLACK | GCHeader.WHITES);
        GCHeader.setMarked(o, kept | Global.newWhite(g));
    }

    // -------------------------------------------------------------------------------------------------- finalising

    /// Moves the userdata that are to be finalised to the list of those that wait: all white ones, or simply all.
    ///
    /// @return the bytes of those moved
    /// @lua luaC_separateudata lgc.c:128
    static long separateUserdata(GlobalState global, boolean all) {
        long g = global.address;
        long bytes = 0;
        long previous = Global.mainThread(g);
        for (long u = GCHeader.next(previous); u != NULL; u = GCHeader.next(previous)) {
            if ((!all && !GCHeader.isWhite(u)) || GCHeader.test(u, GCHeader.FINALIZED)) {
                previous = u;
                continue;
            }
            GCHeader.set(u, GCHeader.FINALIZED);
            if (TagMethods.fast(g, Udata.metatable(u), TagMethods.GC) == NULL) {
                previous = u; // nothing to call
                continue;
            }
            bytes += Udata.sizeOf(Udata.len(u));
            GCHeader.setNext(previous, GCHeader.next(u));
            appendToFinalize(g, u);
        }
        return bytes;
    }

    private static void appendToFinalize(long g, long u) {
        long last = Global.lastToFinalize(g);
        if (last == NULL) {
            GCHeader.setNext(u, u);
        } else {
            GCHeader.setNext(u, GCHeader.next(last));
            GCHeader.setNext(last, u);
        }
        Global.setLastToFinalize(g, u);
    }

    /// Calls the finalisers of all userdata that wait.
    ///
    /// @lua luaC_callGCTM lgc.c:477
    static void callFinalizers(LuaState state) {
        while (Global.lastToFinalize(state.global.address) != NULL)
            finalizeNext(state);
    }

    /// Calls the finaliser of the first userdata that waits, which is an ordinary object again before that.
    ///
    /// @lua GCTM lgc.c:445
    private static void finalizeNext(LuaState state) {
        long g = state.global.address;
        long u = takeFirstToFinalize(g);
        long main = Global.mainThread(g);
        GCHeader.setNext(u, GCHeader.next(main));
        GCHeader.setNext(main, u);
        makeWhite(g, u);
        long tm = TagMethods.fast(g, Udata.metatable(u), TagMethods.GC);
        if (tm != NULL)
            callFinalizer(state, tm, u);
    }

    private static long takeFirstToFinalize(long g) {
        long last = Global.lastToFinalize(g);
        long first = GCHeader.next(last);
        if (first == last)
            Global.setLastToFinalize(g, NULL);
        else
            GCHeader.setNext(last, GCHeader.next(first));
        return first;
    }

    /// An error leaves the threshold where it is, as in 5.1.5.
    private static void callFinalizer(LuaState state, long tm, long u) {
        long l = state.address;
        long g = state.global.address;
        boolean hooks = LuaThread.allowsHooks(l);
        long threshold = Global.threshold(g);
        LuaThread.setAllowsHooks(l, false);
        Global.setThreshold(g, 2 * state.memory.totalBytes()); // no step meanwhile
        long top = LuaThread.top(l);
        TValue.copy(tm, top);
        TValue.set(top + TValue.SIZE, u, TValue.USERDATA);
        LuaThread.setTop(l, top + 2 * TValue.SIZE);
        Calls.call(state, top, 0);
        LuaThread.setAllowsHooks(l, hooks);
        Global.setThreshold(g, threshold);
    }

    // ---------------------------------------------------------------------------------------------------- sweeping

    /// Frees the dead objects of a list and whitens the others.
    ///
    /// @param link the address of the link to the first object
    /// @param count how many objects to look at, unsigned
    /// @return the address of the link to the first object not looked at
    /// @lua sweeplist lgc.c:407
    static long sweepList(LuaState state, long link, long count) {
        long g = state.global.address;
        int deadMask = Global.otherWhite(g);
        long p = link;
        long left = count;
        for (long o = getLong(p); o != NULL && left != 0; o = getLong(p), left--) {
            if (GCHeader.type(o) == TValue.THREAD)
                sweepList(state, o + LuaThread.OPENUPVAL, ALL);
            if (((GCHeader.marked(o) ^ GCHeader.WHITES) & deadMask) != 0) { // not dead?
                makeWhite(g, o);
                p = o + GCHeader.NEXT;
            } else {
                putLong(p, GCHeader.next(o));
                if (o == Global.root(g))
                    Global.setRoot(g, GCHeader.next(o));
                free(state, o);
            }
        }
        return p;
    }

    /// @lua freeobj lgc.c:378
    private static void free(LuaState state, long o) {
        LuaMemory memory = state.memory;
        switch (GCHeader.type(o)) {
            case TValue.STRING -> {
                long g = state.global.address;
                Global.setCountStrings(g, Global.countStrings(g) - 1);
                memory.freeMem(o, TString.sizeOf(TString.len(o)));
            }
            case TValue.TABLE -> Tables.free(memory, o);
            case TValue.USERDATA -> memory.freeMem(o, Udata.sizeOf(Udata.len(o)));
            case TValue.FUNCTION -> Functions.freeClosure(state.global, o);
            case TValue.UPVAL -> Functions.freeUpval(memory, o);
            case TValue.THREAD -> States.freeThread(state.global, o);
            default -> Functions.freeProto(memory, o);
        }
    }

    /// Frees every object but the main thread, marked or not.
    ///
    /// @lua luaC_freeall lgc.c:483
    static void freeAll(LuaState state) {
        long g = state.global.address;
        Global.setCurrentWhite(g, GCHeader.WHITES | GCHeader.SUPERFIXED); // then everything but super-fixed is dead
        sweepList(state, g + Global.ROOTGC, ALL);
        for (int i = 0; i < Global.countBuckets(g); i++)
            sweepList(state, Global.bucket(g, i), ALL);
    }

    // ----------------------------------------------------------------------------------------------------- pacing

    /// Whether enough has been allocated for the collector to work.
    ///
    /// @lua luaC_checkGC lgc.h:80
    static boolean isDue(GlobalState global) {
        return Long.compareUnsigned(global.memory.totalBytes(), Global.threshold(global.address)) >= 0;
    }

    /// What happens at a safe point when the threshold is passed: the next look is [#STEPSIZE] bytes later.
    ///
    /// @lua luaC_step lgc.c:610
    static void step(LuaState state) {
        Global.setThreshold(state.global.address, state.memory.totalBytes() + STEPSIZE);
    }
}
