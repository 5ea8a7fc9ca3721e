package org.lmem.examples.patterns;

import static org.lmem.examples.patterns.E41NewObject.COUNTER;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;

/// E44: the object and the grown array go, each with the size that it has by now.
public final class E44Release implements Example {
    private static final int SIZE = 3;
    private static final int GROWN = 2 * SIZE;

    /// Lives through all four patterns.
    ///
    /// @param alloc where the memory comes from
    /// @return bytes in use after each step
    public static List<Long> run(LuaAlloc alloc) {
        List<Long> inUse = new ArrayList<>();
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(alloc)) {
            MemorySegment counter = memory.newObject(COUNTER);
            inUse.add(memory.totalBytes());
            MemorySegment counters = memory.newVector(SIZE, COUNTER);
            inUse.add(memory.totalBytes());
            counters = memory.reallocVector(counters, SIZE, GROWN, COUNTER);
            inUse.add(memory.totalBytes());
            memory.free(counter);
            inUse.add(memory.totalBytes());
            memory.freeArray(counters, GROWN, COUNTER); // not SIZE: it has grown
            inUse.add(memory.totalBytes());
        }
        // @end
        return inUse;
    }

    /// Frees a vector of six through its raw address, with a count of one's own.
    ///
    /// @param alloc where the memory comes from
    /// @param count that the free is told
    /// @return bytes that stay in the books
    static long drift(LuaAlloc alloc, int count) {
        LuaMemory memory = new LuaMemory(alloc); // not closed: it would report the drift as a leak
        long block = memory.reallocv(LuaAlloc.NULL, 0, GROWN, COUNTER.byteSize());
        memory.reallocv(block, count, 0, COUNTER.byteSize());
        return memory.totalBytes();
    }

    /// Frees a vector of six through its segment, with the count that it had once.
    ///
    /// @param alloc where the memory comes from
    /// @return what is said to that, without the address
    static String stale(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc)) {
            MemorySegment counters = memory.newVector(GROWN, COUNTER);
            Objection objection = Objection.to(() -> memory.freeArray(counters, SIZE, COUNTER));
            memory.freeArray(counters, GROWN, COUNTER);
            return objection.message().replace("0x" + Long.toHexString(counters.address()), "0x…");
        }
    }

    @Override
    public String title() {
        return "Release";
    }

    @Override
    public Chapter chapter() {
        return Chapter.PATTERNS;
    }

    @Override
    public String lookAt() {
        return "luaM_free lmem.h:25, luaM_freearray lmem.h:26";
    }

    @Override
    public void tell(Page page) {
        page.text("The last of the four patterns, after all the others. The object's size follows from its type, the "
                + "array's from its count, which is the count after the last growth.");
        page.picture("""
                new object ──► new array ──► growth ──► release the object ──► release the array
                  sizeof         size = 3      size = 6      sizeof                size = 6""");
        page.code(code());
        page.result("bytes in use after each step", run(SystemAlloc.INSTANCE));
        page.result("left in the books by the right count", drift(SystemAlloc.INSTANCE, GROWN));
        page.result("left in the books by the old count", drift(SystemAlloc.INSTANCE, SIZE));
        page.text("The macro believes the count. A segment does not: " + stale(SystemAlloc.INSTANCE) + ".");
    }

    @Override
    public String remember() {
        return "What came in has to go out with the same size. If the books are not where they began, look for a size that "
                + "was not kept up to date.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X16 the macros are said to make sizes safe. They cast and multiply; a wrong count goes straight into the "
                        + "books.");
    }
}
