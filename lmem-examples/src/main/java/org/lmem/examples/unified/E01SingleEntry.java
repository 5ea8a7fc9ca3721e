package org.lmem.examples.unified;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E01: one function obtains, resizes and frees every block, and counts the bytes while it does so.
public final class E01SingleEntry implements Example {
    /// What came out.
    ///
    /// @param afterNew bytes in use after 1 KiB was obtained
    /// @param afterResize bytes in use after it became 2 KiB
    /// @param afterFree bytes in use after it was freed
    /// @param freed what the call that frees returns
    public record Outcome(long afterNew, long afterResize, long afterFree, long freed) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(alloc)) {
            long block = memory.realloc(LuaAlloc.NULL, 0, 1024); // a new block
            long afterNew = memory.totalBytes();
            block = memory.realloc(block, 1024, 2048); // the same block, larger
            long afterResize = memory.totalBytes();
            block = memory.realloc(block, 2048, 0); // and gone
            return new Outcome(afterNew, afterResize, memory.totalBytes(), block);
        }
        // @end
    }

    /// Asks an allocator for 64 bytes and says how it ended.
    ///
    /// @param memory whose allocator refuses
    /// @return the error
    /// @throws IllegalStateException where the request was granted
    public static LuaMemoryException refuse(LuaMemory memory) {
        try {
            memory.freeMem(memory.malloc(64), 64);
        } catch (LuaMemoryException e) {
            return e;
        }
        throw new IllegalStateException("the allocator was to refuse");
    }

    @Override
    public String title() {
        return "One entry for all memory";
    }

    @Override
    public Chapter chapter() {
        return Chapter.UNIFIED;
    }

    @Override
    public String lookAt() {
        return "luaM_realloc_ lmem.c:76";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Lua has no malloc and no free of its own. One function takes a block, the size it has and the size it "
                        + "shall have; a missing block means 'new', a size of nothing means 'free'. Since every byte passes here, one "
                        + "addition keeps the books.");
        page.picture("""
                (block, osize, nsize) ──► allocator ──► block'
                          │                               │
                          └── totalbytes − osize + nsize ◄┘  only if it did not fail""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("bytes in use after the new block", outcome.afterNew());
        page.result("bytes in use after the resize", outcome.afterResize());
        page.result("bytes in use after the free", outcome.afterFree());
        try (LuaMemory strict = new LuaMemory((block, osize, nsize) -> LuaAlloc.NULL);
                LuaMemory collecting = new LuaMemory((block, osize, nsize) -> LuaAlloc.NULL,
                        Semantics.LUA_5_1.withEmergencyCollection(true))) {
            page.result("a refusal in 5.1.5", refuse(strict).details());
            collecting.setEmergencyCollector(memory -> {}); // nothing to collect here
            page.result("a refusal as the document has it", refuse(collecting).details());
        }
    }

    @Override
    public String remember() {
        return "Everything ends in one call. In 5.1.5 a refusal is final; collecting and asking again came with 5.2.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X01 it shows a full collection and a second request after a refusal. 5.1.5 asks once and raises "
                        + "the error; here the second request is a choice (Semantics.withEmergencyCollection).",
                "X02 the collection that it quotes is not guarded: it could run inside a half-built state, or inside itself.",
                "X03 'realosize' belongs to 5.2 and later, where osize of a new block is a tag.");
    }
}
