package org.lmem.gc;

/// Where the collector is in its cycle, in the order and with the numbers of 5.1.5.
///
/// ```
///          markRoots            no gray object: atomic          last bucket              end of the list
///   PAUSE ───────────► PROPAGATE ───────────────► SWEEPSTRING ──────────────► SWEEP ───────────────────► FINALIZE
///     ▲                                                                                                      │
///     └──────────────────────────────────────────────────────────────────────── nobody waits to be finalised ┘
/// ```
///
/// @lua gcstate lstate.h:73
public enum Phase {
    /// Between two cycles. @lua GCSpause lgc.h:17
    PAUSE(0),
    /// Marking, a gray object a step. @lua GCSpropagate lgc.h:18
    PROPAGATE(1),
    /// Sweeping the string table, a bucket a step. @lua GCSsweepstring lgc.h:19
    SWEEPSTRING(2),
    /// Sweeping all other objects, [Collector#SWEEPMAX] a step. @lua GCSsweep lgc.h:20
    SWEEP(3),
    /// Calling finalisers, one a step. @lua GCSfinalize lgc.h:21
    FINALIZE(4);

    private static final Phase[] ALL = values();

    private final int number;

    Phase(int number) {
        this.number = number;
    }

    /// The number in 5.1.5.
    ///
    /// @return 0 to 4
    public int number() {
        return number;
    }

    static Phase of(int number) {
        return ALL[number];
    }
}
