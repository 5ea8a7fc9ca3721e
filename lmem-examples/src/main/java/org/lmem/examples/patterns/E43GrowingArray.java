package org.lmem.examples.patterns;

import static org.lmem.examples.patterns.E41NewObject.COUNTER;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaVector;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E43: a full vector of three takes one element more.
public final class E43GrowingArray implements Example {
    /// What came out.
    ///
    /// @param capacities before and after each growth
    /// @param bytes in use with each of them
    /// @param values read back at the end
    public record Outcome(List<Integer> capacities, List<Long> bytes, List<Integer> values) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        List<Integer> capacities = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(alloc);
                LuaVector counters = LuaVector.of(memory, COUNTER, LuaMemory.MAX_INT, "array")) {
            counters.resize(3); // E42: three elements, exactly
            for (int i = 0; i < 7; i++) {
                counters.addInt(i); // the fourth and the seventh find it full
                if (capacities.isEmpty() || capacities.getLast() != counters.capacity()) {
                    capacities.add(counters.capacity());
                    bytes.add(memory.totalBytes());
                }
            }
            List<Integer> values = IntStream.range(0, counters.length()).mapToObj(counters::getInt).toList();
            return new Outcome(capacities, bytes, values);
        }
        // @end
    }

    /// The error of a vector of three that is limited to three.
    ///
    /// @param semantics which Lua
    /// @return the error
    /// @throws IllegalStateException where there was none
    static LuaRuntimeException full(Semantics semantics) {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE, semantics);
                LuaVector counters = LuaVector.of(memory, COUNTER, 3, "array")) {
            counters.resize(3);
            counters.setLength(3);
            counters.addInt(3);
        } catch (LuaRuntimeException e) {
            return e;
        }
        throw new IllegalStateException("a fourth element was to be refused");
    }

    @Override
    public String title() {
        return "An array that grows";
    }

    @Override
    public Chapter chapter() {
        return Chapter.PATTERNS;
    }

    @Override
    public String lookAt() {
        return "luaM_growvector lmem.h:33";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Growth doubles what there is. A vector that started with three has six next, then twelve; the minimum of "
                        + "four is for vectors that start with nothing or with one, and powers of two are nobody's aim.");
        page.picture("""
                │ 0 │ 1 │ 2 │  + 3  ──►  │ 0 │ 1 │ 2 │ 3 │   │   │
                  size = 3                 size = 6""");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("capacities", outcome.capacities());
        page.result("bytes in use", outcome.bytes());
        page.result("what is in it", outcome.values());
        page.result("the error at a limit of 3, in 5.1.5", full(Semantics.LUA_5_1).luaMessage());
        page.result("the same in 5.2 and later", full(Semantics.LUA_5_2).luaMessage());
    }

    @Override
    public String remember() {
        return "The macro changes two of your variables, block and size, and every pointer into the old block is dead.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X04 'array' is given as the name of the elements, as 5.2 wants it. In 5.1.5 it is the whole error text.",
                "X24 the fragment does not compile as it stands: the element type and three variables are left to the reader.");
    }
}
