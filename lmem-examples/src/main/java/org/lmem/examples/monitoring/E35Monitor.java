package org.lmem.examples.monitoring;

import java.util.ArrayList;
import java.util.List;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.DebugReport;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E35: a monitor follows three blocks through their lives.
public final class E35Monitor implements Example {
    /// What the monitor says.
    ///
    /// @param after the request, in words
    /// @param blocks in use
    /// @param bytes of them
    public record Line(String after, long blocks, long bytes) {}

    /// Obtains, resizes and frees blocks.
    ///
    /// @param alloc where the memory comes from
    /// @return what the monitor says after each request
    public static List<Line> run(LuaAlloc alloc) {
        List<Line> lines = new ArrayList<>();
        // @start region="code"
        try (DebugAllocator monitor = new DebugAllocator(alloc)) {
            long a = monitor.realloc(LuaAlloc.NULL, 0, 100);
            long b = monitor.realloc(LuaAlloc.NULL, 0, 200);
            lines.add(line("A of 100 bytes, B of 200", monitor));
            monitor.realloc(b, 200, 0);
            lines.add(line("B freed", monitor));
            a = monitor.realloc(a, 100, 150);
            lines.add(line("A resized to 150", monitor));
            monitor.realloc(a, 150, 0);
            lines.add(line("A freed", monitor));
        } // with a block in use, closing would throw
          // @end
        return lines;
    }

    private static Line line(String after, DebugAllocator monitor) {
        DebugReport report = monitor.report();
        return new Line(after, report.liveBlocks(), report.liveBytes());
    }

    @Override
    public String title() {
        return "A monitor that follows its blocks";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MONITORING;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66, luaM_realloc_ lmem.c:76";
    }

    @Override
    public void tell(Page page) {
        page.text("Four requests are enough to make the document's monitor wrong: it says 200 bytes, then 350, "
                + "then 150 where nothing is left.");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("after", "blocks", "bytes"));
        for (Line line : run(SystemAlloc.INSTANCE))
            rows.add(List.of(line.after(), Long.toString(line.blocks()), Long.toString(line.bytes())));
        page.table(rows);
        page.text("The same monitor finds what else goes wrong with blocks: writes before and behind them, and "
                + "after the free, a wrong size, a second free, a block that is not its own.");
    }

    @Override
    public String remember() {
        return "The key of a record is the address. Then a resize changes it, a free ends it, and there is no "
                + "end of records to run into.";
    }

    @Override
    public List<String> errata() {
        return List.of("X55 it frees the record of A when B is freed: 200 bytes are reported lost, not 100.",
                "X56 a resize makes a second record, and the first one lives on.",
                "X57 when its records are used up, frees are no longer subtracted.");
    }
}
