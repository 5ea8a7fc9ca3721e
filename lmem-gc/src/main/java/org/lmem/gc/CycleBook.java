package org.lmem.gc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The counts of the cycle in progress, and what the last one came to.
///
/// Nothing here is counted by the object: the collector adds up what a step has done, so that this costs nothing.
final class CycleBook {
    long steps;
    long markedBytes;
    long freedBytes;
    long finalizers;
    long largestStep;
    final long[] nanos = new long[Phase.values().length];
    @Nullable
    CycleMetrics last;
    private long number;
    private long bytesBefore;
    private long objectsBefore;
    private long blocksBefore;

    void begin(GlobalState global) {
        bytesBefore = global.memory.totalBytes();
        objectsBefore = global.freedObjects;
        blocksBefore = global.freedBlocks;
        steps = 0;
        markedBytes = 0;
        freedBytes = 0;
        finalizers = 0;
        largestStep = 0;
        Arrays.fill(nanos, 0);
    }

    CycleMetrics end(GlobalState global) {
        number++;
        CycleMetrics metrics = new CycleMetrics(number, steps, markedBytes, global.freedObjects - objectsBefore,
                global.freedBlocks - blocksBefore, freedBytes, finalizers, bytesBefore, global.memory.totalBytes(),
                Global.estimate(global.address), largestStep,
                nanos[Phase.PAUSE.number()] + nanos[Phase.PROPAGATE.number()],
                nanos[Phase.SWEEPSTRING.number()] + nanos[Phase.SWEEP.number()], nanos[Phase.FINALIZE.number()]);
        last = metrics;
        return metrics;
    }

    void step(long cost) {
        steps++;
        largestStep = Math.max(largestStep, cost);
    }

    long cycles() {
        return number;
    }
}
