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
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// Replays one trace against one allocator and prints the time of a request and the memory taken, as one line of JSON.
///
/// ```
///   mixed requests │ replay 1               │ 2  3  …  10 │ 11  …  10 + K │ one more
///   on another     │ every byte is written; │ warm-up     │ timed         │ every byte is written; the peak is read again
///   allocator      │ the peak is read
/// ```
///
/// The last line is `{"ops":…,"median":…,"min":…,"footprint":…,"aged":…,"garbage":…}`: the median and the least of K replays
/// in nanoseconds per request; the most memory taken from the system divided by the trace's peak, after the first replay,
/// where the program in C reads it too, and after all; bytes of Java heap allocated per request in the timed replays.
///
/// Requests go straight to the allocator, and one process knows one allocator: a second class at the same call site would
/// make the call slower for both.
public final class ReplayBench {
    private static final int MIXED_REPLAYS = 50;
    private static final int WARM_UP_REQUESTS = 160_000_000;

    // What one request is, as in the file
    private static final int ID = 0;
    private static final int OSIZE = 4;
    private static final int NSIZE = 8;
    private static final int REQUEST = 12;
    private static final long ADDRESS_BITS = (1L << 56) - 1; // as in RawMemory

    private final int count;
    private final long requests;
    private final long blocks; // id → address
    private final long peakBytes;

    /// Both tables lie outside of the Java heap, as the C program's: what is measured is the allocator, and not how many of
    /// an array's bounds the compiler has to keep in mind beside it.
    private ReplayBench(Trace trace) {
        count = trace.size();
        requests = table((long) REQUEST * count);
        for (int i = 0; i < count; i++) {
            long request = requests + (long) REQUEST * i;
            RawMemory.putInt(request, ID, trace.id(i));
            RawMemory.putInt(request, OSIZE, trace.osize(i));
            RawMemory.putInt(request, NSIZE, trace.nsize(i));
        }
        blocks = table((long) Long.BYTES * trace.ids());
        peakBytes = trace.peakBytes();
    }

    private static long table(long bytes) {
        long table = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, bytes);
        if (table == LuaAlloc.NULL)
            throw new OutOfMemoryError("no memory for the trace: bytes=" + bytes);
        RawMemory.fill(table, bytes, (byte) 0);
        return table;
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
        compile(args[2]);
        System.out.println(bench.measure(Subjects.named(args[2]), Integer.parseInt(args[1])));
    }

    private static void compile(String name) {
        ReplayBench mixed = new ReplayBench(MixedRequests.trace());
        LuaAlloc alloc = Subjects.named(name).alloc();
        for (int i = 0; i < MIXED_REPLAYS; i++)
            mixed.replay(alloc);
    }

    private String measure(Subjects.Subject subject, int replays) {
        LuaAlloc alloc = subject.alloc();
        replayWriting(alloc);
        double footprint = footprint(subject);
        for (int i = 0; i < Math.clamp(WARM_UP_REQUESTS / count, 3, 400); i++)
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
                "{\"ops\":%d,\"median\":%.3f,\"min\":%.3f,\"footprint\":%.4f,\"aged\":%.4f,\"garbage\":%.4f}",
                count, nanos[(replays - 1) / 2], nanos[0], footprint, footprint(subject),
                (double) garbage / replays / count);
    }

    private double footprint(Subjects.Subject subject) {
        return (double) subject.peakReservedBytes().getAsLong() / peakBytes;
    }

    // the request stands in both loops: in a method of its own it would, in some runs, be compiled before them, to more code
    // than the compiler puts into a loop
    private void replay(LuaAlloc alloc) {
        long table = blocks & ADDRESS_BITS; // once for all requests, so that it stays in a register, as in the C program
        long end = requests + (long) REQUEST * count;
        for (long request = requests; request < end; request += REQUEST) {
            long old = RawMemory.getLong(table, slot(request));
            long block = alloc.realloc(old, size(request, OSIZE), size(request, NSIZE));
            RawMemory.putLong(table, slot(request), block); // found anew: what is live over the call has to be saved
            if (RawMemory.getInt(request, OSIZE) == 0)
                RawMemory.putLong(block, request);
        }
    }

    private void replayWriting(LuaAlloc alloc) {
        long end = requests + (long) REQUEST * count;
        for (long request = requests; request < end; request += REQUEST) {
            long old = RawMemory.getLong(blocks, slot(request));
            long block = alloc.realloc(old, size(request, OSIZE), size(request, NSIZE));
            RawMemory.putLong(blocks, slot(request), block);
            int osize = RawMemory.getInt(request, OSIZE);
            int nsize = RawMemory.getInt(request, NSIZE);
            if (nsize > osize)
                RawMemory.fill(block + osize, nsize - osize, (byte) request);
        }
    }

    /// A size as a program has it: widened from an `int`, the compiler would keep it in two registers. Little endian, as the file.
    private static long size(long request, long offset) {
        return RawMemory.getLong(request, offset - Integer.BYTES) >>> Integer.SIZE;
    }

    private static long slot(long request) {
        return Integer.toUnsignedLong(RawMemory.getInt(request, ID)) << 3;
    }
}
