package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;

/// E13: a number, a hundred numbers and a buffer, given back in three ways; and what is left if memory runs out between.
public final class E13ReleaseThree implements Example {
    /// What came out.
    ///
    /// @param totals bytes in use after each of the six steps
    public record Outcome(List<Long> totals) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc)) {
            return new Outcome(steps(memory));
        }
    }

    private static List<Long> steps(LuaMemory memory) {
        List<Long> totals = new ArrayList<>();
        // @start region="code"
        MemorySegment number = memory.newObject(JAVA_INT);
        totals.add(memory.totalBytes());
        MemorySegment numbers = memory.newVector(100, JAVA_INT);
        totals.add(memory.totalBytes());
        long buffer = memory.malloc(1024);
        totals.add(memory.totalBytes());

        memory.free(number); // it is an int
        totals.add(memory.totalBytes());
        memory.freeArray(numbers, 100, JAVA_INT); // they are 100 ints
        totals.add(memory.totalBytes());
        memory.freeMem(buffer, 1024); // it is 1024 bytes
        totals.add(memory.totalBytes());
        // @end
        return totals;
    }

    /// What a refusal in the middle leaves behind.
    ///
    /// @param attempt how the steps ended
    /// @param left bytes in use afterwards
    /// @param atClose what closing the memory manager said, null where it had nothing to say
    public record Interrupted(Attempt attempt, long left, @Nullable Objection atClose) {}

    /// Runs the steps with an allocator that runs dry.
    ///
    /// @param alloc where the memory comes from
    /// @param granted requests that succeed
    /// @return what was left
    public static Interrupted interrupt(LuaAlloc alloc, int granted) {
        LuaMemory memory = new LuaMemory(Refusals.after(granted, alloc));
        Attempt attempt = Attempt.of(() -> steps(memory));
        long left = memory.totalBytes();
        if (left != 0)
            return new Interrupted(attempt, left, Objection.to(memory::close));
        memory.close();
        return new Interrupted(attempt, left, null);
    }

    @Override
    public String title() {
        return "A number, a hundred numbers, a buffer";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_free lmem.h:25, luaM_freearray lmem.h:26, luaM_freemem lmem.h:24";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The whole life of three blocks, with the count after each step. In a Lua state the same numbers stand "
                        + "on top of what the state itself takes.");
        page.code(code());
        page.result("bytes in use after each step", run(SystemAlloc.INSTANCE).totals());
        page.text(
                "Read it again and let the memory run out at each of the three requests. Nobody owns the blocks that are "
                        + "there already: the error jumps over the lines that would have freed them.");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("refused", "status", "bytes left behind"));
        for (int granted = 0; granted <= 3; granted++) {
            Interrupted interrupted = interrupt(SystemAlloc.INSTANCE, granted);
            rows.add(List.of(granted == 3 ? "none" : "request " + (granted + 1),
                    "" + interrupted.attempt().status().code(), "" + interrupted.left()));
        }
        page.table(rows);
    }

    @Override
    public String remember() {
        return "Between an allocation and its free, everything that allocates may jump. Hold the block by something that "
                + "the jump does not lose: an object of the collector's in Lua, a try with resources in Java.";
    }

    @Override
    public List<String> errata() {
        return List
                .of("X21 it says that the interface prevents leaks. A block from luaM_* has no owner; an error before "
                        + "its free leaks it.");
    }
}
