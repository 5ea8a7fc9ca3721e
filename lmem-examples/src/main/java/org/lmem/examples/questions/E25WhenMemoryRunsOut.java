package org.lmem.examples.questions;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.Budget;
import org.lmem.allocators.LimitAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;
import org.lmem.core.MemoryLeakException;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// E25: a mebibyte is obtained, used and freed; and the ways in which each of the three goes wrong.
public final class E25WhenMemoryRunsOut implements Example {
    /// The size of the block.
    static final long MEBIBYTE = 1024 * 1024;

    private static final byte MARK = 7;

    /// What came out.
    ///
    /// @param during bytes in use while the block was
    /// @param after bytes in use at the end, as the books say
    /// @param calls of the allocator
    /// @param leak what closing the manager said, empty where all was well
    public record Outcome(long during, long after, long calls, String leak) {}

    /// What an error left behind.
    ///
    /// @param status of the error
    /// @param message of the error, with its facts
    /// @param reached the steps of the work that were reached
    /// @param after bytes in use at the end
    /// @param calls of the allocator
    public record Failure(LuaStatus status, String message, List<String> reached, long after, long calls) {}

    /// Obtains, uses and frees a mebibyte.
    ///
    /// @param alloc where the memory comes from
    /// @param freedAs the size that the free is told
    /// @return what came out
    public static Outcome run(LuaAlloc alloc, long freedAs) {
        StatsAllocator stats = new StatsAllocator(alloc);
        LuaMemory memory = new LuaMemory(stats);
        long block = memory.malloc(MEBIBYTE);
        long during = memory.totalBytes();
        RawMemory.fill(block, MEBIBYTE, MARK);
        memory.freeMem(block, freedAs);
        return new Outcome(during, memory.totalBytes(), stats.snapshot().requests(), close(memory));
    }

    private static String close(LuaMemory memory) {
        try {
            memory.close();
            return "";
        } catch (MemoryLeakException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// Does work that needs two blocks, of which the second is refused.
    ///
    /// @param alloc where the memory comes from, as long as there is any
    /// @return what the error left behind
    /// @throws IllegalStateException where nothing was refused
    public static Failure fail(LuaAlloc alloc) {
        StatsAllocator stats = new StatsAllocator(Refusals.above(MEBIBYTE, alloc));
        List<String> reached = new ArrayList<>();
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(stats)) {
            long first = memory.malloc(MEBIBYTE);
            try {
                reached.add("first block");
                long second = memory.malloc(2 * MEBIBYTE); // refused: control leaves here
                reached.add("second block"); // and so there is no test for NULL
                memory.freeMem(second, 2 * MEBIBYTE);
            } finally {
                memory.freeMem(first, MEBIBYTE); // without this the first block would be lost
            }
        } catch (LuaMemoryException e) {
            StatsAllocator.Snapshot seen = stats.snapshot();
            return new Failure(e.status(), String.valueOf(e.getMessage()), reached, seen.liveBytes(), seen.requests());
        }
        // @end
        throw new IllegalStateException("the second block was to be refused");
    }

    /// What a request among garbage came to.
    ///
    /// @param attempt how the request ended
    /// @param collected bytes in use after a full collection
    public record Garbage(Attempt attempt, long collected) {}

    /// Makes a thousand tables and drops them, then asks for more than there is room for.
    ///
    /// @param alloc where the memory comes from
    /// @param semantics which Lua it is
    /// @return what came out
    public static Garbage failAmongGarbage(LuaAlloc alloc, Semantics semantics) {
        Budget budget = Budget.of("state", Budget.UNLIMITED);
        try (LuaState lua = LuaState.newState(new LimitAllocator(alloc, budget), semantics)) {
            lua.gc(GCOption.STOP, 0);
            for (int i = 0; i < 1000; i++) {
                lua.newTable();
                lua.pop(1);
            }
            budget.setLimit(budget.used() + 100);
            Attempt attempt = Attempt.of(() -> lua.newUserdata(2048));
            lua.setTop(0);
            lua.gc(GCOption.COLLECT, 0);
            return new Garbage(attempt, lua.memory().totalBytes());
        }
    }

    @Override
    public String title() {
        return "What happens when memory runs out?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "luaM_realloc_ lmem.c:76, luaM_free and luaM_freemem lmem.h:24, luaD_throw ldo.c:94";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A request is granted, or control is gone: nobody who asks Lua for memory sees NULL. What the caller owes "
                        + "is the other end: to free what it holds when the error passes through, and with the right size.");
        page.picture(
                """
                        malloc ──► use ──► free           malloc ──► use ──► malloc
                                                                               └─ refused ──► error ──► finally: free ──► caller""");
        page.code(code());
        Failure failure = fail(SystemAlloc.INSTANCE);
        page.result("steps reached", failure.reached());
        page.result("bytes in use after the error", failure.after());
        page.result("calls of the allocator", failure.calls());
        page.text("The error: " + failure.message() + " (status " + failure.status().code() + ").");
        page.text(
                "The other half of the bargain is the size. The document frees its block of a mebibyte through a pointer "
                        + "to void, whose target GNU C takes to be one byte large; ISO C does not compile it.");
        Outcome right = run(SystemAlloc.INSTANCE, MEBIBYTE);
        Outcome wrong = run(SystemAlloc.INSTANCE, 1);
        page.result("in use while the block is", right.during());
        page.result("in use after it was freed with its size", right.after());
        page.result("in use after it was freed as one byte", wrong.after());
        page.text("The memory is gone all the same, after " + wrong.calls()
                + " calls: it is only the count that is wrong, "
                + "and it stays wrong. Closing tells: " + wrong.leak() + ".");
        page.text(
                "What the collector could have freed does not help either: in 5.1.5 nobody asks it. A thousand dead tables "
                        + "are there, and there is room for a hundred bytes more:");
        Garbage strict = failAmongGarbage(SystemAlloc.INSTANCE, Semantics.LUA_5_1);
        Garbage later = failAmongGarbage(SystemAlloc.INSTANCE, Semantics.LUA_5_2);
        page.result("a request of 2048 bytes, in 5.1.5", strict.attempt());
        page.result("bytes after a collection that is asked for", strict.collected());
        page.result("the same request, in 5.2 and later", later.attempt());
    }

    @Override
    public String remember() {
        return "Never test for NULL, always free in a finally, and give back exactly the size that was asked for.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X01 the flow that it draws collects and tries again before it raises the error; 5.1.5 raises it at once.",
                "X17 luaM_free on a void pointer frees one byte in the books: 1,048,575 bytes too many stay in them.",
                "X21 it says that leaks are prevented. A block between malloc and free is lost when an error passes, unless "
                        + "somebody owns it.");
    }
}
