package org.lmem.examples.allocators;

import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.StatsAllocator.Snapshot;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.LuaState;

/// E31: statistics of a whole state, and the three requests that spoil the document's.
public final class E31TrackingAllocator implements Example {
    /// What came out.
    ///
    /// @param open of a new state
    /// @param closed when it was closed
    /// @param resized of a block of 100 bytes that was resized to 300
    /// @param refused the same after a request of 2^62 bytes
    /// @param freed the same when the block was freed
    /// @param taggedBytes what a manager counts for a block of 32 bytes that was asked for with the tag 4
    public record Outcome(Snapshot open, Snapshot closed, Snapshot resized, Snapshot refused, Snapshot freed,
            long taggedBytes) {}

    /// Watches a state, then the three requests.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        // @start region="code"
        StatsAllocator ofState = new StatsAllocator(alloc);
        LuaState lua = LuaState.newState(ofState);
        Snapshot open = ofState.snapshot();
        lua.close();

        StatsAllocator stats = new StatsAllocator(alloc);
        long block = stats.realloc(LuaAlloc.NULL, 0, 100);
        block = stats.realloc(block, 100, 300);
        Snapshot resized = stats.snapshot();
        stats.realloc(LuaAlloc.NULL, 0, 1L << 62); // no system has that much
        Snapshot refused = stats.snapshot();
        stats.realloc(block, 300, 0);
        // @end
        return new Outcome(open, ofState.snapshot(), resized, refused, stats.snapshot(), tagged(alloc));
    }

    private static long tagged(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc, Semantics.LUA_5_2)) {
            long block = memory.realloc(LuaAlloc.NULL, 4, 32); // 4: a string is going to be in it
            long counted = memory.totalBytes();
            memory.freeMem(block, 32);
            return counted;
        }
    }

    @Override
    public String title() {
        return "An allocator that keeps statistics";
    }

    @Override
    public Chapter chapter() {
        return Chapter.ALLOCATORS;
    }

    @Override
    public String lookAt() {
        return "lua_newstate lstate.c:143, close_state lstate.c:105, l_alloc lauxlib.c:627";
    }

    @Override
    public void tell(Page page) {
        page.text("Put between a state and its allocator, statistics tell what a state costs. Put between anything "
                + "and its allocator, they have to survive what the document's version does not: a resize, a "
                + "refusal, and a caller that says something else than a size.");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.table(List.of(List.of("", "bytes", "peak", "new blocks", "frees", "resizes", "no-ops", "failures"),
                row("a new state", o.open()), row("the state closed", o.closed()),
                row("100 bytes, then 300", o.resized()),
                row("2^62 bytes refused", o.refused()), row("freed", o.freed())));
        page.result("bytes counted for 32 asked for with a tag", o.taggedBytes());
    }

    private static List<String> row(String name, Snapshot s) {
        return List.of(name, Long.toString(s.liveBytes()), Long.toString(s.peakBytes()), Long.toString(s.allocations()),
                Long.toString(s.frees()), Long.toString(s.grows() + s.shrinks() + s.sameSizes()),
                Long.toString(s.noops()), Long.toString(s.failures()));
    }

    @Override
    public String remember() {
        return "Books that are written before the answer is there drift with the first refusal, and never come "
                + "back.";
    }

    @Override
    public List<String> errata() {
        return List.of("X46 after one refusal of 2^62 bytes its total is 2^62 + 300; with the last block freed it is "
                + "2^62 instead of 0.",
                "X47 of an allocation and a resize it counts one allocation, and no resize.",
                "X49 called as 5.2 and later do, with a type tag in the place of the old size, it counts 28 "
                        + "bytes for a block of 32.");
    }
}
