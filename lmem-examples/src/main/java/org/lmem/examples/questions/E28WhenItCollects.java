package org.lmem.examples.questions;

import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.CollectorEvent;
import org.lmem.gc.CollectorEvent.Kind;
import org.lmem.gc.LuaState;

/// E28: a program that makes garbage, and the moments at which the collector works.
public final class E28WhenItCollects implements Example {
    private static final int TABLES = 300;

    /// A step of the collector.
    ///
    /// @param table the table, counted from 1, whose making caused it
    /// @param event what was done
    public record Step(int table, CollectorEvent event) {}

    /// Makes empty tables and drops each at once.
    ///
    /// @param alloc where the memory comes from
    /// @return the steps, the first one first
    public static List<Step> run(LuaAlloc alloc) {
        List<Step> steps = new ArrayList<>();
        // @start region="code"
        try (LuaState lua = LuaState.newState(alloc)) {
            int[] table = {0};
            lua.collector().addListener(event -> {
                if (event.kind() == Kind.STEP)
                    steps.add(new Step(table[0], event));
            });
            for (table[0] = 1; table[0] <= TABLES; table[0]++) {
                lua.newTable(); // 64 bytes
                lua.pop(1); // and nobody refers to them
            }
        }
        // @end
        return steps;
    }

    @Override
    public String title() {
        return "When does the collector work?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "luaC_checkGC lgc.h:80, luaC_step lgc.c:610, setthreshold lgc.c:59";
    }

    @Override
    public void tell(Page page) {
        page.text("Every safe point compares the bytes in use with the threshold. A new state has 3,627 bytes and "
                + "a threshold of 14,508: 171 empty tables fit. The 172nd finds the threshold passed, and the "
                + "collector takes its first step, before that table is made.");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("table", "before", "after", "phase", "threshold", "debt", "estimate"));
        for (Step s : run(SystemAlloc.INSTANCE))
            rows.add(List.of(Integer.toString(s.table()), Long.toString(s.event().bytesBefore()),
                    Long.toString(s.event().bytes()), s.event().after().toString(),
                    Long.toString(s.event().threshold()),
                    Long.toString(s.event().debt()), Long.toString(s.event().estimate())));
        page.table(rows);
        page.text("The first cycle is cut in three: each step does work worth 2,000, then waits for another "
                + "kilobyte. It ends with a threshold of twice the estimate; from then on a cycle takes two steps.");
    }

    @Override
    public String remember() {
        return "The bytes decide, not the number of allocations; and what a step leaves behind decides when the "
                + "next one comes.";
    }

    @Override
    public List<String> errata() {
        return List.of("X32 the comparison is drawn inside the allocator.",
                "X33 it compares with more than instead of at least.");
    }
}
