package org.lmem.gc;

/// When a request for memory makes the collector run at once, instead of failing: a choice beside 5.1.5, which never does.
///
/// Each mode does what the ones before it do, too. An emergency collection frees what a full collection frees, but calls no
/// finaliser and resizes nothing, since it may happen in the middle of anything: finalisers wait for the next safe point.
/// It is guarded: not before the state is complete, and not while the collector is at work.
public enum EmergencyMode {
    /// Never, as 5.1.5.
    NEVER,
    /// When the allocator has refused a request, which is then repeated once: what 5.2 and later do.
    ON_FAILURE,
    /// Also when a request would pass the hard limit of the [PressurePolicy].
    ON_LIMIT,
    /// Also before every request for more memory: a test that everything is anchored that has to be.
    ALWAYS
}
