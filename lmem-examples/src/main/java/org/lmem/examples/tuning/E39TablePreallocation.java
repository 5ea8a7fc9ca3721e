package org.lmem.examples.tuning;

import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.StatsAllocator.Snapshot;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// E39: a table that is told how much will be in it.
public final class E39TablePreallocation implements Example {
    private static final int ENTRIES = 100;

    /// What a step took.
    ///
    /// @param bytes more than before
    /// @param requests made of the allocator
    public record Cost(long bytes, long requests) {
        static Cost between(Snapshot before, Snapshot after) {
            Snapshot change = after.diff(before);
            return new Cost(change.liveBytes(), change.requests());
        }
    }

    /// What came out.
    ///
    /// @param made making the table
    /// @param filled filling in a hundred entries
    /// @param oneMore the hundred-and-first
    public record Outcome(Cost made, Cost filled, Cost oneMore) {
        Cost both() {
            return new Cost(made.bytes + filled.bytes, made.requests + filled.requests);
        }
    }

    /// Makes a table and fills it.
    ///
    /// @param alloc where the memory comes from
    /// @param slots that the table is made with
    /// @return what each step took
    public static Outcome run(LuaAlloc alloc, int slots) {
        StatsAllocator stats = new StatsAllocator(alloc);
        try (LuaState lua = LuaState.newState(stats)) {
            lua.gc(GCOption.STOP, 0);
            Snapshot start = stats.snapshot();
            // @start region="code"
            lua.createTable(slots, 0);
            Snapshot made = stats.snapshot();
            for (int i = 1; i <= ENTRIES; i++)
                set(lua, i);
            Snapshot filled = stats.snapshot();
            set(lua, ENTRIES + 1);
            // @end
            return new Outcome(Cost.between(start, made), Cost.between(made, filled),
                    Cost.between(filled, stats.snapshot()));
        }
    }

    private static void set(LuaState lua, int i) {
        lua.pushInteger(i);
        lua.rawSetI(-2, i);
    }

    @Override
    public String title() {
        return "A table made to measure";
    }

    @Override
    public Chapter chapter() {
        return Chapter.TUNING;
    }

    @Override
    public String lookAt() {
        return "lua_createtable lapi.c:575, luaH_new ltable.c:358, rehash ltable.c:333";
    }

    @Override
    public void tell(Page page) {
        page.text("A table that grows by itself gets new slots eight times on the way to 100, and ends with 128. A "
                + "table that was made for 100 has 100, until entry 101 makes it grow to 128, too.");
        page.code(code());
        Outcome measured = run(SystemAlloc.INSTANCE, ENTRIES);
        Outcome grown = run(SystemAlloc.INSTANCE, 0);
        page.table(List.of(List.of("", "made: bytes, requests", "filled: bytes, requests", "one more: bytes, requests"),
                row("for 100 entries", measured), row("empty", grown)));
        page.result("in all, made for 100",
                measured.both().bytes() + " bytes, " + measured.both().requests() + " requests");
        page.result("in all, made empty", grown.both().bytes() + " bytes, " + grown.both().requests() + " requests");
    }

    private static List<String> row(String name, Outcome o) {
        return List.of(name, text(o.made()), text(o.filled()), text(o.oneMore()));
    }

    private static String text(Cost c) {
        return c.bytes() + ", " + c.requests();
    }

    @Override
    public String remember() {
        return "Say how many entries there will be, where you know it: one vector instead of eight, and no "
                + "bytes of the doubling.";
    }

    @Override
    public List<String> errata() {
        return List.of("X45 its calls do not compile on 5.1; and that preallocation spares collections is wrong: the "
                + "collector is driven by bytes, not by the number of requests.");
    }
}
