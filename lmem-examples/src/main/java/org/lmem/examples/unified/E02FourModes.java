package org.lmem.examples.unified;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;

/// E02: whether there is a block, and whether a size is wanted, choose one of four things that the one entry does.
public final class E02FourModes implements Example {
    private static final List<String> MODES = List.of("allocate", "resize", "free", "nothing");

    /// What came out.
    ///
    /// @param requests that reached the allocator
    /// @param totals bytes in use after each
    public record Outcome(List<RequestLog.Request> requests, List<Long> totals) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        List<Long> totals = new ArrayList<>();
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(log)) {
            long block = memory.realloc(LuaAlloc.NULL, 0, 1024); // no block, a size
            totals.add(memory.totalBytes());
            block = memory.realloc(block, 1024, 2048); // a block, a size
            totals.add(memory.totalBytes());
            block = memory.realloc(block, 2048, 0); // a block, no size
            totals.add(memory.totalBytes());
            memory.realloc(block, 0, 0); // neither: the free has answered NULL
            totals.add(memory.totalBytes());
        }
        // @end
        return new Outcome(log.requests(), totals);
    }

    /// What is counted of a block that is not asked of the memory manager, but of its allocator.
    ///
    /// @param byMemory bytes in the memory manager's books
    /// @param byAllocator bytes in the allocator's
    public record Books(long byMemory, long byAllocator) {}

    /// Goes round the memory manager, as real Lua does once, for the block of the state itself.
    ///
    /// @param alloc where the memory comes from
    /// @return both books while the block lives
    public static Books goRound(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        try (LuaMemory memory = new LuaMemory(stats)) {
            long block = memory.allocator().realloc(LuaAlloc.NULL, 0, 1024);
            Books books = new Books(memory.totalBytes(), stats.snapshot().liveBytes());
            memory.allocator().realloc(block, 1024, 0);
            return books;
        }
    }

    /// A request that is none of the four: a size for a block that is not there.
    ///
    /// @return the objection
    public static Objection none() {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            return Objection.to(() -> memory.realloc(LuaAlloc.NULL, 8, 16));
        }
    }

    @Override
    public String title() {
        return "Two questions, four modes";
    }

    @Override
    public Chapter chapter() {
        return Chapter.UNIFIED;
    }

    @Override
    public String lookAt() {
        return "luaM_realloc_ lmem.c:76, the allocator's contract lmem.c:23";
    }

    @Override
    public void tell(Page page) {
        page.text("The entry has no argument that says what to do. Two questions decide it: is there a block, and is a "
                + "size wanted? Each of the four answers is one call of the allocator, and one change of the count.");
        page.picture("""
                                   nsize > 0       nsize = 0
                                 ┌───────────────┬───────────────┐
                block = NULL     │   allocate    │    nothing    │   osize = 0
                                 ├───────────────┼───────────────┤
                block ≠ NULL     │    resize     │     free      │   osize > 0
                                 └───────────────┴───────────────┘""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("mode", "request", "answer", "bytes in use"));
        for (int i = 0; i < MODES.size(); i++) {
            RequestLog.Request request = outcome.requests().get(i);
            rows.add(List.of(MODES.get(i), request.shape(), request.answerShape(), "" + outcome.totals().get(i)));
        }
        page.table(rows);
        page.result("calls of the allocator", outcome.requests().size());
        page.text("There is no fifth mode. A size without a block, or a block without one, cannot be meant:");
        page.result("(NULL, 8, 16)", none());
        Books books = goRound(SystemAlloc.INSTANCE);
        page.text(
                "And the count knows what came through the entry, no more. Of 1024 bytes asked of the allocator itself:");
        page.result("the memory manager counts", books.byMemory());
        page.result("the allocator counts", books.byAllocator());
    }

    @Override
    public String remember() {
        return "Nothing for nothing is a legal request, which Lua really makes (for the empty parts of a table). An "
                + "allocator has to answer NULL to it and leave everything alone.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X13 'all memory goes through this function': the block of the state itself does not (lstate.c:147, 115), "
                        + "nor does what a library asks of C directly, such as an open file.",
                "X15 it calls the fourth mode a query. It asks nothing and changes nothing; lua_newstate makes it three "
                        + "times.");
    }
}
