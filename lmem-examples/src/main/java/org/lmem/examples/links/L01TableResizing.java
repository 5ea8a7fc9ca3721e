package org.lmem.examples.links;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.LuaState;

/// L01: when a table takes memory while it is filled, and for which of its two parts.
public final class L01TableResizing implements Example {
    private static final long SLOT = LuaLayouts.TVALUE.byteSize();
    private static final long NODE = LuaLayouts.NODE.byteSize();

    /// How a table is filled.
    public enum Filling {
        /// `t[1] = 1`, `t[2] = 2`, …
        UPWARDS("t[1], t[2], …"),
        /// `t[n] = n`, `t[n-1] = n-1`, …
        DOWNWARDS("t[n], t[n-1], …"),
        /// `t["key1"] = 1`, …
        STRINGS("t.key1, t.key2, …");

        private final String title;

        Filling(String title) {
            this.title = title;
        }
    }

    /// A moment at which the table was given other vectors.
    ///
    /// @param entries in the table after the insertion that caused it
    /// @param slots of the array part from then on
    /// @param nodes of the hash part from then on
    public record Resize(int entries, int slots, int nodes) {}

    /// Fills a new table.
    ///
    /// @param alloc where the memory comes from
    /// @param filling how
    /// @param n entries
    /// @return each resize, the first one first
    public static List<Resize> run(LuaAlloc alloc, Filling filling, int n) {
        try (Parts parts = new Parts(alloc)) {
            LuaState lua = parts.state;
            pushKeys(lua, n);
            List<Resize> resizes = new ArrayList<>();
            // @start region="code"
            lua.newTable();
            int table = lua.getTop();
            IntConsumer insert = switch (filling) {
                case UPWARDS -> i -> set(lua, table, i);
                case DOWNWARDS -> i -> set(lua, table, n + 1 - i);
                case STRINGS -> i -> {
                    lua.pushValue(i); // the string lies there already
                    lua.pushInteger(i);
                    lua.rawSet(table);
                };
            };
            for (int i = 1; i <= n; i++) {
                int entry = i;
                List<Request> requests = parts.requestsOf(() -> insert.accept(entry));
                if (!requests.isEmpty())
                    resizes.add(after(requests, entry, resizes));
            }
            // @end
            return resizes;
        }
    }

    private static void pushKeys(LuaState lua, int n) {
        lua.checkStack(n + 4);
        for (int i = 1; i <= n; i++)
            lua.pushString("key" + i);
    }

    private static void set(LuaState lua, int table, int i) {
        lua.pushInteger(i);
        lua.rawSetI(table, i);
    }

    /// Reads the new sizes off the requests. Both vectors have a power of 2 of elements, of 16 or of 40 bytes: no size can be
    /// taken for the other's.
    private static Resize after(List<Request> requests, int entries, List<Resize> before) {
        Resize last = before.isEmpty() ? new Resize(0, 0, 0) : before.getLast();
        int slots = last.slots();
        int nodes = last.nodes();
        for (Request r : requests) {
            if (countIn(r, SLOT) > 0)
                slots = (int) (r.nsize() / SLOT);
            else if (countIn(r, NODE) > 0 && (r.nsize() != 0 || r.osize() == nodes * NODE))
                nodes = (int) (r.nsize() / NODE); // the new vector comes before the old one goes
        }
        return new Resize(entries, slots, nodes);
    }

    /// The elements of the vector that a request is about; 0 where it is about another kind.
    private static long countIn(Request r, long element) {
        long bytes = Math.max(r.osize(), r.nsize());
        return bytes % element == 0 && Long.bitCount(bytes / element) == 1 ? bytes / element : 0;
    }

    @Override
    public String title() {
        return "Tables: two vectors, sized by what is in them";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "rehash ltable.c:333, computesizes ltable.c:189, resize ltable.c:297, luaH_set ltable.c:494";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A table has a vector of slots for the keys 1 to n, and a vector of nodes for all others. When a key finds no "
                        + "free node, Lua counts all integer keys and gives the slots the largest power of 2 of which more than "
                        + "half would be in use; the rest goes to the nodes. Nothing is taken back before that.");
        page.picture("""
                Table ─ array ─► │ 1 │ 2 │ 3 │ 4 │            16 bytes a slot, the key is the position
                      └ node ──► │ key, value, next │ … │     40 bytes a node, found by the hash of its key""");
        page.code(code());
        for (Filling filling : Filling.values()) {
            List<Resize> resizes = run(SystemAlloc.INSTANCE, filling, filling == Filling.DOWNWARDS ? 10 : 64);
            page.text(filling.title + ":");
            page.table(List.of(row("entries", resizes, Resize::entries), row("slots", resizes, Resize::slots),
                    row("nodes", resizes, Resize::nodes)));
        }
    }

    private static List<String> row(String head, List<Resize> resizes, ToIntFunction<Resize> figure) {
        List<String> row = new ArrayList<>(List.of(head));
        resizes.forEach(r -> row.add(Integer.toString(figure.applyAsInt(r))));
        return row;
    }

    @Override
    public String remember() {
        return "Both parts double, so that n insertions cost about log2 n resizes; filled from the top, a table keeps its "
                + "integers in nodes of 40 bytes until more than half of the slots would be in use.";
    }
}
