package org.lmem.examples.header;

import static org.lmem.examples.page.LuaLayouts.NODE;
import static org.lmem.examples.page.LuaLayouts.TVALUE;

import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;

/// E15: three allocations and no free: what is left, who notices, and when.
public final class E15Leak implements Example {
    /// What came out.
    ///
    /// @param totalBytes in use after the three
    /// @param before the allocator's statistics before the memory manager was closed
    /// @param atClose what closing said
    /// @param after the allocator's statistics afterwards
    public record Outcome(long totalBytes, StatsAllocator.Snapshot before, Objection atClose,
            StatsAllocator.Snapshot after) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        LuaMemory memory = new LuaMemory(stats);
        // @start region="code"
        long buffer = memory.malloc(1024); // an address
        memory.newObject(TVALUE); // a typed block, and the reference to it is gone at once
        memory.newVector(100, NODE); // a hundred more
        long totalBytes = memory.totalBytes();
        // @end
        StatsAllocator.Snapshot before = stats.snapshot();
        Objection atClose = Objection.to(memory::close);
        StatsAllocator.Snapshot after = stats.snapshot();
        alloc.realloc(buffer, 1024, 0); // so that the example itself leaves nothing behind
        return new Outcome(totalBytes, before, atClose, after);
    }

    @Override
    public String title() {
        return "Three blocks that nobody gives back";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_malloc lmem.h:28, luaM_newvector lmem.h:30, the check at close lstate.c:114";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The document's allocations are never freed. The count cannot tell a leak from memory in use; only at the "
                        + "end, when nothing should be in use, is every byte left a leak. Real Lua checks that too, but as an "
                        + "assertion, which a release build leaves out. Here closing says it.");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("bytes in use", outcome.totalBytes());
        page.result("blocks in use (only the allocator counts them)", outcome.before().liveBlocks());
        page.result("calls of the allocator", outcome.before().requests());
        page.result("at close", outcome.atClose());
        page.result("blocks in use after close", outcome.after().liveBlocks());
        page.result("bytes in use after close", outcome.after().liveBytes());
    }

    @Override
    public String remember() {
        return "Close the memory manager in every test. Typed blocks still go back then; an address that is lost is lost.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X19 it promises detailed statistics, leak detection and planning. 5.1.5 keeps one number, the bytes "
                        + "in use now: no peak, no counts, no list of blocks. Those are an allocator's to keep.");
    }
}
