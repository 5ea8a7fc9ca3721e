package org.lmem.gc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.lmem.core.LuaException;

/// The watched way through the collector: the same work, one single step at a time, each reported.
///
/// It exists only while there is a listener ([GlobalState#watch]); without one the collector does as many single steps as
/// fit in one go.
final class Watch {
    /// What is watched.
    @FunctionalInterface
    interface Work {
        void run(LuaState state);
    }

    final List<CollectorListener> listeners = new CopyOnWriteArrayList<>();
    boolean verifying;
    /// The costs of the single steps so far.
    private long cost;

    /// Does some work and reports it, whether or not it is interrupted by an error.
    void observe(LuaState state, CollectorEvent.Kind kind, Work work) {
        GlobalState global = state.global;
        long g = global.address;
        Phase before = Global.phase(g);
        long bytesBefore = state.memory.totalBytes();
        long costBefore = cost;
        long freedBefore = global.freedBlocks;
        try {
            work.run(state);
        } finally {
            report(new CollectorEvent(kind, before, Global.phase(g), cost - costBefore, bytesBefore,
                    state.memory.totalBytes(), Global.threshold(g), Global.debt(g), Global.estimate(g),
                    global.freedBlocks - freedBefore));
        }
    }

    /// One single step.
    ///
    /// @return its cost
    long single(LuaState state) {
        long[] done = {0};
        observe(state, CollectorEvent.Kind.SINGLE, s -> {
            int phase = Global.phase(s.global.address).number();
            long start = s.global.tuning.clock.getAsLong();
            done[0] = Collector.advance(s, null, 1);
            s.global.cycle.nanos[phase] += s.global.tuning.clock.getAsLong() - start;
            cost += done[0];
        });
        if (verifying)
            HeapVerifier.check(state);
        return done[0];
    }

    void endCycle(CycleMetrics metrics) {
        for (CollectorListener listener : listeners)
            listener.onCycle(metrics);
    }

    /// Reports an error of a finaliser, where somebody watches.
    static void finalizerError(GlobalState global, LuaException error) {
        Watch watch = global.watch;
        if (watch != null)
            for (CollectorListener listener : watch.listeners)
                listener.onFinalizerError(error);
    }

    /// Reports that a limit was reached, where somebody watches.
    static void pressure(GlobalState global, PressureEvent.Kind kind, long limit, long wanted) {
        Watch watch = global.watch;
        if (watch == null)
            return;
        PressureEvent event = new PressureEvent(kind, global.memory.totalBytes(), limit, wanted);
        for (CollectorListener listener : watch.listeners)
            listener.onPressure(event);
    }

    private void report(CollectorEvent event) {
        for (CollectorListener listener : listeners)
            listener.onEvent(event);
    }

    boolean isIdle() {
        return listeners.isEmpty() && !verifying;
    }
}
