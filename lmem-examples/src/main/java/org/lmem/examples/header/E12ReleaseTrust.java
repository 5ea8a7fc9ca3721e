package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;

/// E12: whoever frees is believed; a wrong count makes the books wrong for ever, unless the block knows better.
public final class E12ReleaseTrust implements Example {
    private static final int COUNT = 100;
    private static final long INT = JAVA_INT.byteSize();

    /// What came out.
    ///
    /// @param drift bytes that stay counted after a vector was freed with half its count
    /// @param objection to the same mistake with a segment
    /// @param afterObjection bytes in use then
    /// @param books of the allocator when all blocks had gone
    /// @param atClose what closing the memory manager said
    public record Outcome(long drift, Objection objection, long afterObjection, StatsAllocator.Snapshot books,
            Objection atClose) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(alloc);
        LuaMemory memory = new LuaMemory(stats);
        // @start region="code"
        long address = memory.reallocv(LuaAlloc.NULL, 0, COUNT, INT);
        memory.reallocv(address, COUNT / 2, 0, INT); // luaM_freearray with half the count
        long drift = memory.totalBytes();

        MemorySegment segment = memory.newVector(COUNT, JAVA_INT);
        Objection objection = Objection.to(() -> memory.freeArray(segment, COUNT / 2, JAVA_INT));
        long afterObjection = memory.totalBytes();
        memory.freeArray(segment, COUNT, JAVA_INT);
        // @end
        return new Outcome(drift, objection, afterObjection, stats.snapshot(), Objection.to(memory::close));
    }

    /// Frees with a count whose product with the size of an element overflows to the right size.
    ///
    /// @param alloc where the memory comes from
    /// @return bytes in use afterwards
    public static long freeWithAbsurdCount(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc)) {
            long address = memory.reallocv(LuaAlloc.NULL, 0, COUNT, INT);
            memory.reallocv(address, (1L << 62) + COUNT, 0, INT);
            return memory.totalBytes();
        }
    }

    /// Frees a segment twice, and a part of one.
    ///
    /// @param alloc where the memory comes from
    /// @return the objections, in this order
    public static List<Objection> otherMistakes(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc)) {
            MemorySegment gone = memory.newObject(JAVA_INT);
            memory.free(gone);
            MemorySegment whole = memory.newVector(COUNT, JAVA_INT);
            List<Objection> objections = List.of(Objection.to(() -> memory.free(gone)),
                    Objection.to(() -> memory.free(whole.asSlice(0, INT))));
            memory.free(whole);
            return objections;
        }
    }

    @Override
    public String title() {
        return "Giving back again: who is believed";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_freearray lmem.h:26";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The size that a free names is subtracted as it is. Nobody looks whether it is the block's: with a plain "
                        + "allocator the block goes back whole, and only the count is off from then on; with one that files blocks "
                        + "by their size it goes into the wrong drawer. A segment knows its size, and objects.");
        page.picture("""
                100 ints    +400 ┌──────────────────┬──────────────────┐
                freed as 50 −200 │ gone             │ gone, but counted│
                                 └──────────────────┴──────────────────┘""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("bytes that stay counted", outcome.drift());
        page.result("blocks that are really in use", outcome.books().liveBlocks());
        page.result("bytes in use after the objection", outcome.afterObjection());
        page.result("the segment objects", outcome.objection());
        page.result("at close", outcome.atClose());
        page.text("Two other mistakes that an address lets pass, and a segment does not:");
        List<Objection> others = otherMistakes(SystemAlloc.INSTANCE);
        page.result("freed twice", others.get(0));
        page.result("a part of a block", others.get(1));
        page.text("The overflow check of luaM_freearray is no help: it looks at the new count, which is 0.");
        page.result("100 ints freed as 2^62 + 100, bytes in use", freeWithAbsurdCount(SystemAlloc.INSTANCE));
    }

    @Override
    public String remember() {
        return "A count that drifts is never set right, and steers the collector for the rest of the state's life. When "
                + "bytes are left but no blocks, look for a free with the wrong size.";
    }

    @Override
    public List<String> errata() {
        return List.of("X16 it praises the macros for their type and size safety. They are casts; the size is the "
                + "caller's word.");
    }
}
