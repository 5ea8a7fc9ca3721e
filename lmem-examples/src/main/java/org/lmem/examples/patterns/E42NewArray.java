package org.lmem.examples.patterns;

import static org.lmem.examples.patterns.E41NewObject.COUNT;
import static org.lmem.examples.patterns.E41NewObject.COUNTER;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E42: a vector of a known number of elements.
public final class E42NewArray implements Example {
    /// The elements of the example.
    static final int SIZE = 3;

    /// What came out.
    ///
    /// @param inUse bytes while the vector lived
    /// @param values read back from it
    /// @param after bytes in use at the end
    /// @param calls of the allocator
    public record Outcome(long inUse, List<Integer> values, long after, long calls) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @param size elements
    /// @return what came out
    public static Outcome run(LuaAlloc alloc, int size) {
        StatsAllocator stats = new StatsAllocator(alloc);
        try (LuaMemory memory = new LuaMemory(stats)) {
            // @start region="code"
            MemorySegment counters = memory.newVector(size, COUNTER);
            for (int i = 0; i < size; i++)
                COUNT.set(counters, i * COUNTER.byteSize(), i * i);
            long inUse = memory.totalBytes();
            List<Integer> values = IntStream.range(0, size)
                    .mapToObj(i -> (int) COUNT.get(counters, i * COUNTER.byteSize())).toList();
            memory.freeArray(counters, size, COUNTER); // with the count that it was made with
            // @end
            return new Outcome(inUse, values, memory.totalBytes(), stats.snapshot().requests());
        }
    }

    @Override
    public String title() {
        return "A new array";
    }

    @Override
    public Chapter chapter() {
        return Chapter.PATTERNS;
    }

    @Override
    public String lookAt() {
        return "luaM_newvector lmem.h:30, luaM_freearray lmem.h:26";
    }

    @Override
    public void tell(Page page) {
        page.text("A vector is a block and a count, and in C the count is yours to keep: the block does not know it. "
                + "Whoever will free the vector, or let it grow, needs the count of the elements that there is room for, "
                + "so it is written down in the same breath.");
        page.picture("""
                newVector(3, Counter) ──► │ count │ count │ count │     size = 3
                                          0       4       8       12""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE, SIZE);
        page.result("bytes while it lives", outcome.inUse());
        page.result("what is in it", outcome.values());
        page.result("bytes after it was freed", outcome.after());
        page.result("calls of the allocator", outcome.calls());
        Outcome empty = run(SystemAlloc.INSTANCE, 0);
        page.text("A vector of nothing is legal, and costs " + empty.inUse() + " bytes in " + empty.calls()
                + " calls: the allocator is asked to turn nothing into nothing, as 5.1.5 does for each empty table.");
    }

    @Override
    public String remember() {
        return "Set the size where you make the vector: growth (E43) and release (E44) both start from it.";
    }
}
