package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;

/// E16: a vector that runs out of memory while it grows, once without an owner and once with one.
public final class E16GrowthOwned implements Example {
    private static final int CEILING = 4096;

    /// What came out.
    ///
    /// @param refused how the growth of the vector without an owner ended
    /// @param capacity and what it could still hold
    /// @param leftBehind bytes in use afterwards
    /// @param leftByOwned bytes more in use after the same with an owner
    public record Outcome(Attempt refused, int capacity, long leftBehind, long leftByOwned) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from; it is asked for 4096 bytes at most
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(Refusals.above(CEILING, alloc))) {
            // @start region="code"
            LuaVector loose = LuaVector.of(memory, JAVA_INT); // as in C: nothing frees it
            Attempt refused = Attempt.of(() -> appendForEver(loose));
            int capacity = loose.capacity();
            long leftBehind = memory.totalBytes();

            Attempt.of(() -> {
                try (LuaVector owned = LuaVector.of(memory, JAVA_INT)) {
                    appendForEver(owned);
                }
            });
            long leftByOwned = memory.totalBytes() - leftBehind;
            // @end
            loose.close();
            return new Outcome(refused, capacity, leftBehind, leftByOwned);
        }
    }

    private static void appendForEver(LuaVector vector) {
        while (true)
            vector.addInt(vector.length());
    }

    /// Grows a vector in one branch of an `if`, where C's macro would catch the `else`.
    ///
    /// @param vector that may be full
    /// @param wanted whether one more element is
    /// @return which branch was taken: `grow` or `leave`
    public static String growIf(LuaVector vector, boolean wanted) {
        String branch = "grow";
        if (wanted)
            vector.add();
        else
            branch = "leave";
        return branch;
    }

    @Override
    public String title() {
        return "Growth again: when it fails";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_growvector lmem.h:33, luaM_growaux_ lmem.c:60";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "luaM_growvector is split in two: the test whether there is room is expanded where it is used, and only a "
                        + "full vector calls a function. The new size is written after the new block has been had, so that a "
                        + "refused growth leaves a vector that is whole. Whole, but without an owner: in C the error jumps away "
                        + "over both of its variables, and the block stays.");
        page.picture("""
                block, size  ──► luaM_realloc_ ──► granted: block', then size'
                                      │
                                      └─────────► refused: block and size as they were, and a jump""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("no block above 4096 bytes", outcome.refused());
        page.result("capacity after the refusal", outcome.capacity());
        page.result("bytes left behind without an owner", outcome.leftBehind());
        page.result("bytes left behind with one", outcome.leftByOwned());
    }

    @Override
    public String remember() {
        return "A refused growth harms nothing by itself: the old block and the old size still belong together. Somebody "
                + "has to be left who frees them.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X18 it shows the macro as a statement like any other. It is an 'if' without braces: in an if-else it "
                        + "takes the 'else' for itself, and it evaluates some of its arguments twice.",
                "X21 it says that the interface prevents leaks. Here are 4096 bytes that no collection would find.");
    }
}
