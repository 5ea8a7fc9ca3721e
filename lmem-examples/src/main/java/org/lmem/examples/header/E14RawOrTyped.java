package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static org.lmem.examples.page.LuaLayouts.NODE;
import static org.lmem.examples.page.LuaLayouts.TVALUE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;

/// E14: the same sixteen bytes as an address and as a typed block, and what each of them notices.
public final class E14RawOrTyped implements Example {
    /// What came out.
    ///
    /// @param number read back from the typed block
    /// @param beyond what a write behind its end said
    /// @param afterFree what a read after its free said
    /// @param requests that reached the allocator
    public record Outcome(double number, Objection beyond, Objection afterFree, List<String> requests) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(log)) {
            long address = memory.malloc(TVALUE.byteSize()); // a number, no more
            RawMemory.putDouble(address, 3.5); // nobody looks where that goes
            memory.freeMem(address, TVALUE.byteSize()); // the caller remembers the size

            MemorySegment value = memory.newObject(TVALUE); // a block that knows its size
            value.set(JAVA_DOUBLE, 0, 3.5);
            double number = value.get(JAVA_DOUBLE, 0);
            Objection beyond = Objection.to(() -> value.set(JAVA_DOUBLE, TVALUE.byteSize(), 3.5));
            memory.free(value);
            Objection afterFree = Objection.to(() -> value.get(JAVA_DOUBLE, 0));
            return new Outcome(number, beyond, afterFree, log.shapes());
        }
        // @end
    }

    /// The first byte of a new block, where the allocator hands out memory full of 0x5A.
    ///
    /// @return what is in it
    public static byte contentsOfNewBlock() {
        LuaAlloc used = (block, osize, nsize) -> {
            long newBlock = SystemAlloc.INSTANCE.realloc(block, osize, nsize);
            if (block == LuaAlloc.NULL && newBlock != LuaAlloc.NULL)
                RawMemory.fill(newBlock, nsize, (byte) 0x5A);
            return newBlock;
        };
        try (LuaMemory memory = new LuaMemory(used)) {
            MemorySegment value = memory.newObject(TVALUE);
            byte first = value.get(JAVA_BYTE, 0);
            memory.free(value);
            return first;
        }
    }

    /// Asks for a vector of nothing.
    ///
    /// @return the requests that reached the allocator
    public static List<String> emptyVector() {
        RequestLog log = new RequestLog(SystemAlloc.INSTANCE);
        try (LuaMemory memory = new LuaMemory(log)) {
            memory.freeArray(memory.newVector(0, NODE), 0, NODE);
        }
        return log.shapes();
    }

    /// An allocator that gives out a given address, where no memory has to be.
    ///
    /// @param address of every block
    /// @return what the memory manager said to a block for a value
    public static Objection placeAt(long address) {
        try (LuaMemory memory = new LuaMemory((block, osize, nsize) -> address)) {
            return Objection.to(() -> memory.newObject(TVALUE));
        }
    }

    @Override
    public String title() {
        return "Allocating again: an address or a typed block";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_malloc lmem.h:28, luaM_new lmem.h:29";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "In C luaM_new is luaM_malloc with a sizeof and a cast: after the cast the type is a promise. Both faces "
                        + "exist here as well. An address costs nothing and believes everything; a segment is checked at each "
                        + "access, and dies with its block.");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("what the allocator saw", outcome.requests());
        page.result("behind the end", outcome.beyond().type().getSimpleName());
        page.result("after the free", outcome.afterFree().type().getSimpleName());
        page.text(
                "Three things that neither face does. New memory is not cleared; an empty vector is no block; and where a "
                        + "block lies is the allocator's choice alone, so that one which aligns badly is found out:");
        page.result("first byte of a block from memory full of 5A", String.format("%02X", contentsOfNewBlock()));
        page.result("a vector of 0 nodes, allocated and freed", emptyVector());
        page.result("a block at an odd place", placeAt(0x1004));
        page.result("bytes that L_Umaxalign asks a block to be aligned to", LuaLayouts.L_UMAXALIGN.byteAlignment());
    }

    @Override
    public String remember() {
        return "To the allocator the two are the same request. Use addresses inside a data structure that is tested as a "
                + "whole, and segments everywhere else.";
    }

    @Override
    public List<String> errata() {
        return List.of("X16 it calls the typed macros type-safe. In C they are a cast.",
                "X20 it promises zero copies and the best alignment. lmem does neither: the allocator places blocks, and "
                        + "copies them when they move.");
    }
}
