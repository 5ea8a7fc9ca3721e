package org.lmem.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceReplay;
import org.lmem.core.LuaMemory;
import org.lmem.core.raw.RawMemory;
import org.tukaani.xz.XZInputStream;

/// One allocator's part of a comparison, in a virtual machine of its own: the trace is made once with every byte checked,
/// then again and again for the time.
///
/// Prints a line `run` after each pass, and at the end `nanos` (median of a request), `reserved` and `bytes` at the
/// trace's peak, and `peakReserved`; -1 for what is not known.
final class ReplayFork {
    private static final int WARM_UP = 3;

    private ReplayFork() {}

    /// Runs it.
    ///
    /// @param args the trace, the allocator, the number of timed passes, the size of a region
    public static void main(String[] args) throws IOException {
        run(System.out, args);
    }

    static void run(PrintStream out, String... args) throws IOException {
        Trace trace = read(Path.of(args[0]));
        AllocatorKind kind = AllocatorKind.valueOf(args[1]);
        long region = Long.parseLong(args[3]);
        verify(trace, kind, region, out);
        out.println("run");
        int passes = Integer.parseInt(args[2]);
        double[] nanos = new double[passes];
        for (int i = -WARM_UP; i < passes; i++) {
            double one = pass(trace, kind, region);
            if (i >= 0)
                nanos[i] = one;
            out.println("run");
        }
        out.println("nanos " + median(nanos));
    }

    /// A trace, packed by xz or not.
    static Trace read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Trace.read(file.toString().endsWith(".xz") ? new XZInputStream(in) : in);
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double pass(Trace trace, AllocatorKind kind, long region) {
        try (AllocatorKind.Store store = kind.open(region); LuaMemory memory = new LuaMemory(store.allocator())) {
            TraceReplay.Result result = TraceReplay.run(trace, memory);
            requireEqual("peak", trace.peakBytes(), result.peakBytes());
            requireEqual("end", trace.endBytes(), result.endBytes());
            return result.nanosPerOperation();
        }
    }

    /// Makes every request, fills each block with bytes of its own, and looks at all of them before it is resized or
    /// freed: a block that another one shares bytes with is found.
    private static void verify(Trace trace, AllocatorKind kind, long region, PrintStream out) {
        long[] blocks = new long[trace.ids()];
        long bytes = 0;
        try (AllocatorKind.Store store = kind.open(region); LuaMemory memory = new LuaMemory(store.allocator())) {
            boolean peakSeen = false;
            for (int i = 0; i < trace.size(); i++) {
                int id = trace.id(i);
                requireContents(blocks[id], trace.osize(i), id);
                blocks[id] = memory.realloc(blocks[id], trace.osize(i), trace.nsize(i));
                requireContents(blocks[id], Math.min(trace.osize(i), trace.nsize(i)), id);
                RawMemory.fill(blocks[id], trace.nsize(i), pattern(id));
                bytes += trace.nsize(i) - trace.osize(i);
                if (bytes == trace.peakBytes() && !peakSeen) {
                    peakSeen = true;
                    out.println("bytes " + bytes + "\nreserved " + store.reservedBytes());
                }
            }
            out.println("peakReserved " + store.peakReservedBytes());
            free(trace, blocks, memory);
        }
    }

    private static void free(Trace trace, long[] blocks, LuaMemory memory) {
        int[] sizes = new int[blocks.length];
        for (int i = 0; i < trace.size(); i++)
            sizes[trace.id(i)] = trace.nsize(i);
        for (int id = 0; id < blocks.length; id++)
            memory.freeMem(blocks[id], sizes[id]);
    }

    private static byte pattern(int id) {
        return (byte) (id * 31 + 7);
    }

    private static void requireContents(long block, long bytes, int id) {
        for (long i = 0; block != 0 && i < bytes; i++)
            if (RawMemory.getByte(block + i) != pattern(id))
                throw new IllegalStateException("a block has lost its contents: block=0x" + Long.toHexString(block)
                        + ", id=" + id + ", offset=" + i);
    }

    private static void requireEqual(String what, long expected, long found) {
        if (expected != found)
            throw new IllegalStateException("the replay counts other bytes than the trace: at=" + what + ", trace="
                    + expected + ", replay=" + found);
    }
}
