package org.lmem.examples.questions;

import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.StatsAllocator.Snapshot;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.LuaState;

/// E26: an allocator that keeps a count of its own, from the sizes that it is told.
public final class E26SizeTracking implements Example {
    /// A request that no system grants: 2^62 bytes.
    static final long TOO_MUCH = 1L << 62;

    /// What came out.
    ///
    /// @param open of a state that was just made
    /// @param refused the same after a request of 2^62 bytes was refused
    /// @param closed when the state was closed
    /// @param other of a second state, with an allocator of its own, which lived meanwhile
    public record Outcome(Snapshot open, Snapshot refused, Snapshot closed, Snapshot other) {}

    /// Makes two states over a counting allocator each, and closes one.
    ///
    /// @param alloc where the memory comes from
    /// @return the counts
    public static Outcome run(LuaAlloc alloc) {
        // @start region="code"
        StatsAllocator one = new StatsAllocator(alloc);
        StatsAllocator two = new StatsAllocator(alloc);
        try (LuaState other = LuaState.newState(two)) {
            other.newTable();
            LuaState lua = LuaState.newState(one);
            Snapshot open = one.snapshot();
            one.realloc(LuaAlloc.NULL, 0, TOO_MUCH);
            Snapshot refused = one.snapshot();
            lua.close();
            return new Outcome(open, refused, one.snapshot(), two.snapshot());
        }
        // @end
    }

    @Override
    public String title() {
        return "What does an allocator do with the old size?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66, l_alloc lauxlib.c:627, lua_newstate lstate.c:143";
    }

    @Override
    public void tell(Page page) {
        page.text("Lua tells the allocator how large a block is when it gives it back. So an allocator can count "
                + "bytes without remembering anything about a block: a sum and a maximum.");
        page.picture("""
                realloc(block, osize, nsize) ──► the inner allocator ──► refused? one failure more, nothing else
                                                                       └► granted: bytes += nsize − osize""");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.table(List.of(List.of("", "bytes", "peak", "new blocks", "frees", "no-ops", "failures"),
                row("a new state", o.open()), row("after a refusal", o.refused()), row("closed", o.closed()),
                row("another state", o.other())));
        page.text("The peak is above what a new state holds: when the table of strings grows, the new vector is "
                + "there before the old one is freed.");
    }

    private static List<String> row(String name, Snapshot s) {
        return List.of(name, Long.toString(s.liveBytes()), Long.toString(s.peakBytes()), Long.toString(s.allocations()),
                Long.toString(s.frees()), Long.toString(s.noops()), Long.toString(s.failures()));
    }

    @Override
    public String remember() {
        return "The old size makes exact books possible without a header on any block. Write them after the "
                + "inner allocator has answered.";
    }

    @Override
    public List<String> errata() {
        return List.of("X46 it adds before it asks: a request that is refused stays in its total, and in its peak for "
                + "ever.",
                "X48 its counters are static: two states share them, and the user data that is meant for this is "
                        + "not used.",
                "X60 it prints inside the allocator.");
    }
}
