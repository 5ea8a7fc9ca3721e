package org.lmem.examples.source;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaStatus;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E21: a size that cannot even be computed is another error than a size that cannot be had.
public final class E21TooBig implements Example {
    /// The most elements of four bytes that the check lets through.
    static final long LARGEST = Long.divideUnsigned(LuaMemory.MAX_SIZET, 4) - 1;

    /// What came out for one count.
    ///
    /// @param status of the error
    /// @param luaMessage of the error
    /// @param message the same with its facts
    /// @param advice what a handler does about it
    /// @param calls of the allocator
    public record Outcome(LuaStatus status, String luaMessage, String message, String advice, long calls) {}

    /// Asks for a vector of numbers that nobody can have.
    ///
    /// @param alloc asked where the size can be computed
    /// @param n how many, unsigned
    /// @return what came out
    /// @throws IllegalStateException where the vector was given
    public static Outcome run(LuaAlloc alloc, long n) {
        StatsAllocator stats = new StatsAllocator(alloc);
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(stats)) {
            memory.freeArray(memory.newVector(n, JAVA_INT), n, JAVA_INT);
        } catch (LuaException e) {
            String advice = switch (e) { // sealed: there is no third kind
                case LuaMemoryException refused -> "free something, or raise the limit: "
                        + Long.toUnsignedString(refused.details().nsize()) + " bytes were asked for";
                case LuaRuntimeException wrong -> "look for the bug: no memory was asked for";
            };
            return new Outcome(e.status(), e.luaMessage(), String.valueOf(e.getMessage()), advice,
                    stats.snapshot().requests());
        }
        // @end
        throw new IllegalStateException("that many numbers were not to be had: n=" + Long.toUnsignedString(n));
    }

    @Override
    public String title() {
        return "A size that cannot be computed";
    }

    @Override
    public Chapter chapter() {
        return Chapter.SOURCE;
    }

    @Override
    public String lookAt() {
        return "luaM_toobig lmem.c:66, luaG_runerror ldebug.c:631";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Two ways lead to no memory. The product of count and size does not fit in 64 bits: that is a bug of the "
                        + "caller, an ordinary run-time error (status 2), and the allocator never hears of it. Or it does fit, "
                        + "and the allocator says no: that is status 4, and it needs no message handler, since handling might "
                        + "need memory.");
        page.picture("""
                n × e computable?  ── no ──►  luaM_toobig   status 2   position, message handler      0 calls
                       │ yes
                  allocator  ──── NULL ────►  luaD_throw    status 4   neither of them                1 call""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("numbers of 4 bytes", "status", "calls", "message"));
        for (long n : new long[]{1L << 60, LARGEST, LARGEST + 1, -2}) {
            Outcome o = run(SystemAlloc.INSTANCE, n);
            rows.add(List.of(Long.toUnsignedString(n), o.status().name() + " " + o.status().code(),
                    Long.toString(o.calls()), o.luaMessage()));
        }
        page.table(rows);
        page.text(
                "The line lies between the second row and the third: one number more, and no size_t holds the bytes.");
        page.text("What a handler says to the second: " + run(SystemAlloc.INSTANCE, LARGEST).advice()
                + ". And to the third: " + run(SystemAlloc.INSTANCE, LARGEST + 1).advice() + ".");
    }

    @Override
    public String remember() {
        return "'block too big' says that a size could not be computed, never that memory was short. Catch the two errors "
                + "by type; the compiler knows that there are only two.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X22 it says that luaM_toobig is for requests beyond the limits of the system. It is for arithmetic alone: "
                        + "2^62 bytes go to the allocator, and its refusal is status 4.");
    }
}
