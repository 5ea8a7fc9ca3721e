package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;

import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaMemory;

/// The collector: `lgc.c` and `lgc.h`. This class links objects, holds the barriers, and decides when and how much;
/// [Marker], [Sweeper], [WeakTables] and [Finalizers] do the work.
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
    /*
     * The work of a cycle is cut into single steps, each with a cost: marking costs the bytes of the object traversed, a
     * bucket of strings 10, forty objects swept 400, a finaliser 100. A step at a safe point does single steps until their
     * costs exceed 10 × stepmul, that is about twenty objects for every kilobyte allocated at the default of 200. Then
     * either the cycle is over, and the next one begins when memory has grown to pause per cent of the estimate; or the
     * next step is due after another kilobyte, or at once while the debt (by how much the threshold was passed) lasts.
     *
     * The estimate is what is believed to be live. It is set when marking ends, falls with everything that is freed, and
     * by 100 with each finaliser, after a guess at what that will free.
     *
     * A full collection may find a cycle half-way. Marks cannot be trusted for it, since they were made before some
     * references were dropped; so marking is abandoned, everything is swept to white without a change of the current white
     * (which frees nothing), and then a whole cycle is run.
     */

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

    private static final long UNLIMITED = Long.MAX_VALUE - 1;

    private Collector() {}

    // ----------------------------------------------------------------------------------------------------- linking

    /// Makes a block known as an object.
    ///
    /// @lua luaC_link lgc.c:685
    static void link(long g, long o, int type) {
        GCHeader.setNext(o, Global.root(g));
        Global.setRoot(g, o);
        GCHeader.setHead(o, type, Global.newWhite(g));
    }

    /// Makes an upvalue known that was just closed.
    ///
    /// @lua luaC_linkupval lgc.c:694
    static void linkUpval(long g, long uv) {
        GCHeader.setNext(uv, Global.root(g));
        Global.setRoot(g, uv);
        if (!GCHeader.isGray(uv))
            return;
        if (Global.phase(g) == Phase.PROPAGATE) {
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
        if (Global.phase(g) == Phase.PROPAGATE)
            Global.setGray(g, Marker.reach(referred, Global.gray(g))); // inv.tricolor
        else
            makeWhite(g, o); // spares further barriers
    }

    /// @lua luaC_barrierback lgc.c:674
    private static void makeGrayAgain(long g, long t) {
        GCHeader.reset(t, GCHeader.BLACK);
        Table.setGCList(t, Global.grayAgain(g));
        Global.setGrayAgain(g, t);
    }

    /// @lua makewhite lgc.c:34
    static void makeWhite(long g, long o) {
        int kept = GCHeader.word(o) & ~GCHeader.inWord(GCHeader.BLACK | GCHeader.WHITES);
        GCHeader.setWord(o, kept | GCHeader.inWord(Global.newWhite(g)));
    }

    // ----------------------------------------------------------------------------------------------------- pacing

    /// The bytes that the threshold is compared with: those in use, and what userdata are said to hold elsewhere (nothing,
    /// unless the host said so).
    static long paced(GlobalState global) {
        return global.memory.totalBytes() + global.externalBytes;
    }

    /// Whether enough has been allocated for the collector to work: the condition of [LuaStack#checkGC].
    static boolean isDue(GlobalState global) {
        return Long.compareUnsigned(paced(global), Global.threshold(global.address)) >= 0;
    }

    /// What happens at a safe point when the threshold is passed: so much work as the step multiplier says.
    ///
    /// @lua luaC_step lgc.c:610
    static void step(LuaState state) {
        step(state, state.global.watch);
    }

    /// The parameter has a second use: as long as nobody watches, its class is not loaded, and a method with such a class in
    /// its signature stays a call of its own in compiled code. So safe points are small, and a step is compiled by itself.
    private static void step(LuaState state, @Nullable Watch watch) {
        if (watch == null)
            doStep(state);
        else
            watch.observe(state, CollectorEvent.Kind.STEP, Collector::doStep);
    }

    private static void doStep(LuaState state) {
        requireIdle(state);
        GlobalState global = state.global;
        long g = global.address;
        long limit = Integer.toUnsignedLong(STEPSIZE / 100 * Global.stepMultiplier(g));
        if (limit == 0)
            limit = UNLIMITED;
        Global.setDebt(g, Global.debt(g) + paced(global) - Global.threshold(g));
        long left = limit;
        do
            left -= advance(state, global.watch, left);
        while (left > 0 && Global.phase(g) != Phase.PAUSE);
        global.cycle.step(limit - left);
        schedule(global);
    }

    /// When the next step is due.
    private static void schedule(GlobalState global) {
        long g = global.address;
        if (Global.phase(g) == Phase.PAUSE) {
            setThreshold(global);
        } else if (Long.compareUnsigned(Global.debt(g), STEPSIZE) < 0) {
            Global.setThreshold(g, paced(global) + STEPSIZE);
        } else {
            Global.setDebt(g, Global.debt(g) - STEPSIZE);
            Global.setThreshold(g, paced(global));
        }
    }

    /// The threshold of the next cycle.
    ///
    /// @lua setthreshold lgc.c:59
    static void setThreshold(GlobalState global) {
        long g = global.address;
        Global.setThreshold(g,
                Long.divideUnsigned(Global.estimate(g) + global.externalBytes, 100) * Global.pause(g));
    }

    /// A whole cycle, in which everything goes that is not reachable now; pending finalisers are called.
    ///
    /// @lua luaC_fullgc lgc.c:635
    static void collect(LuaState state) {
        observe(state, CollectorEvent.Kind.COLLECT, Collector::doCollect);
    }

    private static void doCollect(LuaState state) {
        requireIdle(state);
        finishSweep(state);
        begin(state);
        advanceTo(state, Phase.PAUSE);
        state.global.cycle.step(0);
        setThreshold(state.global);
    }

    /// Steps as if some bytes had just been allocated, until the threshold is above what is in use.
    ///
    /// @param kilobytes how many
    /// @return whether a cycle ended
    /// @lua LUA_GCSTEP lapi.c:926
    static boolean stepBy(LuaState state, int kilobytes) {
        long g = state.global.address;
        long bytes = (long) kilobytes << 10;
        long total = paced(state.global);
        Global.setThreshold(g, Long.compareUnsigned(bytes, total) <= 0 ? total - bytes : 0);
        while (isDue(state.global)) {
            step(state);
            if (Global.phase(g) == Phase.PAUSE)
                return true;
        }
        return false;
    }

    /// After a collection that was asked for: a stop lasts, where that was chosen. In 5.1.5 it is undone.
    static void stayStopped(GlobalState global) {
        if (global.tuning.lastingStop && global.tuning.stopped)
            Global.setThreshold(global.address, NEVER);
    }

    /// Works for some time, or to the end of the cycle.
    ///
    /// @return whether the cycle ended
    static boolean stepFor(LuaState state, long nanos) {
        observe(state, CollectorEvent.Kind.STEP, s -> runFor(s, nanos));
        return Global.phase(state.global.address) == Phase.PAUSE;
    }

    private static void runFor(LuaState state, long nanos) {
        requireIdle(state);
        GlobalState global = state.global;
        long g = global.address;
        long start = global.tuning.clock.getAsLong();
        long cost = 0;
        do // a finaliser takes as long as it likes: the clock is read after each
            cost += advance(state, global.watch, Global.phase(g) == Phase.FINALIZE ? 1 : STEPSIZE);
        while (Global.phase(g) != Phase.PAUSE && global.tuning.clock.getAsLong() - start < nanos);
        global.cycle.step(cost);
        schedule(global);
    }

    /// What was chosen beside 5.1.5 for safe points: a whole collection at each, or extra steps above the soft limit.
    static void attend(LuaState state) {
        GlobalState global = state.global;
        if (global.finalizing != 0 || global.working)
            return;
        if (global.tuning.stress)
            collect(state);
        PressurePolicy policy = global.tuning.pressure;
        if (policy == null)
            return;
        long total = state.memory.totalBytes();
        if (total < policy.softLimit())
            global.tuning.nextExtraSteps = 0; // the next time counts from the soft limit again
        boolean stopped = Global.threshold(global.address) == NEVER;
        if (stopped || total < policy.softLimit() || total < global.tuning.nextExtraSteps)
            return;
        Watch.pressure(global, PressureEvent.Kind.SOFT_LIMIT, policy.softLimit(), 0);
        for (int i = 0; i < policy.extraSteps(); i++)
            stepEarly(state);
        global.tuning.nextExtraSteps = state.memory.totalBytes() + STEPSIZE;
    }

    /// A step that is not due: as for one that is asked for, the threshold is lowered first, or the debt would be negative.
    private static void stepEarly(LuaState state) {
        long g = state.global.address;
        if (!isDue(state.global))
            Global.setThreshold(g, paced(state.global));
        step(state);
    }

    // ---------------------------------------------------------------------------------------------------- watching

    static void observe(LuaState state, CollectorEvent.Kind kind, Watch.Work work) {
        Watch watch = state.global.watch;
        if (watch == null)
            work.run(state);
        else
            watch.observe(state, kind, work);
    }

    private static void requireIdle(LuaState state) {
        if (state.global.working || state.memory.isAsking())
            throw new IllegalStateException("the collector cannot run inside itself or an allocator: phase="
                    + Global.phase(state.global.address));
    }

    // ----------------------------------------------------------------------------------------------------- stepping

    /// Goes on until a phase is reached.
    static void advanceTo(LuaState state, Phase phase) {
        while (Global.phase(state.global.address) != phase)
            advance(state, state.global.watch, UNLIMITED);
    }

    /// Brings all objects to white: a sweep in progress is finished, marks of a cycle in progress are given up.
    static void finishSweep(LuaState state) {
        long g = state.global.address;
        Phase phase = Global.phase(g);
        if (phase.compareTo(Phase.PROPAGATE) <= 0) {
            Global.setSweepBucket(g, 0);
            Global.setSweepLink(g, g + Global.ROOTGC);
            Global.setGray(g, NULL);
            Global.setGrayAgain(g, NULL);
            Global.setWeak(g, NULL);
            Global.setPhase(g, Phase.SWEEPSTRING);
        }
        if (phase == Phase.PAUSE && state.global.watch == null)
            passSweep(state);
        else
            advanceTo(state, Phase.FINALIZE);
    }

    /// What a sweep does while the collector rests: every object has the current white (`inv.white`), so that there is none to
    /// free and none to whiten, and none is looked at; what remains is to shrink the string table and the buffer.
    ///
    /// `Differs from Lua:` 5.1.5 visits all objects to find that out. Nothing of it can be observed but the time.
    private static void passSweep(LuaState state) {
        long g = state.global.address;
        Global.setSweepBucket(g, Global.countBuckets(g));
        Global.setPhase(g, Phase.SWEEP);
        long last = state.memory.totalBytes();
        state.global.working = true;
        try {
            Sweeper.checkSizes(state);
        } catch (Throwable e) { // a later step has to find the sweep at its end
            Global.setSweepLink(g, Sweeper.lastLink(g + Global.ROOTGC));
            throw e;
        } finally {
            state.global.working = false;
        }
        Global.setPhase(g, Phase.FINALIZE);
        freed(state, last - state.memory.totalBytes());
    }

    /// Does single steps of the phase in progress, one at least, as many as are begun within a limit.
    ///
    /// @param watch who watches, or null; as in [#step] it keeps this a call of its own
    /// @param limit of the cost, above 0
    /// @return the cost
    /// @lua singlestep lgc.c:556
    static long advance(LuaState state, @Nullable Watch watch, long limit) {
        if (watch != null)
            return watch.single(state);
        GlobalState global = state.global;
        global.working = true;
        try {
            return switch (Global.phase(global.address)) {
                case PAUSE -> begin(state);
                case PROPAGATE -> Global.gray(global.address) != NULL ? Marker.propagate(state, limit) : atomic(state);
                case SWEEPSTRING -> sweepStrings(state, limit);
                case SWEEP -> sweep(state, limit);
                case FINALIZE -> finalizeSome(state, limit);
            };
        } finally {
            global.working = false;
        }
    }

    /// Begins a cycle.
    static long begin(LuaState state) {
        state.global.cycle.begin(state.global);
        Marker.markRoots(state.global.address);
        return 0;
    }

    /// The end of marking, in one go: what has changed since objects were marked is looked at again.
    ///
    /// @lua atomic lgc.c:525
    private static long atomic(LuaState state) {
        long g = state.global.address;
        Marker.remarkUpvals(g);
        Marker.propagate(state, UNLIMITED);
        Global.setGray(g, Global.weak(g));
        Global.setWeak(g, NULL);
        Global.setGray(g, Marker.reachMetatables(g, Marker.reach(state.address, Global.gray(g))));
        Marker.propagate(state, UNLIMITED);
        Global.setGray(g, Global.grayAgain(g));
        Global.setGrayAgain(g, NULL);
        Marker.propagate(state, UNLIMITED);
        long finalized = Finalizers.separate(g, false);
        Finalizers.markAll(g);
        finalized += Marker.propagate(state, UNLIMITED); // inv.preserved
        WeakTables.clear(Global.weak(g));
        Global.setCurrentWhite(g, Global.otherWhite(g));
        Global.setSweepBucket(g, 0);
        Global.setSweepLink(g, g + Global.ROOTGC);
        Global.setPhase(g, Phase.SWEEPSTRING);
        Global.setEstimate(g, state.memory.totalBytes() - finalized);
        return 0;
    }

    private static long sweepStrings(LuaState state, long limit) {
        long g = state.global.address;
        long total = state.memory.totalBytes();
        int from = Global.sweepBucket(g);
        int left = Global.countBuckets(g) - from;
        int buckets = (int) Math.min(left, (limit - 1) / SWEEPCOST + 1);
        Global.setSweepBucket(g, from + buckets);
        Sweeper.sweepBuckets(state, from, from + buckets);
        if (buckets == left)
            Global.setPhase(g, Phase.SWEEP);
        freed(state, total - state.memory.totalBytes());
        return (long) buckets * SWEEPCOST;
    }

    /// Where the last step cannot shrink what has become too large, its bytes stay in the estimate, as in 5.1.5, and the phase
    /// does not end; those of the steps before are counted.
    private static long sweep(LuaState state, long limit) {
        long g = state.global.address;
        long total = state.memory.totalBytes();
        long last;
        long link = Global.sweepLink(g);
        long cost = 0;
        do {
            last = state.memory.totalBytes();
            link = Sweeper.sweepList(state, link, SWEEPMAX);
            cost += SWEEPMAX * SWEEPCOST;
        } while (cost < limit && getLong(link) != NULL);
        Global.setSweepLink(g, link);
        freed(state, total - last);
        if (getLong(link) == NULL) { // the end of the list?
            Sweeper.checkSizes(state);
            Global.setPhase(g, Phase.FINALIZE);
        }
        freed(state, last - state.memory.totalBytes());
        return cost;
    }

    private static void freed(LuaState state, long bytes) {
        long g = state.global.address;
        Global.setEstimate(g, Global.estimate(g) - bytes);
        state.global.cycle.freedBytes += bytes;
    }

    /// Calls finalisers that wait; where none does, the cycle ends. Each may do anything: go on with this cycle, begin
    /// another, or have it watched.
    private static long finalizeSome(LuaState state, long limit) {
        GlobalState global = state.global;
        long g = global.address;
        long cost = 0;
        do {
            global.working = false;
            if (Global.lastToFinalize(g) == NULL) {
                Global.setPhase(g, Phase.PAUSE);
                Global.setDebt(g, 0);
                end(global);
                return cost;
            }
            global.cycle.finalizers++;
            Finalizers.callNext(state);
            if (Long.compareUnsigned(Global.estimate(g), FINALIZECOST) > 0)
                Global.setEstimate(g, Global.estimate(g) - FINALIZECOST);
            cost += FINALIZECOST;
        } while (cost < limit && Global.phase(g) == Phase.FINALIZE && global.watch == null);
        return cost;
    }

    private static void end(GlobalState global) {
        CycleMetrics metrics = global.cycle.end(global);
        if (global.watch != null)
            global.watch.endCycle(metrics);
    }
}
