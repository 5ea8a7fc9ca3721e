package org.lmem.examples.questions;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E24: what Lua itself grows, with the limits that it really uses, up to those limits.
public final class E24GrowthInLua implements Example {
    private static final int BX_BITS = 9 + 9;

    /// A vector of Lua's compiler.
    ///
    /// @param what it holds
    /// @param limit the most elements
    /// @param text of the error at the limit
    /// @param place of the macro's use
    public record Use(String what, int limit, String text, String place) {}

    /// The vectors of the compiler whose limit can be reached; the other three of its six have MAX_INT.
    static final List<Use> USES = List.of(
            new Use("variables of a function", Short.MAX_VALUE, "too many local variables", "lparser.c:147"),
            new Use("functions in a function", maxArgBx(), "constant table overflow", "lparser.c:315"),
            new Use("constants of a function", maxArgBx(), "constant table overflow", "lcode.c:240"));

    /// What came out.
    ///
    /// @param capacities after each growth
    /// @param freeAfterLast room left right after the last growth
    /// @param error at the limit
    public record Outcome(List<Integer> capacities, int freeAfterLast, LuaRuntimeException error) {}

    /// The largest index that an instruction can carry: 18 bits.
    ///
    /// @return 2^18 − 1
    private static int maxArgBx() {
        return (1 << BX_BITS) - 1;
    }

    /// Appends until the vector is at its limit.
    ///
    /// @param alloc where the memory comes from
    /// @param use which vector
    /// @return what came out
    public static Outcome run(LuaAlloc alloc, Use use) {
        List<Integer> capacities = new ArrayList<>();
        int free = 0;
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(alloc);
                LuaVector elements = LuaVector.of(memory, JAVA_INT, use.limit(), use.text())) {
            for (int i = 0;; i++) {
                int before = elements.capacity();
                elements.addInt(i);
                if (elements.capacity() != before) {
                    capacities.add(elements.capacity());
                    free = elements.capacity() - elements.length();
                }
            }
        } catch (LuaRuntimeException e) {
            return new Outcome(capacities, free, e);
        }
        // @end
    }

    @Override
    public String title() {
        return "How does Lua grow its own vectors?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "luaM_growaux_ lmem.c:46, luaM_growvector in lcode.c:240, 793, 797 and lparser.c:147, 195, 315";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Tables, stacks and strings have growth of their own. The macro is used in six places only, all of them "
                        + "in the compiler: the parts of a function grow while it is read, and are cut to size when it ends. "
                        + "Half of the limits are real, because an index has to fit in an instruction or in a short.");
        page.picture("""
                4  8  16  …  8192  16384 ── 16384 ≥ 32767/2 ──► 32767   limit: one jump, whatever is left
                └ at least 4            no room to double""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("what", "place", "limit", "growths", "the last three", "room then"));
        for (Use use : USES) {
            Outcome o = run(SystemAlloc.INSTANCE, use);
            int n = o.capacities().size();
            rows.add(List.of(use.what(), use.place(), Integer.toString(use.limit()), Integer.toString(n),
                    o.capacities().subList(n - 3, n).stream().map(String::valueOf).collect(Collectors.joining(" ")),
                    String.format(Locale.ROOT, "%,d", o.freeAfterLast())));
        }
        page.table(rows);
        USES.forEach(use -> page.result("beyond the limit, " + use.what(),
                run(SystemAlloc.INSTANCE, use).error().luaMessage()));
    }

    @Override
    public String remember() {
        return "Lua doubles from four on and takes the last step to the limit at once, so that a vector near its limit is "
                + "not resized again and again.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X04 the texts above are all that 5.1.5 says; it does not append the limit.",
                "X06 growth near the limit is called linear. It is one jump to exactly the limit, from half of it on.");
    }
}
