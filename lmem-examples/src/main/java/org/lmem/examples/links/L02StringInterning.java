package org.lmem.examples.links;

import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// L02: every string once, in a table that grows and shrinks with their number.
public final class L02StringInterning implements Example {
    private static final int TEXTS = 1000;

    /// What came out.
    ///
    /// @param first what the first "hello" asked for
    /// @param second what the second one asked for
    /// @param grown at which of a thousand new strings the string table grew, and to how many slots
    /// @param shrunk the slots after each of three collections, once the strings were dropped
    public record Outcome(List<String> first, List<String> second, List<Growth> grown, List<Long> shrunk) {}

    /// A growth of the string table.
    ///
    /// @param strings new ones so far
    /// @param slots from then on
    public record Growth(int strings, long slots) {}

    /// Makes strings, drops them, and collects.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        try (Parts parts = new Parts(alloc)) {
            LuaState lua = parts.state;
            // @start region="code"
            List<String> first = shapes(parts.requestsOf(() -> lua.pushString("hello")));
            List<String> second = shapes(parts.requestsOf(() -> lua.pushString("hello")));
            List<Growth> grown = new ArrayList<>();
            for (int i = 1; i < TEXTS; i++) { // "hello" was one
                String text = "text " + i;
                for (Request r : parts.requestsOf(() -> lua.pushString(text)))
                    if (r.nsize() > Long.BYTES * TEXTS / 10)
                        grown.add(new Growth(i + 1, r.nsize() / Long.BYTES));
                lua.pop(1); // nobody needs it
            }
            lua.setTop(0);
            List<Long> shrunk = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                long slots = shrunk.isEmpty() ? grown.getLast().slots() : shrunk.getLast();
                shrunk.add(slotsAfter(parts.requestsOf(() -> lua.gc(GCOption.COLLECT, 0)), slots));
            }
            // @end
            return new Outcome(first, second, grown, shrunk);
        }
    }

    private static List<String> shapes(List<Request> requests) {
        return requests.stream().map(Request::shape).toList();
    }

    /// A collection makes no new block but a smaller vector for the string table.
    private static long slotsAfter(List<Request> requests, long slots) {
        return requests.stream().filter(r -> r.osize() == 0 && r.nsize() != 0).mapToLong(r -> r.nsize() / Long.BYTES)
                .reduce(slots, (before, after) -> after);
    }

    @Override
    public String title() {
        return "Strings: each one once";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "luaS_newlstr lstring.c:75, newlstr lstring.c:50, luaS_resize lstring.c:22, checkSizes lgc.c:431";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A string is looked up before it is made: the same bytes are the same block, and comparing two strings is "
                        + "comparing two addresses. The table that finds them has 8 bytes for each slot; it doubles when there are "
                        + "more strings than slots, and is halved at the end of a sweep when less than a quarter is in use.");
        page.picture("""
                slots │ 0 │ 1 │ 2 │ … │          24 bytes, the characters, a 0
                            └─► "hello" ─► "text 17" ─► nothing""");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.result("the first \"hello\" asks for", o.first());
        page.result("the second \"hello\" asks for", o.second());
        page.result("the table of the strings grew", o.grown().stream()
                .map(g -> "to " + g.slots() + " slots at the string no. " + g.strings()).toList());
        page.result("slots after each of three collections", o.shrunk());
    }

    @Override
    public String remember() {
        return "Equal strings share one block. What a program drops is only freed by a collection, and the table of strings "
                + "follows it down by halves.";
    }

    @Override
    public List<String> errata() {
        return List
                .of("X39 a collection is said to need extra memory for marking. It needs none for that; but a smaller "
                        + "table of strings is obtained before the larger one is freed, and that can fail.");
    }
}
