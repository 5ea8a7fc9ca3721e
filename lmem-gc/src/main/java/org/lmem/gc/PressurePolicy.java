package org.lmem.gc;

import org.lmem.core.LuaMemory;

/// What is done as memory runs short: from a soft limit on the collector works more, beyond a hard limit requests fail.
///
/// ```
///   0                      softLimit                 hardLimit
///   ├──── as 5.1.5 ───────────┼── extra steps ──────────┤ refused; under EmergencyMode.ON_LIMIT after a collection
/// ```
///
/// Above the soft limit a safe point does extra steps for each kilobyte allocated, whether or not one is due; not while the
/// collector is stopped.
/// 5.1.5 has nothing of the kind.
///
/// @param softLimit bytes in use from which on extra steps are done
/// @param hardLimit bytes in use that no request may pass
/// @param extraSteps how many at a time, 0 or more
public record PressurePolicy(long softLimit, long hardLimit, int extraSteps) {
    private static final int SOFT_PERCENT = 80;

    /// Checks the limits.
    public PressurePolicy {
        if (softLimit < 0 || softLimit > hardLimit || extraSteps < 0)
            throw new IllegalArgumentException("limits rise from 0: softLimit=" + softLimit + ", hardLimit=" + hardLimit
                    + ", extraSteps=" + extraSteps);
    }

    /// One extra step at a time from 80 % of a limit on.
    ///
    /// @param hardLimit bytes in use that no request may pass
    /// @return the policy
    public static PressurePolicy of(long hardLimit) {
        return new PressurePolicy(hardLimit / 100 * SOFT_PERCENT + hardLimit % 100 * SOFT_PERCENT / 100, hardLimit, 1);
    }

    /// Whether a request would pass the hard limit.
    boolean refuses(LuaMemory memory, long osize, long nsize) {
        return Long.compareUnsigned(memory.totalBytes() - osize, hardLimit) > 0
                || Long.compareUnsigned(nsize, hardLimit - (memory.totalBytes() - osize)) > 0;
    }
}
