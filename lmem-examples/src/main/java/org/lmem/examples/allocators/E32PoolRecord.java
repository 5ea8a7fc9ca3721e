package org.lmem.examples.allocators;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.MemoryPool;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E32: what a pool that hands out memory from one piece has to remember.
public final class E32PoolRecord implements Example {
    /// The record after a request.
    ///
    /// @param request in words
    /// @param usedBytes of the piece, those between blocks included
    /// @param fallbackBlocks blocks that did not fit and came from elsewhere
    /// @param fallbackBytes of these blocks
    public record Line(String request, long usedBytes, int fallbackBlocks, long fallbackBytes) {}

    /// Fills a pool of 1024 bytes, and empties it.
    ///
    /// @param alloc where the piece, and what does not fit in it, comes from
    /// @return the record after each request
    public static List<Line> run(LuaAlloc alloc) {
        List<Line> lines = new ArrayList<>();
        // @start region="code"
        try (MemoryPool pool = new MemoryPool(alloc, 1024)) {
            lines.add(line("empty", pool));
            long first = pool.realloc(LuaAlloc.NULL, 0, 35);
            lines.add(line("35 bytes", pool));
            long second = pool.realloc(LuaAlloc.NULL, 0, 600);
            lines.add(line("600 bytes", pool));
            long third = pool.realloc(LuaAlloc.NULL, 0, 600); // there is no room left
            lines.add(line("600 bytes more", pool));
            pool.realloc(third, 600, 0);
            lines.add(line("those freed", pool));
            pool.realloc(first, 35, 0);
            lines.add(line("the first freed", pool)); // it is not the last one
            pool.realloc(second, 600, 0);
            lines.add(line("all freed", pool));
        }
        // @end
        return lines;
    }

    private static Line line(String request, MemoryPool pool) {
        return new Line(request, pool.usedBytes(), pool.fallbackBlocks(), pool.fallbackBytes());
    }

    @Override
    public String title() {
        return "The record of a pool";
    }

    @Override
    public Chapter chapter() {
        return Chapter.ALLOCATORS;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66";
    }

    @Override
    public void tell(Page page) {
        page.text("The simplest pool is one piece of memory and a mark: what is below the mark is taken. It is "
                + "fast, and for a program that frees nothing it is all one needs.");
        page.picture(
                """
                        base                     used            size
                        │ block │ block │ hole │ block │ free      │        elsewhere: address ─► size, of each that did not fit""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("request", "used", "blocks from elsewhere", "their bytes"));
        for (Line line : run(SystemAlloc.INSTANCE))
            rows.add(List.of(line.request(), Long.toString(line.usedBytes()), Integer.toString(line.fallbackBlocks()),
                    Long.toString(line.fallbackBytes())));
        page.table(rows);
        page.text("A hole can be used again only when it is the last block, or when everything is free: such a "
                + "pool is for short lives. PoolAllocator keeps lists of free blocks for each size, "
                + "RegionAllocator joins what is free in a piece of fixed size.");
    }

    @Override
    public String remember() {
        return "Three words make a pool that only fills up. What it owes to others, the blocks that did not "
                + "fit, has to be remembered, too.";
    }

    @Override
    public List<String> errata() {
        return List
                .of("X52 its record has a pointer to a next pool that nothing uses, and no place for the blocks that "
                        + "come from elsewhere: they are never freed.");
    }
}
