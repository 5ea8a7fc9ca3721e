package org.lmem.examples.monitoring;

import java.util.List;
import java.util.Optional;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.DebugAllocator.Leftover;
import org.lmem.allocators.DebugReport;
import org.lmem.allocators.DebugReport.SizeClass;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E36: a report over a whole state of the real Lua, and where its classes of sizes begin.
public final class E36MemoryReport implements Example {
    /// The reports on a state of the real Lua with all its libraries.
    ///
    /// @param open while the state was there
    /// @param closed when it and the allocator were closed
    public record Reports(DebugReport open, DebugReport closed) {}

    /// Obtains blocks of 64, 65, 1024 and 1025 bytes.
    ///
    /// @param alloc where the memory comes from
    /// @return the report on them
    public static DebugReport boundaries(LuaAlloc alloc) {
        DebugAllocator debug = new DebugAllocator(alloc);
        for (int size : new int[]{64, 65, 1024, 1025})
            debug.realloc(LuaAlloc.NULL, 0, size);
        DebugReport report = debug.report();
        debug.close(Leftover.RELEASE);
        return report;
    }

    /// Watches a state of the real Lua.
    ///
    /// @param alloc where the memory comes from
    /// @return the reports, nothing where there is no library of Lua for this platform
    public static Optional<Reports> run(LuaAlloc alloc) {
        if (!RealLua.isAvailable())
            return Optional.empty();
        // @start region="code"
        DebugAllocator debug = new DebugAllocator(alloc);
        DebugReport open;
        try (RealLua lua = RealLua.newState(debug)) {
            lua.openLibrariesUnprotected();
            open = debug.report();
        }
        return Optional.of(new Reports(open, debug.close(Leftover.KEEP)));
        // @end
    }

    @Override
    public String title() {
        return "The memory report";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MONITORING;
    }

    @Override
    public String lookAt() {
        return "lua_newstate lstate.c:143, luaL_openlibs linit.c:29, close_state lstate.c:105";
    }

    @Override
    public void tell(Page page) {
        page.text("A report sums up what a monitor knows: how many blocks of which sizes, who has them, what was "
                + "lost. The state below is one of the real Lua, in C, with its libraries open.");
        page.code(code());
        DebugReport sizes = boundaries(SystemAlloc.INSTANCE);
        page.table(List.of(List.of("", "small, to 64", "medium, to 1024", "large"),
                row("blocks of 64, 65, 1024 and 1025 bytes", sizes)));
        Optional<Reports> reports = run(SystemAlloc.INSTANCE);
        if (reports.isEmpty()) {
            page.text("There is no library of Lua for this platform.");
            return;
        }
        page.table(List.of(List.of("", "small, to 64", "medium, to 1024", "large"),
                row("a state with all libraries", reports.get().open()), row("closed", reports.get().closed())));
        page.result("bytes of the state", reports.get().open().liveBytes());
        page.result("leaks while it was open", reports.get().open().leakedBlocks());
        page.result("leaks when all was closed", reports.get().closed().leakedBlocks());
    }

    private static List<String> row(String name, DebugReport report) {
        return List.of(name, text(report.small()), text(report.medium()), text(report.large()));
    }

    private static String text(SizeClass c) {
        return c.liveBlocks() + " with " + c.liveBytes() + " bytes";
    }

    @Override
    public String remember() {
        return "What lives is not lost: a leak is what is left when everything should be gone. And a report is "
                + "of one moment, or its figures contradict each other.";
    }

    @Override
    public List<String> errata() {
        return List.of("X59 it calls every live block a leak in a healthy state; and its counts are of "
                + "records, resizes included.",
                "X60 it prints while the allocator works.");
    }
}
