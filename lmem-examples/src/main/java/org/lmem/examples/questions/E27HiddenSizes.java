package org.lmem.examples.questions;

import java.util.List;
import java.util.Locale;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceReplay;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RealProgram;

/// E27: what it costs when the caller does not say how large its block is.
public final class E27HiddenSizes implements Example {
    /// What came out.
    ///
    /// @param requests of the caller, without those that turn nothing into nothing
    /// @param asked the most bytes that the caller had at once
    /// @param taken the most bytes that were taken from the allocator below at once
    /// @param end bytes still taken at the end
    public record Outcome(long requests, long asked, long taken, long end) {
        /// What was taken and not asked for, at the peak.
        ///
        /// @return bytes
        public long overhead() {
            return taken - asked;
        }
    }

    /// An allocator as C's own is: nobody tells it the old size, so that it writes each size down in front of the block.
    ///
    /// ```
    ///   block − 16      block
    ///   │ size │ ░░░░ │ what the caller has │      16 and not 8, so that the block keeps the alignment from below
    /// ```
    static final class Headers implements LuaAlloc {
        /// Bytes in front of each block.
        static final long HEADER = 16;

        private final LuaAlloc below;

        Headers(LuaAlloc below) {
            this.below = below;
        }

        @Override
        public long realloc(long block, long osizeThatNobodyTells, long nsize) {
            return resize(block, nsize);
        }

        // @start region="code"
        long resize(long block, long nsize) {
            if (Long.compareUnsigned(nsize, -HEADER) >= 0) // no room for a header: it would wrap
                return NULL;
            long header = block == NULL ? NULL : block - HEADER;
            long osize = block == NULL ? 0 : RawMemory.getLong(header) + HEADER; // as it was written down
            long newHeader = below.realloc(header, osize, nsize == 0 ? 0 : nsize + HEADER);
            if (newHeader == NULL) // freed, or refused
                return NULL;
            RawMemory.putLong(newHeader, nsize);
            return newHeader + HEADER;
        }
        // @end
    }

    /// Obtains blocks of one size, and frees them.
    ///
    /// @param hidden whether the sizes are hidden from the allocator
    /// @param blocks how many
    /// @param size of each, in bytes
    /// @return what came out
    public static Outcome run(boolean hidden, int blocks, long size) {
        StatsAllocator below = new StatsAllocator(SystemAlloc.INSTANCE);
        StatsAllocator above = new StatsAllocator(hidden ? new Headers(below) : below);
        try (LuaMemory memory = new LuaMemory(above)) {
            long[] all = new long[blocks];
            for (int i = 0; i < blocks; i++)
                all[i] = memory.malloc(size);
            for (long block : all)
                memory.freeMem(block, size);
        }
        return outcome(above, below);
    }

    /// Runs the memory of a real program.
    ///
    /// @param hidden whether the sizes are hidden from the allocator
    /// @param trace its requests
    /// @return what came out
    public static Outcome replay(boolean hidden, Trace trace) {
        StatsAllocator below = new StatsAllocator(SystemAlloc.INSTANCE);
        StatsAllocator above = new StatsAllocator(hidden ? new Headers(below) : below);
        try (LuaMemory memory = new LuaMemory(above)) {
            TraceReplay.run(trace, memory);
        }
        return outcome(above, below);
    }

    private static Outcome outcome(StatsAllocator above, StatsAllocator below) {
        StatsAllocator.Snapshot asked = above.snapshot();
        StatsAllocator.Snapshot taken = below.snapshot();
        long requests = asked.requests() - asked.noops(); // the replay also frees what is free already
        return new Outcome(requests, asked.peakBytes(), taken.peakBytes(), taken.liveBytes());
    }

    @Override
    public String title() {
        return "What if nobody said the old size?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66, its contract lmem.c:23";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Lua tells its allocator what C's free is never told: how large the block was. It can, because it always "
                        + "knows. So an allocator of one's own needs no header, can keep blocks of a size together and find the "
                        + "right list in one step. Here the size is hidden from an allocator that needs it: it has to be written "
                        + "down in front of every block.");
        page.code(code());
        Trace trace = RealProgram.trace();
        page.table(List.of(List.of("", "requests", "asked for at the peak", "taken at the peak", "overhead", ""),
                row("1000 × 16 bytes, size told", run(false, 1000, 16)),
                row("1000 × 16 bytes, size hidden", run(true, 1000, 16)),
                row("a real program, size told", replay(false, trace)),
                row("a real program, size hidden", replay(true, trace))));
        page.result("blocks in use at once, at most, in the real program", trace.ids());
        page.text(
                "A table beside the blocks would need an entry for each of those instead, and a search in every call.");
    }

    private static List<String> row(String name, Outcome o) {
        return List.of(name, number(o.requests()), number(o.asked()), number(o.taken()), number(o.overhead()),
                String.format(Locale.ROOT, "%.1f %%", 100.0 * o.overhead() / o.asked()));
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    @Override
    public String remember() {
        return "A size that the caller tells is a header that nobody stores: 16 bytes a block, which for small blocks is as "
                + "much as the block.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X61 the old size is said to serve generations of objects and growth in place. It says how large the "
                        + "block was, and nothing else.");
    }
}
