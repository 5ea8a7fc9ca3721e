package org.lmem.examples.tuning;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.page.Page;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// E37: three vectors in one block, and what that saves.
public final class E37OneBlockForMany implements Example {
    private static final int VALUES = 100;
    private static final int NODES = 50;
    private static final int CHARACTERS = 1000;

    /// The block: values, nodes and characters, one behind the other.
    static final StructLayout BATCH = structLayout(sequenceLayout(VALUES, LuaLayouts.TVALUE).withName("values"),
            sequenceLayout(NODES, LuaLayouts.NODE).withName("nodes"),
            sequenceLayout(CHARACTERS, JAVA_BYTE).withName("characters")).withName("Batch");

    /// What came out.
    ///
    /// @param inUse bytes while everything was there
    /// @param after bytes in use at the end
    /// @param calls of the allocator
    public record Outcome(long inUse, long after, long calls) {}

    /// Obtains everything in one block.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(stats)) {
            MemorySegment batch = memory.newObject(BATCH);
            part(batch, "values").fill((byte) 1); // each part ends where the next begins
            part(batch, "nodes").fill((byte) 2);
            part(batch, "characters").fill((byte) 3);
            long inUse = memory.totalBytes();
            memory.free(batch); // and all parts with it
            return new Outcome(inUse, memory.totalBytes(), stats.snapshot().requests());
        }
        // @end
    }

    /// Obtains three vectors.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome separately(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        try (LuaMemory memory = new LuaMemory(stats)) {
            MemorySegment values = memory.newVector(VALUES, LuaLayouts.TVALUE);
            MemorySegment nodes = memory.newVector(NODES, LuaLayouts.NODE);
            MemorySegment characters = memory.newVector(CHARACTERS, JAVA_BYTE);
            long inUse = memory.totalBytes();
            memory.freeArray(characters, CHARACTERS, JAVA_BYTE);
            memory.freeArray(nodes, NODES, LuaLayouts.NODE);
            memory.freeArray(values, VALUES, LuaLayouts.TVALUE);
            return new Outcome(inUse, memory.totalBytes(), stats.snapshot().requests());
        }
    }

    /// A part of the block.
    ///
    /// @param batch the whole block
    /// @param name of the part
    /// @return a segment of exactly its size, which dies with the block
    static MemorySegment part(MemorySegment batch, String name) {
        return batch.asSlice(BATCH.byteOffset(groupElement(name)), BATCH.select(groupElement(name)));
    }

    @Override
    public String title() {
        return "One block for many";
    }

    @Override
    public Chapter chapter() {
        return Chapter.TUNING;
    }

    @Override
    public String lookAt() {
        return "luaM_malloc lmem.h:28, TValue lobject.h:73, Node lobject.h:332";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "What is born together and dies together may live in one block: one request instead of three, one free, "
                        + "and the parts lie side by side. Each part begins where the one before ends, so that the order "
                        + "matters: the strictest alignment comes first, the characters last.");
        page.picture("""
                0                     1600                        3600            4600
                │ 100 values × 16     │ 50 nodes × 40             │ 1000 × 1      │""");
        page.code(code());
        Outcome one = run(SystemAlloc.INSTANCE);
        Outcome three = separately(SystemAlloc.INSTANCE);
        page.table(List.of(List.of("", "bytes in use", "bytes after", "calls of the allocator"), row("one block", one),
                row("three vectors", three)));
        page.text(
                "The bytes are the same: what is saved is calls, and whatever the allocator adds to each block. The price: "
                        + "no part can grow, or be freed, alone.");
        page.text(
                "A warning that belongs here: such a block is raw memory. The collector does not look into it, so that a "
                        + "table which only these values refer to is garbage. And nothing is cleared: until a value is written, its "
                        + "type is whatever was there.");
        page.result("bytes that a collection frees of a table of which only raw memory knows",
                freedThoughReferred(SystemAlloc.INSTANCE));
    }

    /// Keeps the only reference to a table in raw memory, and collects.
    ///
    /// @param alloc where the memory comes from
    /// @return bytes that were freed
    public static long freedThoughReferred(LuaAlloc alloc) {
        try (LuaState lua = LuaState.newState(alloc)) {
            long values = lua.memory().malloc(VALUES * LuaLayouts.TVALUE.byteSize());
            lua.newTable();
            RawMemory.putLong(values, lua.toPointer(1)); // the first value refers to it
            lua.setTop(0);
            long before = lua.memory().totalBytes();
            lua.gc(GCOption.COLLECT, 0);
            long freed = before - lua.memory().totalBytes();
            lua.memory().freeMem(values, VALUES * LuaLayouts.TVALUE.byteSize());
            return freed;
        }
    }

    private static List<String> row(String name, Outcome o) {
        return List.of(name, Long.toString(o.inUse()), Long.toString(o.after()), Long.toString(o.calls()));
    }

    @Override
    public String remember() {
        return "One block for parts of one life saves calls, not bytes. Never keep the only reference to an object of the "
                + "collector in raw memory.";
    }

    @Override
    public List<String> errata() {
        return List.of("X43 that the values are no roots for the collector, and that two of the three parts stay "
                + "uninitialised, is not said.");
    }
}
