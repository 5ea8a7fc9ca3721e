package org.lmem.examples.macros;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E06: a vector grows ahead of need, up to a limit, or is given exactly the size that is asked for.
public final class E06GrowOrResize implements Example {
    /// What came out.
    ///
    /// @param capacities of the vector that grew
    /// @param overflow how its growth ended
    /// @param exactChange in bytes, when 100 elements became 50
    /// @param last the fiftieth element afterwards
    /// @param end bytes in use at the end
    public record Outcome(List<Integer> capacities, Attempt overflow, long exactChange, int last, long end) {}

    /// Runs the example.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        List<Integer> capacities = new ArrayList<>();
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(alloc)) {
            Attempt overflow;
            try (LuaVector digits = LuaVector.of(memory, JAVA_INT, 10, "too many digits")) {
                overflow = Attempt.of(() -> appendForEver(digits, capacities)); // luaM_growvector
            }
            MemorySegment numbers = memory.newVector(100, JAVA_INT);
            for (int i = 0; i < 100; i++)
                numbers.setAtIndex(JAVA_INT, i, i + 1);
            long before = memory.totalBytes();
            numbers = memory.reallocVector(numbers, 100, 50, JAVA_INT); // luaM_reallocvector
            long change = memory.totalBytes() - before;
            int last = numbers.getAtIndex(JAVA_INT, 49);
            memory.freeArray(numbers, 50, JAVA_INT); // the new count, not the old one
            return new Outcome(capacities, overflow, change, last, memory.totalBytes());
        }
        // @end
    }

    private static void appendForEver(LuaVector vector, List<Integer> capacities) {
        while (true) {
            int before = vector.capacity();
            vector.addInt(vector.length() % 10);
            if (vector.capacity() != before)
                capacities.add(vector.capacity());
        }
    }

    @Override
    public String title() {
        return "Fourth layer: grow ahead, or resize exactly";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MACROS;
    }

    @Override
    public String lookAt() {
        return "luaM_growvector lmem.h:33, luaM_reallocvector lmem.h:37";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Who does not know how many elements will come lets the vector double, up to a limit. Who knows asks for "
                        + "the number. Lua's compiler does both: the code of a function doubles while it is compiled, and is cut to "
                        + "its length when the function is complete (lparser.c:362).");
        page.code(code());
        Outcome outcome = run(SystemAlloc.INSTANCE);
        page.result("capacities under a limit of 10", outcome.capacities());
        page.result("the eleventh digit", outcome.overflow());
        page.result("bytes that 100 ints cut to 50 change", outcome.exactChange());
        page.result("the fiftieth of them", outcome.last());
        page.result("bytes at the end", outcome.end());
    }

    @Override
    public String remember() {
        return "Growth is for a number that is not known yet, an exact resize for one that is. Both keep the elements and "
                + "may move them: no address from before is good afterwards.";
    }
}
