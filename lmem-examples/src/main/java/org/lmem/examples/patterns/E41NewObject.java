package org.lmem.examples.patterns;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E41: one object of a type of one's own, from its first byte to its last.
public final class E41NewObject implements Example {
    /// A C struct with one `int`, the type of all four patterns.
    static final StructLayout COUNTER = structLayout(JAVA_INT.withName("count")).withName("Counter");

    /// The field of [#COUNTER].
    static final VarHandle COUNT = COUNTER.varHandle(groupElement("count"));

    private static final int VALUE = 42;

    /// What came out.
    ///
    /// @param inUse bytes while the object lived
    /// @param value read back from it
    /// @param after bytes in use at the end
    /// @param alive whether its segment could still be used then
    /// @param calls of the allocator
    public record Outcome(long inUse, int value, long after, boolean alive, long calls) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        try (LuaMemory memory = new LuaMemory(stats)) {
            // @start region="code"
            MemorySegment counter = memory.newObject(COUNTER); // as large as its layout says
            COUNT.set(counter, 0L, VALUE); // counter->count = 42
            long inUse = memory.totalBytes();
            int value = (int) COUNT.get(counter, 0L);
            memory.free(counter); // the segment knows its size
            // @end
            return new Outcome(inUse, value, memory.totalBytes(), counter.scope().isAlive(),
                    stats.snapshot().requests());
        }
    }

    @Override
    public String title() {
        return "A new object";
    }

    @Override
    public Chapter chapter() {
        return Chapter.PATTERNS;
    }

    @Override
    public String lookAt() {
        return "luaM_new lmem.h:29, luaM_free lmem.h:25";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A type in C is a layout here, and sizeof is the layout's size. The object is a segment of that size: "
                        + "access beyond it throws, and so does access after the free.");
        page.picture("""
                struct Counter { int count; }      newObject ──► │ count │ ──► free
                                                                 0       4""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("bytes while it lives", outcome.inUse());
        page.result("what is in it", outcome.value());
        page.result("bytes after it was freed", outcome.after());
        page.result("can its segment still be used", outcome.alive());
        page.result("calls of the allocator", outcome.calls());
    }

    @Override
    public String remember() {
        return "The layout is the size, on the way in and on the way out. New memory is not cleared: write before you read.";
    }
}
