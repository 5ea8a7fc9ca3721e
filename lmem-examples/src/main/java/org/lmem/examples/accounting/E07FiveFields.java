package org.lmem.examples.accounting;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaCollector;
import org.lmem.gc.LuaState;

/// E07: the figures by which the collector is driven, in a new state and after a collection.
public final class E07FiveFields implements Example {
    /// The figures at one moment.
    ///
    /// @param totalBytes bytes in use
    /// @param threshold bytes in use at which the collector works next
    /// @param estimate bytes believed to be live
    /// @param pause per cent of the estimate at which the next cycle begins
    /// @param stepMultiplier per cent of what is allocated that a step works off
    /// @param debt by how much the collector is behind
    public record Fields(long totalBytes, long threshold, long estimate, int pause, int stepMultiplier, long debt) {
        static Fields of(LuaCollector collector) {
            return new Fields(collector.totalBytes(), collector.threshold(), collector.estimate(), collector.pause(),
                    collector.stepMultiplier(), collector.debt());
        }
    }

    /// Reads the figures of a new state, and again after a full collection.
    ///
    /// @param alloc where the memory comes from
    /// @return both readings
    public static List<Fields> run(LuaAlloc alloc) {
        // @start region="code"
        try (LuaState lua = LuaState.newState(alloc)) {
            Fields fresh = Fields.of(lua.collector());
            lua.gc(GCOption.COLLECT, 0);
            return List.of(fresh, Fields.of(lua.collector()));
        }
        // @end
    }

    @Override
    public String title() {
        return "Five figures, and two more";
    }

    @Override
    public Chapter chapter() {
        return Chapter.ACCOUNTING;
    }

    @Override
    public String lookAt() {
        return "global_State lstate.h:68, lua_newstate lstate.c:143, setthreshold lgc.c:59";
    }

    @Override
    public void tell(Page page) {
        page.text("Lua keeps its books in the part of a state that all its threads share. The memory manager "
                + "writes one figure of it, totalbytes; the collector reads that one, and writes the others.");
        page.picture("""
                allocate ──► totalbytes ──── ≥ GCthreshold? ──► a step of the collector
                                                  ▲
                               estimate / 100 × gcpause, at the end of a cycle""");
        page.code(code());
        List<Fields> both = run(SystemAlloc.INSTANCE);
        page.table(List.of(List.of("", "totalbytes", "GCthreshold", "estimate", "gcpause", "gcstepmul", "gcdept"),
                row("new state", both.getFirst()), row("collected", both.getLast())));
        page.text("A new state starts with a threshold of four times its own size, so that loading the libraries "
                + "does not make it collect. In C the estimate of a new state is whatever lay in that memory "
                + "before: nobody sets it until the first cycle has marked. Here it is 0.");
    }

    private static List<String> row(String name, Fields f) {
        return List.of(name, Long.toString(f.totalBytes()), Long.toString(f.threshold()), Long.toString(f.estimate()),
                Integer.toString(f.pause()), Integer.toString(f.stepMultiplier()), Long.toString(f.debt()));
    }

    @Override
    public String remember() {
        return "One count, one threshold, one estimate, two percentages; and a debt, which the document leaves "
                + "out.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X34 the estimate is said to predict the next collection. It is what is believed to be live; the "
                        + "threshold follows from it.",
                "X35 gcdept is missing, and that the first threshold is four times the bytes of a new state.",
                "X64 the figures are drawn as a part of lmem. They are members of global_State, which all "
                        + "threads of a state share.");
    }
}
