package org.lmem.examples.header;

import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.Page;

/// E11: the question "can this product be computed?" as a function, beside the macro that asks almost the same.
public final class E11OverflowPredicate implements Example {
    private static final long EIGHTH = Long.divideUnsigned(LuaMemory.MAX_SIZET, 8);

    /// A count and a size of element, and what both say to it.
    ///
    /// @param n elements, unsigned
    /// @param e bytes of one
    /// @param predicate whether the product fits
    /// @param macro `computed`, `too big`, or `undefined` for a division by zero
    public record Row(long n, long e, boolean predicate, String macro) {}

    /// Runs the example.
    ///
    /// @return a row for each pair
    public static List<Row> run() {
        List<Row> rows = new ArrayList<>();
        // @start region="code"
        long[][] pairs = {{0, 8}, {10, 0}, {LuaMemory.MAX_SIZET, 1}, {EIGHTH - 1, 8}, {EIGHTH, 8}, {EIGHTH + 1, 8}};
        for (long[] pair : pairs)
            rows.add(new Row(pair[0], pair[1], LuaMemory.isProductSize(pair[0], pair[1]), macro(pair[0], pair[1])));
        // @end
        return rows;
    }

    private static String macro(long n, long e) {
        if (e == 0)
            return "undefined";
        return E10SizeCheckBoundary.ask(n, e, Semantics.LUA_5_1).attempt().status() == LuaStatus.ERRRUN
                ? "too big"
                : "computed";
    }

    /// Hands elements without size to the macro's counterpart, which has to say something where C divides by zero.
    ///
    /// @return the objection
    public static Objection withoutSize() {
        return Objection.to(() -> E10SizeCheckBoundary.ask(10, 0, Semantics.LUA_5_1));
    }

    @Override
    public String title() {
        return "Can the product be computed? A function for it";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_reallocv lmem.h:20";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A product of two 64-bit numbers has 128 bits. It can be computed if the upper half is 0 and the lower "
                        + "half is at most the largest size; a processor gives both halves in one instruction, so that there is "
                        + "nothing to divide, and elements without size need no case of their own.");
        page.picture("""
                n × e  =  │ upper 64 bits: 0 │ lower 64 bits: at most MAX_SIZET │""");
        page.code(code());
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("count", "bytes of one", "the function", "luaM_reallocv"));
        for (Row row : run())
            table.add(List.of(Long.toUnsignedString(row.n()), "" + row.e(), row.predicate() ? "fits" : "overflows",
                    row.macro()));
        page.table(table);
        page.result("elements without size, here", withoutSize());
    }

    @Override
    public String remember() {
        return "One predicate for all products of sizes: the macro's counterpart asks it for n + 1 elements, so that the "
                + "two can differ by that one element and by nothing else.";
    }

    @Override
    public List<String> errata() {
        return List.of("X09 its function and the macro draw the line at different counts: the function allows "
                + "MAX_SIZET / e, the macro one fewer; and where elements have no size the macro divides by zero.");
    }
}
