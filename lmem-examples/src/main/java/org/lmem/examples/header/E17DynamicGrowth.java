package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E17: a vector takes 1000 numbers one by one; it doubles nine times.
public final class E17DynamicGrowth implements Example {
    private static final int COUNT = 1000;

    /// What came out.
    ///
    /// @param capacities after each growth
    /// @param elementsPresent when the block grew, added up: the most that can have been copied
    /// @param peakBytes the most bytes in use at once
    /// @param endBytes bytes in use at the end
    /// @param calls of the allocator, the free included
    public record Outcome(List<Integer> capacities, int elementsPresent, long peakBytes, long endBytes, long calls) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        List<Integer> capacities = new ArrayList<>();
        int present = 0;
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(stats);
                LuaVector numbers = LuaVector.of(memory, JAVA_INT, LuaMemory.MAX_INT, "too many numbers")) {
            for (int i = 0; i < COUNT; i++) {
                int before = numbers.capacity();
                numbers.addInt(i * i); // luaM_growvector, then the store
                if (numbers.capacity() != before) {
                    capacities.add(numbers.capacity());
                    present += before;
                }
            }
        } // the vector frees its block with the capacity that it has now
          // @end
        StatsAllocator.Snapshot seen = stats.snapshot();
        return new Outcome(capacities, present, seen.peakBytes(), seen.liveBytes(), seen.requests());
    }

    @Override
    public String title() {
        return "A vector that grows: 1000 numbers";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_growvector lmem.h:33, luaM_growaux_ lmem.c:46";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The vector starts with nothing. Whenever it is full it doubles, and never has fewer than four elements, "
                        + "so that a thousand appends need nine growths, and most appends are one comparison and one store.");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("capacities", outcome.capacities());
        page.result("growths", outcome.capacities().size());
        page.result("elements copied at most (if each resize moves)", outcome.elementsPresent());
        page.result("bytes at the peak", outcome.peakBytes());
        page.result("bytes at the end", outcome.endBytes());
        page.result("calls of the allocator", outcome.calls());
    }

    @Override
    public String remember() {
        return "Free with the capacity that the vector has now, not with the count of its elements. A vector that owns "
                + "its block also gives it back when an error comes in between, which the C macro cannot.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X18 luaM_growvector is an open 'if' that evaluates its arguments several times; here it is a method.",
                "X21 memory from luaM_* has no owner: an error between growth and release leaks it.");
    }
}
