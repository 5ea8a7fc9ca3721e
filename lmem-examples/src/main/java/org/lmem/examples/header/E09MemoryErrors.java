package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;
import org.lmem.examples.page.RequestLog;

/// E09: the two errors of the memory manager, and why one of them must not need memory.
public final class E09MemoryErrors implements Example {
    /// What came out.
    ///
    /// @param refused a large vector whose size can be computed
    /// @param tooBig a vector whose size cannot be computed
    /// @param totalBytes in use after both
    /// @param requests that reached the allocator
    public record Outcome(Attempt refused, Attempt tooBig, long totalBytes, List<String> requests) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(log)) {
            Attempt refused = Attempt.of(() -> memory.newVector(1L << 60, JAVA_INT)); // 2^62 bytes
            Attempt tooBig = Attempt.of(() -> memory.newVector(1L << 62, JAVA_INT)); // 2^64 bytes
            return new Outcome(refused, tooBig, memory.totalBytes(), log.shapes());
        }
        // @end
    }

    /// Asks an allocator without memory, and gives out the error itself.
    ///
    /// @return the error with the facts of the request
    public static LuaMemoryException outOfMemory() {
        try (LuaMemory memory = new LuaMemory(Refusals.always())) {
            memory.freeMem(memory.malloc(64), 64);
        } catch (LuaMemoryException e) {
            return e;
        }
        throw new IllegalStateException("there was to be no memory");
    }

    @Override
    public String title() {
        return "Two errors";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "MEMERRMSG lmem.h:16, luaM_toobig lmem.h:43";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The header names one text and one function for what goes wrong. The text is for memory that cannot be "
                        + "had. Lua makes a string of it when the state is created and never lets go of it, because at the moment "
                        + "when it is needed there is no memory for a message. The function is for a size that cannot be computed; "
                        + "it is an ordinary run-time error, for which there is memory.");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("2^62 bytes", outcome.refused());
        page.result("2^64 bytes", outcome.tooBig());
        page.result("requests that reached the allocator", outcome.requests());
        page.result("bytes in use after both", outcome.totalBytes());
        LuaMemoryException error = outOfMemory();
        page.text("The exception is as frugal. What a Lua program sees is a constant; the facts travel as numbers, and "
                + "become text only if somebody asks:");
        page.result("what the program sees", error.luaMessage());
        page.result("it is the constant itself", isTheConstant(error));
        page.result("the facts, asked for", error.details());
    }

    /// Whether an error's text is the very constant, so that raising the error made no text.
    ///
    /// @param error to look at
    /// @return true for the same object
    @SuppressWarnings("ReferenceEquality") // the same text would not do
    static boolean isTheConstant(LuaException error) {
        return error.luaMessage() == LuaMemory.MEMERRMSG;
    }

    @Override
    public String remember() {
        return "Any allocation may end in status 4, so nothing may be half done when it does. Status 2 is a mistake in a "
                + "program: it has a position in the text, where Lua code runs, and the message handler sees it.";
    }

    @Override
    public List<String> errata() {
        return List.of("X12 lmem.c does not include lgc.h: the memory manager of 5.1 knows nothing of the collector.",
                "X22 it says that luaM_toobig reports invalid parameters and system limits. Only a size that overflows "
                        + "gets there; a large size that can be computed goes to the allocator.",
                "X23 it says that the text eases tracing. It is one literal without place or context, raised past the "
                        + "message handler (lmem.c:81); here the facts lie beside it.");
    }
}
