package org.lmem.examples.accounting;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.CollectorEvent;
import org.lmem.gc.CollectorLog;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// E08: counting is one thing, collecting another: who compares, with what, and where.
public final class E08CountThenCheck implements Example {
    /// What came out.
    ///
    /// @param stepsInRequest steps of the collector during a request that passed the threshold by far
    /// @param missing bytes that the threshold was above the bytes in use when the next safe point came
    /// @param stepsAtSafePoint steps there
    public record Outcome(long stepsInRequest, long missing, long stepsAtSafePoint) {}

    /// Passes the threshold outside of a safe point, then meets it exactly at one.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        try (LuaState lua = LuaState.newState(alloc)) {
            CollectorLog log = new CollectorLog(1000);
            lua.collector().addListener(log);
            // @start region="code"
            long size = 10 * lua.collector().threshold();
            long block = lua.memory().malloc(size); // ten times the threshold
            long inRequest = steps(log);
            lua.memory().freeMem(block, size);

            lua.gc(GCOption.RESTART, 0); // sets the threshold to the bytes in use
            long missing = lua.collector().threshold() - lua.collector().totalBytes();
            lua.newTable(); // a safe point comes first, then the table
            return new Outcome(inRequest, missing, steps(log) - inRequest);
            // @end
        }
    }

    private static long steps(CollectorLog log) {
        return log.events().stream().filter(e -> e.kind() == CollectorEvent.Kind.STEP).count();
    }

    @Override
    public String title() {
        return "Counting, and the moment of collecting";
    }

    @Override
    public Chapter chapter() {
        return Chapter.ACCOUNTING;
    }

    @Override
    public String lookAt() {
        return "luaM_realloc_ lmem.c:76, luaC_checkGC lgc.h:80, lua_createtable lapi.c:575";
    }

    @Override
    public void tell(Page page) {
        page.text("The document wants one function that counts and then collects. In 5.1.5 these are two: the "
                + "request counts, always, and never looks at the threshold. Sixteen places in Lua look, before or "
                + "after they have made something, when everything that lives can be found from the roots.");
        page.picture("""
                lua_newtable:   safe point: totalbytes ≥ GCthreshold? ──► step
                                luaH_new: luaM_realloc_ ──► totalbytes += 64        counts, and nothing else""");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.result("steps in a request of ten times the threshold", o.stepsInRequest());
        page.result("bytes missing to the threshold at the safe point", o.missing());
        page.result("steps at that safe point", o.stepsAtSafePoint());
    }

    @Override
    public String remember() {
        return "The count is updated inside the request; the comparison stands at safe points outside of it, "
                + "and it is at least, not more than.";
    }

    @Override
    public List<String> errata() {
        return List.of("X24 its code does not compile: it uses a state that no parameter gives it.",
                "X32 it collects inside the request. There the new object is not linked, or only half of it: it "
                        + "would be lost.",
                "X33 it compares with more than. With equality the next safe point would be skipped, on which "
                        + "LUA_GCRESTART relies.");
    }
}
