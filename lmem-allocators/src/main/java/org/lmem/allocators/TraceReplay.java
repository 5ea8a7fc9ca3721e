package org.lmem.allocators;

import org.lmem.core.LuaMemory;
import org.lmem.core.raw.RawMemory;

/// The requests of a trace, made once more.
///
/// ```
///   Trace: id, osize, nsize ──► blocks[id] = memory.realloc(blocks[id], osize, nsize)
/// ```
public final class TraceReplay {
    private TraceReplay() {}

    /// What a replay did.
    ///
    /// @param operations requests in all
    /// @param fresh new blocks
    /// @param resized blocks resized
    /// @param freed blocks freed
    /// @param peakBytes the most bytes in use at once, as the memory manager counted them
    /// @param endBytes bytes in use at the end
    /// @param nanos time taken
    public record Result(int operations, int fresh, int resized, int freed, long peakBytes, long endBytes, long nanos) {
        /// The mean time of a request.
        ///
        /// @return nanoseconds
        public double nanosPerOperation() {
            return operations == 0 ? 0 : (double) nanos / operations;
        }
    }

    /// Makes every request of a trace of a memory manager, and writes to each new block.
    ///
    /// Blocks that are still in use at the end are freed, after the bytes have been counted: the manager is left as it
    /// was, also where a request fails.
    ///
    /// @param trace the requests
    /// @param memory whom they are made of
    /// @return what was counted; bytes are those above what the manager held before
    /// @throws org.lmem.core.LuaMemoryException where a request is refused
    public static Result run(Trace trace, LuaMemory memory) {
        long[] blocks = new long[trace.ids()];
        long before = memory.totalBytes();
        long[] sizes = new long[trace.ids()];
        int fresh = 0;
        int freed = 0;
        long peak = before;
        long started = System.nanoTime();
        try {
            for (int i = 0; i < trace.size(); i++) {
                int id = trace.id(i);
                int nsize = trace.nsize(i);
                long block = memory.realloc(blocks[id], trace.osize(i), nsize);
                if (blocks[id] == 0) {
                    RawMemory.putByte(block, (byte) i); // every block has one byte at least
                    fresh++;
                } else if (nsize == 0)
                    freed++;
                blocks[id] = block;
                sizes[id] = nsize;
                peak = Math.max(peak, memory.totalBytes());
            }
            long nanos = System.nanoTime() - started;
            return new Result(trace.size(), fresh, trace.size() - fresh - freed, freed, peak - before,
                    memory.totalBytes() - before, nanos);
        } finally {
            for (int id = 0; id < blocks.length; id++)
                memory.freeMem(blocks[id], sizes[id]);
        }
    }
}
