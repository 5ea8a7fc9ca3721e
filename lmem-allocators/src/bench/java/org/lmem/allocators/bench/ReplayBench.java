package org.lmem.allocators.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.lmem.allocators.Trace;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// Replays one trace against one allocator and prints the time of a request and the memory taken, as one line of JSON.
///
/// ```
///   replay:     1  2  3  …  10 │ 11  …  10 + K │ one more
///               warm-up        │ timed         │ every byte of every block is written; the peak is read
/// ```
///
/// The last line is `{"ops":…,"median":…,"min":…,"footprint":…,"garbage":…}`: the median and the least of K replays in
/// nanoseconds per request; the most memory taken from the system divided by the trace's peak; bytes of Java heap
/// allocated per request in the timed replays.
///
/// Requests go straight to the allocator, and one process knows one allocator: a second class at the same call site would
/// make the call slower for both.
public final class ReplayBench {
    private static final int WARM_UP_REQUESTS = 20_000_000;

    private final int[] requests; // id, osize, nsize
    private final long[] blocks;
    private final long peakBytes;

    private ReplayBench(Trace trace) {
        requests = new int[3 * trace.size()];
        for (int i = 0; i < trace.size(); i++) {
            requests[3 * i] = trace.id(i);
            requests[3 * i + 1] = trace.osize(i);
            requests[3 * i + 2] = trace.nsize(i);
        }
        blocks = new long[trace.ids()];
        peakBytes = trace.peakBytes();
    }

    /// Runs the benchmark.
    ///
    /// @param args trace file (unpacked), number of timed replays, name of the allocator (see [Subjects])
    /// @throws IOException where the trace cannot be read
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: ReplayBench TRACE.lmtr REPLAYS ALLOCATOR, one of " + Subjects.names());
            System.exit(2);
        }
        ReplayBench bench;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(args[0])))) {
            bench = new ReplayBench(Trace.read(in));
        }
        System.out.println(bench.measure(Subjects.named(args[2]), Integer.parseInt(args[1])));
    }

    private String measure(Subjects.Subject subject, int replays) {
        LuaAlloc alloc = subject.alloc();
        int count = requests.length / 3;
        for (int i = 0; i < Math.clamp(WARM_UP_REQUESTS / count, 3, 200); i++)
            replay(alloc);
        double[] nanos = new double[replays];
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long garbage = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < replays; i++) {
            long started = System.nanoTime();
            replay(alloc);
            nanos[i] = (double) (System.nanoTime() - started) / count;
        }
        garbage = threads.getCurrentThreadAllocatedBytes() - garbage;
        Arrays.sort(nanos);
        replayWriting(alloc);
        return String.format(Locale.ROOT,
                "{\"ops\":%d,\"median\":%.3f,\"min\":%.3f,\"footprint\":%.4f,\"garbage\":%.4f}",
                count, nanos[(replays - 1) / 2], nanos[0], (double) subject.peakReservedBytes().getAsLong() / peakBytes,
                (double) garbage / replays / count);
    }

    private void replay(LuaAlloc alloc) {
        int[] ops = requests;
        long[] table = blocks;
        for (int i = 0; i < ops.length; i += 3) {
            int id = ops[i];
            int osize = ops[i + 1];
            long block = alloc.realloc(table[id], osize, ops[i + 2]);
            table[id] = block;
            if (osize == 0)
                RawMemory.putLong(block, i);
        }
    }

    private void replayWriting(LuaAlloc alloc) {
        for (int i = 0; i < requests.length; i += 3) {
            int osize = requests[i + 1];
            int nsize = requests[i + 2];
            long block = alloc.realloc(blocks[requests[i]], osize, nsize);
            blocks[requests[i]] = block;
            if (nsize > osize)
                RawMemory.fill(block + osize, nsize - osize, (byte) i);
        }
    }
}
