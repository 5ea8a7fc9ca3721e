package org.lmem.examples.allocators;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.StatsAllocator.Snapshot;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E30: what a record of statistics has to hold, and what one request changes in it.
public final class E30WhatToCount implements Example {
    /// A request and what it changed.
    ///
    /// @param request in words
    /// @param change of each figure
    public record Change(String request, Snapshot change) {}

    /// Makes one request of each kind.
    ///
    /// @param alloc where the memory comes from
    /// @return what each changed, in order
    public static List<Change> run(LuaAlloc alloc) {
        List<Change> changes = new ArrayList<>();
        // @start region="code"
        StatsAllocator stats = new StatsAllocator(alloc);
        long block = note(changes, stats, "a new block of 100 bytes", LuaAlloc.NULL, 0, 100);
        block = note(changes, stats, "to 300 bytes", block, 100, 300);
        block = note(changes, stats, "to the size that it has", block, 300, 300);
        block = note(changes, stats, "to 50 bytes", block, 300, 50);
        note(changes, stats, "nothing, of no bytes", LuaAlloc.NULL, 0, 0);
        note(changes, stats, "2^62 bytes more", LuaAlloc.NULL, 0, 1L << 62);
        note(changes, stats, "freed", block, 50, 0);
        // @end
        return changes;
    }

    private static long note(List<Change> changes, StatsAllocator stats, String request, long block, long osize,
            long nsize) {
        Snapshot before = stats.snapshot();
        long answer = stats.realloc(block, osize, nsize);
        changes.add(new Change(request, stats.snapshot().diff(before)));
        return answer;
    }

    @Override
    public String title() {
        return "A record of statistics";
    }

    @Override
    public Chapter chapter() {
        return Chapter.ALLOCATORS;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66, luaM_realloc_ lmem.c:76";
    }

    @Override
    public void tell(Page page) {
        page.text("The document counts total, peak, allocations and frees, and keeps a log. There are seven kinds "
                + "of request; each has a counter here, and exactly one of them goes up.");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("request", "bytes", "peak", "new", "frees", "grows", "shrinks", "same", "no-ops", "failures"));
        for (Change c : run(SystemAlloc.INSTANCE))
            rows.add(row(c.request(), c.change()));
        page.table(rows);
        page.text("A snapshot is of one moment, two of them can be subtracted, and any thread may take one while "
                + "the state runs.");
    }

    private static List<String> row(String request, Snapshot s) {
        List<String> row = new ArrayList<>(List.of(request));
        for (long figure : new long[]{s.liveBytes(), s.peakBytes(), s.allocations(), s.frees(), s.grows(), s.shrinks(),
                s.sameSizes(), s.noops(), s.failures()})
            row.add(figure == 0 ? "" : String.format("%+d", figure));
        return row;
    }

    @Override
    public String remember() {
        return "One figure for each question: how many blocks, how many bytes, how often, how much at once. One "
                + "counter for two kinds of request answers neither.";
    }

    @Override
    public List<String> errata() {
        return List.of("X47 allocations go up with failures, resizes are counted nowhere, and a free of nothing is no "
                + "free.");
    }
}
