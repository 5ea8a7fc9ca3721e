package org.lmem.examples.macros;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;

/// E03: a size that is a product is checked by a division before it is computed.
public final class E03SizeCheck implements Example {
    /// What came out, for elements of four bytes.
    ///
    /// @param most the largest size in bytes over the size of an element
    /// @param below how a vector of `most` − 1 elements ended
    /// @param at how a vector of `most` elements ended
    /// @param requests that reached the allocator
    public record Outcome(long most, Attempt below, Attempt at, List<String> requests) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(log)) {
            long most = Long.divideUnsigned(LuaMemory.MAX_SIZET, Integer.BYTES);
            Attempt below = Attempt.of(() -> memory.reallocv(LuaAlloc.NULL, 0, most - 1, Integer.BYTES));
            Attempt at = Attempt.of(() -> memory.reallocv(LuaAlloc.NULL, 0, most, Integer.BYTES));
            return new Outcome(most, below, at, log.shapes());
        }
        // @end
    }

    @Override
    public String title() {
        return "First layer: can the size be computed?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MACROS;
    }

    @Override
    public String lookAt() {
        return "luaM_reallocv lmem.h:19, MAX_SIZET llimits.h:30";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The nine macros of lmem.h stand in four layers over the one entry. The lowest turns a count of elements "
                        + "into bytes. A product that does not fit in 64 bits would come out small, and a small block would be "
                        + "given for a huge vector; so the macro divides the largest size by the size of an element first.");
        page.picture("""
                layer 4   luaM_growvector   luaM_reallocvector
                layer 3   luaM_newvector    luaM_new    luaM_malloc
                layer 2   luaM_freearray    luaM_free   luaM_freemem
                layer 1   luaM_reallocv ── n + 1 > MAX_SIZET / e ──► luaM_toobig
                               │
                               ▼
                          luaM_realloc_ ──► the allocator""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("largest size in bytes", Long.toUnsignedString(LuaMemory.MAX_SIZET));
        page.result("the same", "0x" + Long.toHexString(LuaMemory.MAX_SIZET));
        page.result("over 4 bytes an element", Long.toUnsignedString(outcome.most()));
        page.result("one element fewer: computed, asked for, refused", outcome.below());
        page.result("exactly as many: not even asked for", outcome.at());
        page.result("what the allocator saw", outcome.requests());
    }

    @Override
    public String remember() {
        return "Two different errors: status 4 says that the memory could not be had, status 2 that nobody could even say "
                + "how much it is. The allocator never sees the second kind.";
    }

    @Override
    public List<String> errata() {
        return List.of("X10 it places MAX_SIZET in lmem.h; it is in llimits.h:30.",
                "X11 it draws layers for bounds protection, object management, batches and performance. The header holds "
                        + "nine macros, and none of these.");
    }
}
