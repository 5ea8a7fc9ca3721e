package org.lmem.gc;

import org.lmem.core.LuaException;

/// Somebody who watches a collector.
///
/// A listener is called in the middle of the collector's work: it must not use the state, but for the figures of
/// [LuaCollector] and [LuaCollector#colors]. What it throws reaches the caller of the step.
@FunctionalInterface
public interface CollectorListener {
    /// The collector has done something, or has been interrupted by an error while doing it.
    ///
    /// @param event what
    void onEvent(CollectorEvent event);

    /// A cycle has ended.
    ///
    /// @param cycle what it did
    default void onCycle(CycleMetrics cycle) {}

    /// A finaliser has failed. Its error goes on from here, to a handler or to whoever caused the step
    /// ([LuaCollector#isolateFinalizerErrors]).
    ///
    /// @param error what it raised
    default void onFinalizerError(LuaException error) {}

    /// A limit of a [PressurePolicy] was reached.
    ///
    /// @param event which one
    default void onPressure(PressureEvent event) {}
}
