package org.lmem.examples.allocators;

import java.util.List;
import org.lmem.allocators.MemoryPool;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E33: a pool behind the allocator interface, and everything that the interface demands of it.
public final class E33PoolAllocator implements Example {
    private static final long VALUE = 0x1122334455667788L;

    /// What came out.
    ///
    /// @param kept what a block of 16 bytes holds after it was resized to 32
    /// @param misalignment of the block behind one of 35 bytes: its address modulo 16
    /// @param stayed whether a block that was resized from 32 to 8 bytes stayed where it was
    /// @param elsewhere bytes that a block of 4000 took elsewhere, while it was there and after it was freed
    /// @param wrapped the answer to a request of 2^64 − 500 bytes
    /// @param script the result of a program that the real Lua ran on a pool; empty where there is no library of it
    /// @param left bytes of the pools that nobody gave back
    public record Outcome(long kept, long misalignment, boolean stayed, List<Long> elsewhere, long wrapped,
            String script, long left) {}

    /// Demands of a pool what its interface promises.
    ///
    /// @param alloc where the pool comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        Outcome outcome;
        // @start region="code"
        try (MemoryPool pool = new MemoryPool(stats, 1024)) {
            long block = pool.realloc(LuaAlloc.NULL, 0, 16);
            RawMemory.putLong(block, VALUE);
            block = pool.realloc(block, 16, 32);
            long kept = RawMemory.getLong(block);
            pool.realloc(LuaAlloc.NULL, 0, 35);
            long misalignment = pool.realloc(LuaAlloc.NULL, 0, 8) % 16;
            boolean stayed = pool.realloc(block, 32, 8) == block;
            long large = pool.realloc(LuaAlloc.NULL, 0, 4000);
            long during = pool.fallbackBytes();
            pool.realloc(large, 4000, 0);
            long wrapped = pool.realloc(LuaAlloc.NULL, 0, -500); // unsigned: 2^64 − 500
            outcome = new Outcome(kept, misalignment, stayed, List.of(during, pool.fallbackBytes()), wrapped,
                    script(stats), 0);
        }
        // @end
        return new Outcome(outcome.kept, outcome.misalignment, outcome.stayed, outcome.elsewhere, outcome.wrapped,
                outcome.script, stats.liveBytes());
    }

    private static String script(LuaAlloc alloc) {
        if (!RealLua.isAvailable())
            return "";
        try (MemoryPool pool = new MemoryPool(alloc, 1 << 16)) {
            try (RealLua lua = RealLua.newState(pool)) {
                return lua.evaluate("local n = 0 for i = 1, 100 do n = n + i end return n").text();
            }
        }
    }

    @Override
    public String title() {
        return "A pool that Lua can live on";
    }

    @Override
    public Chapter chapter() {
        return Chapter.ALLOCATORS;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66, luaM_realloc_ lmem.c:76, LUAI_USER_ALIGNMENT_T luaconf.h:595";
    }

    @Override
    public void tell(Page page) {
        page.text("Whatever is behind lua_Alloc has one function to do everything with, and every caller of it "
                + "relies on all cases. The document's pool knows two of them. This is the same pool with the "
                + "others.");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.result("contents after a resize", o.kept() == VALUE ? "kept" : "lost");
        page.result("address of the next block modulo 16", o.misalignment());
        page.result("a block made smaller", o.stayed() ? "stays where it is" : "moves");
        page.result("bytes from elsewhere, before and after a free", o.elsewhere());
        page.result("answer to 2^64 − 500 bytes", o.wrapped() == LuaAlloc.NULL ? "NULL" : "a block");
        page.result("the real Lua adds 1 to 100 on it",
                o.script().isEmpty() ? "no library for this platform" : o.script());
        page.result("bytes left in the end", o.left());
    }

    @Override
    public String remember() {
        return "A resize keeps the contents, a smaller size keeps the place, every block is aligned, and every "
                + "block can be given back, wherever it came from.";
    }

    @Override
    public List<String> errata() {
        return List.of("X50 a resize does not copy: the contents are lost, and the real Lua crashes on it.",
                "X51 after a block of 35 bytes the next one is misaligned.",
                "X52 what comes from elsewhere is never freed, and nothing is used again.",
                "X53 a smaller size moves the block and can fail; Lua makes it in the middle of a collection.",
                "X54 used + nsize wraps around: a request of 2^64 − 500 bytes is granted.");
    }
}
