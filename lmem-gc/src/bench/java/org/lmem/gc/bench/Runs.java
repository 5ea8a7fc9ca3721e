package org.lmem.gc.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/// The runs of a workload: first those that warm the virtual machine up, then those that count.
final class Runs {
    private static final long WARM_UP_NANOS = 8_000_000_000L;
    private static final int WARM_UP_RUNS = 5;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long created = System.nanoTime();
    private final int wanted;
    private long[] nanos = new long[1 << 20];
    private int times;
    private int warmUps;
    private int runs;
    private boolean counts;
    private long started;
    private long garbageBefore;
    private long garbage;

    Runs(int wanted) {
        this.wanted = wanted;
    }

    /// Whether another run is wanted.
    boolean more() {
        return runs < wanted;
    }

    /// Whether the run in progress is one of those that count.
    boolean counts() {
        return counts;
    }

    void start() {
        counts = warmUps >= WARM_UP_RUNS && System.nanoTime() - created > WARM_UP_NANOS;
        garbageBefore = threads.getCurrentThreadAllocatedBytes();
        started = System.nanoTime();
    }

    /// The end of a run that takes one time.
    void end() {
        long time = System.nanoTime() - started;
        if (counts)
            add(time);
        endOfTimes();
    }

    /// The end of a run that has added its times itself.
    void endOfTimes() {
        long bytes = threads.getCurrentThreadAllocatedBytes() - garbageBefore;
        if (counts) {
            runs++;
            garbage += bytes;
        } else {
            warmUps++;
        }
    }

    void add(long time) {
        if (times == nanos.length)
            nanos = Arrays.copyOf(nanos, 2 * times);
        nanos[times++] = time;
    }

    /// Prints the times, and the bytes of Java heap that a run took.
    void print() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < times; i++)
            lines.append(nanos[i]).append('\n');
        System.out.println(lines.append("heap ").append(garbage / runs));
    }
}
