package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import org.lmem.core.LuaMemory;

/// Collections that requests for memory ask for ([EmergencyMode]), and the hard limit of a [PressurePolicy].
///
/// - `inv.anchored`: what an allocation must not lose is reachable from the roots, or is one of: the object linked last
///   (it may be half-built), the string interned last (it may be a key that is on its way), a thread with a call in
///   progress, and the thread that asks.
final class Emergency {
    private Emergency() {}

    /// Called with every request of a state for more memory, where a mode or a policy was chosen.
    static void admit(LuaState state, long block, long osize, long nsize) {
        GlobalState global = state.global;
        global.requester = state;
        EmergencyMode mode = global.tuning.emergencyMode;
        if (mode == EmergencyMode.ALWAYS)
            collect(state);
        PressurePolicy policy = global.tuning.pressure;
        if (policy == null || !policy.refuses(state.memory, osize, nsize))
            return;
        if (mode == EmergencyMode.ON_LIMIT)
            collect(state);
        if (policy.refuses(state.memory, osize, nsize)) {
            Watch.pressure(global, PressureEvent.Kind.HARD_LIMIT, policy.hardLimit(), nsize);
            throw Calls.raise(state, state.memory.outOfMemory(block, osize, nsize));
        }
    }

    /// What [LuaMemory] calls after a refusal.
    static void collectForRequest(GlobalState global) {
        collect(global.requester != null ? global.requester : global.thread(Global.mainThread(global.address)));
    }

    /// A full collection that only frees.
    private static void collect(LuaState state) {
        GlobalState global = state.global;
        if (global.working || global.emergency)
            return;
        global.emergency = true;
        try {
            Collector.observe(state, CollectorEvent.Kind.EMERGENCY, Emergency::run);
        } finally {
            global.emergency = false;
        }
    }

    private static void run(LuaState state) {
        long g = state.global.address;
        boolean stopped = Global.threshold(g) == Collector.NEVER;
        Collector.finishSweep(state);
        Collector.begin(state);
        anchor(state);
        Collector.advanceTo(state, Phase.FINALIZE);
        if (Global.lastToFinalize(g) == NULL)
            Collector.advanceTo(state, Phase.PAUSE);
        Collector.setThreshold(state.global);
        if (stopped)
            Global.setThreshold(g, Collector.NEVER);
        else if (Global.phase(g) == Phase.FINALIZE)
            Global.setThreshold(g, Collector.paced(state.global)); // the finalisers are due
    }

    /// Marks what is in nobody's hands yet: `inv.anchored`.
    private static void anchor(LuaState state) {
        GlobalState global = state.global;
        long g = global.address;
        long gray = Marker.reach(Global.root(g), Global.gray(g));
        gray = Marker.reach(state.address, gray);
        if (global.youngestString != NULL)
            gray = Marker.reach(global.youngestString, gray);
        for (LuaState thread : global.threads()) {
            if (LuaStack.isInFunction(thread.address))
                gray = Marker.reach(thread.address, gray);
        }
        Global.setGray(g, gray);
    }
}
