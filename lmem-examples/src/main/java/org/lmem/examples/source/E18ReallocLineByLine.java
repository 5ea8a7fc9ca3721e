package org.lmem.examples.source;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;

/// E18: the lines of `luaM_realloc_`, and for each of them the case that shows why it is there.
public final class E18ReallocLineByLine implements Example {
    /// More than this the example's allocator does not give.
    static final long LARGEST = 4096;

    private static final byte MARK = 42;

    /// One request and what became of it.
    ///
    /// @param request the three arguments
    /// @param answer what the caller gets: a block, NULL, or the text of the error
    /// @param totalBytes bytes in use after it
    /// @param calls of the allocator that it took
    public record Step(String request, String answer, long totalBytes, long calls) {}

    /// What came out.
    ///
    /// @param steps the six requests in order
    /// @param contentsKept whether the first byte of the block survived every resize, the refused one included
    public record Outcome(List<Step> steps, boolean contentsKept) {}

    /// Lua's function with its statements in another order: the new size is counted before the allocator has answered.
    static final class CountsTooEarly {
        private final LuaAlloc alloc;
        private long totalbytes;

        CountsTooEarly(LuaAlloc alloc) {
            this.alloc = alloc;
        }

        /// Resizes a block.
        long realloc(long block, long osize, long nsize) {
            totalbytes = (totalbytes - osize) + nsize; // the one line that moved
            return alloc.realloc(block, osize, nsize);
        }

        long totalBytes() {
            return totalbytes;
        }
    }

    /// Collects the steps of one block's life.
    private static final class Walk {
        private final StatsAllocator stats;
        private final LuaMemory memory;
        private final List<Step> steps = new ArrayList<>();

        Walk(StatsAllocator stats, LuaMemory memory) {
            this.stats = stats;
            this.memory = memory;
        }

        long step(long block, long osize, long nsize) {
            long calls = stats.snapshot().requests();
            long newBlock = block;
            String answer;
            try {
                newBlock = memory.realloc(block, osize, nsize);
                answer = name(newBlock);
            } catch (LuaException e) {
                answer = String.valueOf(e.getMessage());
            }
            String request = "(" + name(block) + ", " + osize + ", " + nsize + ")";
            steps.add(new Step(request, answer, memory.totalBytes(), stats.snapshot().requests() - calls));
            return newBlock;
        }

        private static String name(long block) {
            return block == LuaAlloc.NULL ? "NULL" : "block";
        }
    }

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(Refusals.above(LARGEST, alloc));
        try (LuaMemory memory = new LuaMemory(stats)) {
            Walk walk = new Walk(stats, memory);
            boolean kept;
            // @start region="code"
            long block = walk.step(LuaAlloc.NULL, 0, 1024); // line 79: the one call of the allocator
            RawMemory.putByte(block, MARK);
            block = walk.step(block, 1024, 2048); // line 83: take off the old size, add the new one
            block = walk.step(block, 2048, 8192); // line 80: NULL although something was wanted: refused
            kept = RawMemory.getByte(block) == MARK; // the block is still there, and still ours to free
            block = walk.step(block, 2048, 512); // cannot be refused
            kept &= RawMemory.getByte(block) == MARK;
            block = walk.step(block, 512, 0); // line 80 again: NULL, but nothing was wanted: freed
            walk.step(block, 0, 0); // nothing to nothing: a call all the same
            // @end
            return new Outcome(List.copyOf(walk.steps), kept);
        }
    }

    /// Obtains 1024 bytes and asks in vain for more than there is, with the count taken too early.
    ///
    /// @param alloc where the memory comes from
    /// @return the bytes that such books say are in use after the block was freed; the truth is 0
    static long driftOfTheOtherOrder(LuaAlloc alloc) {
        CountsTooEarly memory = new CountsTooEarly(Refusals.above(LARGEST, alloc));
        long block = memory.realloc(LuaAlloc.NULL, 0, 1024);
        memory.realloc(block, 1024, 8192); // refused
        memory.realloc(block, 1024, 0);
        return memory.totalBytes();
    }

    /// What a call is told that breaks the promise of the first assertion.
    ///
    /// @param osize given with no block
    /// @return the message
    static String brokenPromise(long osize) {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            return Objection.to(() -> memory.realloc(LuaAlloc.NULL, osize, 64)).message();
        }
    }

    @Override
    public String title() {
        return "luaM_realloc_, line by line";
    }

    @Override
    public Chapter chapter() {
        return Chapter.SOURCE;
    }

    @Override
    public String lookAt() {
        return "luaM_realloc_ lmem.c:76, its contract lmem.c:23, luaD_throw ldo.c:94";
    }

    @Override
    public void tell(Page page) {
        page.text("E01 showed what the function does. This is how: seven lines, and "
                + "every one of them answers a question that somebody else would have got wrong.");
        page.picture(
                """
                        77   g                        which books?     one allocator and one count for all coroutines of a state
                        78   osize = 0  ⇔  no block   who errs?        a caller that forgets a size would bend the count for ever
                        79   call the allocator       how often?       once, with exactly the three numbers that came in
                        80   NULL and nsize > 0       refused? freed?  NULL alone does not tell; the size wanted does
                        81   throw, status 4          what now?        an error, so that no caller has to look for NULL
                        82   nsize = 0  ⇔  no block   who errs?        an allocator that keeps what it should have freed
                        83   count                    when?            last: a refusal never comes this far""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("request", "answer", "bytes in use", "calls"));
        outcome.steps().forEach(
                s -> rows.add(
                        List.of(s.request(), s.answer(), Long.toString(s.totalBytes()), Long.toString(s.calls()))));
        page.table(rows);
        page.result("contents kept, also by the refused resize", outcome.contentsKept());
        page.text("Line 78 in a build without assertions believes its caller. Here it is checked: " + brokenPromise(8)
                + ".");
        page.text("Line 83 subtracts before it adds. On unsigned numbers any order gives the same sum; this one never "
                + "wraps on the way. What matters is that it stands last. The same function that counts first, after "
                + "one refused resize from 1024 to 8192 bytes and a free:");
        page.result("bytes that it believes in use, of 0", driftOfTheOtherOrder(SystemAlloc.INSTANCE));
    }

    @Override
    public String remember() {
        return "NULL means two things, and nsize tells which. Whoever counts does it after the last thing that can fail.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X01 the quoted function collects and asks again. Lines 80 and 81 of 5.1.5 do not: one call a row, above.",
                "X14 it promises an overflow check in this function. There is none: only luaM_reallocv tests a product; "
                        + "this one hands any size on.",
                "X20 zero-copy and best alignment are said to be its work. It passes the address on as it came: both are the "
                        + "allocator's.");
    }
}
