package org.lmem.examples.macros;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;

/// E04: three macros free; they differ in where the size comes from.
public final class E04Release implements Example {
    /// What came out.
    ///
    /// @param inUse bytes before the first block was freed
    /// @param end bytes at the end
    /// @param requests that reached the allocator
    public record Outcome(long inUse, long end, List<String> requests) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(log)) {
            MemorySegment number = memory.newObject(JAVA_INT);
            MemorySegment numbers = memory.newVector(100, JAVA_INT);
            long buffer = memory.malloc(1024);
            long inUse = memory.totalBytes();

            memory.free(number); // luaM_free: the size of its type
            memory.freeArray(numbers, 100, JAVA_INT); // luaM_freearray: count times size of an element
            memory.freeMem(buffer, 1024); // luaM_freemem: bytes
            return new Outcome(inUse, memory.totalBytes(), log.shapes());
        }
        // @end
    }

    @Override
    public String title() {
        return "Second layer: three ways to give back";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MACROS;
    }

    @Override
    public String lookAt() {
        return "luaM_freemem lmem.h:24, luaM_free lmem.h:25, luaM_freearray lmem.h:26";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "C's free takes an address and looks the size up, in a header that each block carries for that. Lua pays "
                        + "for no header: whoever frees says how large the block is. The macros only help to say it.");
        page.picture("""
                luaM_free(b)               sizeof(*b) ─────┐
                luaM_freearray(b, n, t)    n × sizeof(t) ──┼──► luaM_realloc_(b, size, 0)
                luaM_freemem(b, size)      size ───────────┘""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("bytes in use before", outcome.inUse());
        outcome.requests().subList(3, 6).forEach(r -> page.result("the allocator sees", r));
        page.result("bytes in use after", outcome.end());
    }

    @Override
    public String remember() {
        return "Whichever macro frees, the allocator sees the same: a block, its size, and 0. The order of the frees does "
                + "not matter to the count.";
    }
}
