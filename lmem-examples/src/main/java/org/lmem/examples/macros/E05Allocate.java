package org.lmem.examples.macros;

import static org.lmem.examples.page.LuaLayouts.NODE;
import static org.lmem.examples.page.LuaLayouts.TVALUE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;

/// E05: three macros allocate: bytes, an object, a vector of objects.
public final class E05Allocate implements Example {
    /// What came out.
    ///
    /// @param object bytes that a value took
    /// @param vector bytes that 100 nodes took
    /// @param raw bytes that a buffer of 1 KiB took
    /// @param end bytes in use when all had gone
    /// @param requests that reached the allocator
    public record Outcome(long object, long vector, long raw, long end, List<String> requests) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(log)) {
            MemorySegment value = memory.newObject(TVALUE); // luaM_new(L, TValue)
            long object = memory.totalBytes();
            MemorySegment nodes = memory.newVector(100, NODE); // luaM_newvector(L, 100, Node)
            long vector = memory.totalBytes() - object;
            long buffer = memory.malloc(1024); // luaM_malloc(L, 1024)
            long raw = memory.totalBytes() - object - vector;

            memory.free(value);
            memory.freeArray(nodes, 100, NODE);
            memory.freeMem(buffer, 1024);
            return new Outcome(object, vector, raw, memory.totalBytes(), log.shapes());
        }
        // @end
    }

    @Override
    public String title() {
        return "Third layer: bytes, an object, a vector";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MACROS;
    }

    @Override
    public String lookAt() {
        return "luaM_malloc lmem.h:28, luaM_new lmem.h:29, luaM_newvector lmem.h:30";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "To allocate is to resize what is not there. luaM_malloc asks for bytes, luaM_new for the bytes of one "
                        + "type, luaM_newvector for a checked number of them. In C a type's size comes from sizeof; here from a "
                        + "layout, and what comes back knows its size.");
        page.picture("""
                TValue  │ value       │ type │░░░░░░│                          16 bytes
                Node    │ value       │ type │░░░░░░│ key         │ type │░░░░│ next    40 bytes""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("bytes of a value", outcome.object());
        page.result("bytes of 100 nodes", outcome.vector());
        page.result("bytes of the buffer", outcome.raw());
        page.result("what the allocator saw", outcome.requests().subList(0, 3));
        page.result("bytes at the end", outcome.end());
    }

    @Override
    public String remember() {
        return "A block takes exactly the bytes of what is in it. What the allocator spends besides (rounding, headers) is "
                + "its own affair and in nobody's count.";
    }
}
