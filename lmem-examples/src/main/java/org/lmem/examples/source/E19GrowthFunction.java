package org.lmem.examples.source;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaVector;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;

/// E19: how a full vector gets its next capacity, and what happens at its limit.
public final class E19GrowthFunction implements Example {
    /// The limits that the example looks at.
    static final List<Integer> LIMITS = List.of(1, 2, 3, 100);

    /// What came out.
    ///
    /// @param capacities after each growth
    /// @param error that ended it
    public record Outcome(List<Integer> capacities, LuaRuntimeException error) {}

    /// What a growth that the allocator refused has left behind.
    ///
    /// @param message of the error
    /// @param capacity of the vector
    /// @param last its last element
    /// @param totalBytes bytes in use
    public record Refusal(String message, int capacity, int last, long totalBytes) {}

    /// Appends to a vector until it is at its limit.
    ///
    /// @param semantics which Lua
    /// @param limit the most elements
    /// @param text of the error at the limit
    /// @return what came out
    public static Outcome run(Semantics semantics, int limit, String text) {
        List<Integer> capacities = new ArrayList<>();
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE, semantics);
                LuaVector numbers = LuaVector.of(memory, JAVA_INT, limit, text)) {
            for (int i = 0;; i++) {
                int before = numbers.capacity();
                numbers.addInt(i);
                if (numbers.capacity() != before)
                    capacities.add(numbers.capacity());
            }
        } catch (LuaRuntimeException e) { // the limit is reached
            return new Outcome(capacities, e);
        }
        // @end
    }

    /// Appends to a vector whose allocator does not give more than 32 bytes.
    ///
    /// @return what the refused growth has left behind
    /// @throws IllegalStateException where nothing was refused
    static Refusal refusedGrowth() {
        try (LuaMemory memory = new LuaMemory(Refusals.above(32, SystemAlloc.INSTANCE));
                LuaVector numbers = LuaVector.of(memory, JAVA_INT)) {
            try {
                for (int i = 0; i < 9; i++)
                    numbers.addInt(i);
            } catch (LuaException e) {
                return new Refusal(String.valueOf(e.getMessage()), numbers.capacity(),
                        numbers.getInt(numbers.length() - 1), memory.totalBytes());
            }
        }
        throw new IllegalStateException("the ninth append was to be refused");
    }

    @Override
    public String title() {
        return "The growth function";
    }

    @Override
    public Chapter chapter() {
        return Chapter.SOURCE;
    }

    @Override
    public String lookAt() {
        return "luaM_growaux_ lmem.c:46, MINSIZEARRAY lmem.c:43";
    }

    @Override
    public void tell(Page page) {
        page.text("The macro luaM_growvector only asks whether the vector is full. This function answers with a new "
                + "capacity: three ways out of two questions, then one resize, and the size is written last.");
        page.picture("""
                size ≥ limit/2 ?  ── no ──►  2 × size, at least 4 ─────┐
                      │ yes                                            ├──► resize ──► size = new size
                size ≥ limit ?  ──── no ──►  limit ────────────────────┘
                      │ yes
                    error, with the caller's text""");
        page.code(code());
        page.text("The same loop under four limits, as 5.1.5 does it and with growth clamped (Semantics.SAFE):");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("limit", "5.1.5", "clamped", "error of 5.1.5"));
        for (int limit : LIMITS) {
            Outcome strict = run(Semantics.LUA_5_1, limit, "too many numbers");
            rows.add(List.of(Integer.toString(limit), list(strict),
                    list(run(Semantics.SAFE, limit, "too many numbers")), String.valueOf(strict.error().getMessage())));
        }
        page.table(rows);
        page.text("A limit of 2 or 3 does not hold in 5.1.5: the minimum of four is applied after the limit was looked "
                + "at. No caller in Lua has such a limit, so nobody met it.");
        page.result("the text of 5.1.5", run(Semantics.LUA_5_1, 100, "numbers").error().luaMessage());
        page.result("the text of 5.2 and later", run(Semantics.LUA_5_2, 100, "numbers").error().luaMessage());
        page.result("a percent sign in it", run(Semantics.LUA_5_1, 100, "100%% full %d").error().luaMessage());
        Refusal refusal = refusedGrowth();
        page.text(
                "And when the allocator refuses the resize (" + refusal.message() + "), the pair of block and size is "
                        + "what it was, because neither has been written yet:");
        page.result("capacity", refusal.capacity());
        page.result("last element", refusal.last());
        page.result("bytes in use", refusal.totalBytes());
    }

    private static String list(Outcome outcome) {
        return outcome.capacities().stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    @Override
    public String remember() {
        return "Double, never below four, straight to the limit from half of it on; and write the size when everything "
                + "that can fail is behind you.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X04 the error 'too many … (limit is …)' is that of 5.2 and later. 5.1.5 prints the caller's text, and reads "
                        + "it as a format: a percent sign in it is undefined behaviour there, and only a percent sign here.",
                "X05 the limit is said to hold always. Under a limit of 2 or 3 the first growth gives 4.",
                "X18 the macro is an open 'if' that wants a variable for the size; here vector and size are one object.");
    }
}
