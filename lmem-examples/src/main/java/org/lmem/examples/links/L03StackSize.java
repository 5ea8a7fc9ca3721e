package org.lmem.examples.links;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// L03: the stack of values grows when it is needed, and the collector takes it back.
public final class L03StackSize implements Example {
    private static final long SLOT = LuaLayouts.TVALUE.byteSize();
    private static final int VALUES = 1000;
    private static final int COLLECTIONS = 4;

    /// A change of the stack's size.
    ///
    /// @param at the value that was pushed, or the collection, counted from 1
    /// @param slots from then on
    public record Change(int at, long slots) {}

    /// What came out.
    ///
    /// @param grown while a thousand values were pushed
    /// @param kept the slots after they were popped and collections were run, by the call that had asked for them
    /// @param shrunk in further collections, when that call had returned
    public record Outcome(List<Change> grown, long kept, List<Change> shrunk) {}

    /// Fills a stack, empties it, and collects.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        try (Parts parts = new Parts(alloc)) {
            LuaState lua = parts.state;
            List<Change> grown = new ArrayList<>();
            List<Change> kept = new ArrayList<>();
            List<Change> shrunk = new ArrayList<>();
            // @start region="code"
            lua.pushCFunction(function -> {
                for (int i = 1; i <= VALUES; i++)
                    grown.addAll(changes(i, parts.requestsOf(() -> {
                        function.checkStack(1); // a C function has 20 slots, and asks before it uses more
                        function.pushNil();
                    })));
                function.setTop(0);
                kept.addAll(collect(parts));
                return 0;
            });
            lua.call(0, 0);
            shrunk.addAll(collect(parts));
            // @end
            return new Outcome(grown, (kept.isEmpty() ? grown : kept).getLast().slots(), shrunk);
        }
    }

    private static List<Change> collect(Parts parts) {
        return IntStream.rangeClosed(1, COLLECTIONS)
                .mapToObj(i -> changes(i, parts.requestsOf(() -> parts.state.gc(GCOption.COLLECT, 0))))
                .flatMap(List::stream).toList();
    }

    private static List<Change> changes(int at, List<Request> requests) {
        return requests.stream().filter(r -> r.osize() != 0 && r.nsize() != 0)
                .map(r -> new Change(at, r.nsize() / SLOT)).toList();
    }

    @Override
    public String title() {
        return "Stacks: doubled on demand, halved by the collector";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "luaD_growstack ldo.c:161, luaD_reallocstack ldo.c:141, checkstacksizes lgc.c:241, lua_checkstack lapi.c:95";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A new stack has 45 slots of 16 bytes. When they do not suffice, it gets twice as many and six to spare; "
                        + "pointers into the old block are moved along. The collector looks at the stack twice in a cycle and "
                        + "halves it each time less than a quarter is in use, as long as it has more than 90 slots.");
        page.picture("""
                base              top     limit of this call
                 ▼                 ▼       ▼
                │ v │ v │ v │ … │ v │   │   │ … │ 5 for errors, 1 for the end │""");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.result("slots while " + VALUES + " values were pushed", text(o.grown(), "push"));
        page.result("slots after they were popped and " + COLLECTIONS + " collections", o.kept());
        page.result("slots when the function had returned", text(o.shrunk(), "collection"));
    }

    private static String text(List<Change> changes, String what) {
        return changes.stream().map(c -> c.slots() + " (" + what + " " + c.at() + ")")
                .collect(Collectors.joining(", "));
    }

    @Override
    public String remember() {
        return "A stack that was large once is not large for ever: two halvings for each cycle, until 90 slots or fewer. But what "
                + "a call has asked for with lua_checkstack counts as used until it returns.";
    }
}
