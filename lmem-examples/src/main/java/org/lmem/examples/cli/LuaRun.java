package org.lmem.examples.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.Budget;
import org.lmem.allocators.LimitAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceRecorder;
import org.lmem.core.LuaAlloc;
import org.lmem.examples.lua.Outcome;
import org.lmem.examples.lua.Program;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.lua.SiteBook;

/// A run of programs in a real state, on a chosen allocator and what is to watch it.
///
/// The hard limit counts from when the standard libraries are open. Where the soft limit is passed the collector is told
/// to work at the next safe point: the request itself cannot wait for it, since 5.1 may not collect inside an allocation.
final class LuaRun {
    /// What lies between the script and its memory.
    ///
    /// @param kind of the allocator
    /// @param regionBytes size of a region
    /// @param limit bytes, or [Budget#UNLIMITED]
    /// @param softLimit bytes, or [Budget#UNLIMITED]
    /// @param counted whether there are books and samples
    /// @param traced whether every request is recorded
    /// @param sited whether each request is put down to the line that made it
    record Settings(AllocatorKind kind, long regionBytes, long limit, long softLimit, boolean counted,
            boolean traced, boolean sited) {
        boolean isLimited() {
            return limit != Budget.UNLIMITED || softLimit != Budget.UNLIMITED;
        }
    }

    private final Settings settings;
    private final AllocatorKind.Store store;
    private final Budget budget = Budget.of("memory", Budget.UNLIMITED);
    private final @Nullable LimitAllocator limiter;
    private final @Nullable TraceRecorder recorder;
    private final @Nullable StatsAllocator stats;
    private final @Nullable SiteBook sites;
    private final @Nullable Meter meter;
    private long passes;

    private LuaRun(Settings settings, AllocatorKind.Store store) {
        this.settings = settings;
        this.store = store;
        limiter = settings.isLimited() ? new LimitAllocator(store.allocator(), budget) : null;
        LuaAlloc limited = limiter == null ? store.allocator() : limiter;
        recorder = settings.traced ? new TraceRecorder(limited) : null;
        LuaAlloc recorded = recorder == null ? limited : recorder;
        sites = settings.sited ? new SiteBook(recorded) : null;
        stats = settings.counted ? new StatsAllocator(sites == null ? recorded : sites) : null;
        meter = stats == null ? null : new Meter(stats);
    }

    private LuaAlloc outermost() {
        if (meter != null)
            return meter;
        if (sites != null)
            return sites;
        if (recorder != null)
            return recorder;
        return limiter == null ? store.allocator() : limiter;
    }

    /// Runs programs one after the other until one fails.
    ///
    /// @throws Failure where there is no state for them
    static RunRecord run(Settings settings, List<Program> programs) {
        if (!RealLua.isAvailable())
            throw new Failure("there is no library of Lua 5.1.5 for this platform: os=" + System.getProperty("os.name")
                    + ", arch=" + System.getProperty("os.arch"));
        try (AllocatorKind.Store store = settings.kind.open(settings.regionBytes)) {
            return new LuaRun(settings, store).run(programs);
        }
    }

    private RunRecord run(List<Program> programs) {
        RealLua lua = RealLua.tryNewState(outermost())
                .orElseThrow(() -> new Failure("cannot create a state: not enough memory"));
        long started = System.nanoTime();
        RunRecord.Running running;
        try (lua) {
            Outcome outcome = execute(lua, programs);
            running = new RunRecord.Running(outcome, System.nanoTime() - started, lua.figures(),
                    stats == null ? null : stats.profile(), settings.counted ? store.map() : null,
                    sites == null ? List.of() : sites.sites());
            letGo();
        }
        RealLua.flush(); // a finaliser may have printed
        return new RunRecord(programs.stream().map(Program::name).toList(), settings, running, books(), trace());
    }

    /// From here on the state's figures are not to be had: it is about to be closed.
    private void letGo() {
        if (meter != null)
            meter.watch(null);
        if (sites != null)
            sites.watch(() -> "(closing the state)");
        budget.setSoftLimit(Budget.UNLIMITED, (passed, wanted) -> {});
    }

    private RunRecord.Books books() {
        return new RunRecord.Books(stats == null ? null : stats.snapshot(),
                meter == null ? List.of() : meter.samples(), limiter == null ? 0 : limiter.refusals(),
                limiter == null ? null : limiter.lastRefusal().orElse(null), passes, store.reservedBytes(),
                store.peakReservedBytes(), sites == null ? List.of() : sites.sites());
    }

    private @Nullable Trace trace() {
        try {
            return recorder == null ? null : recorder.trace();
        } catch (IllegalStateException e) {
            throw new Failure("no trace: " + e.getMessage(), e);
        }
    }

    private Outcome execute(RealLua lua, List<Program> programs) {
        Outcome outcome = lua.openLibraries();
        if (!outcome.isOk())
            return outcome;
        if (meter != null)
            meter.watch(lua);
        if (sites != null)
            sites.watch(lua.watchLines());
        limit(lua);
        Interrupts interrupts = Interrupts.during(lua::interrupt);
        try (interrupts) {
            return executeAll(lua, programs);
        }
    }

    private static Outcome executeAll(RealLua lua, List<Program> programs) {
        Outcome outcome = new Outcome(Outcome.OK, "");
        for (Program program : programs) {
            outcome = lua.run(program);
            if (!outcome.isOk())
                break;
        }
        RealLua.flush();
        return outcome;
    }

    private void limit(RealLua lua) {
        if (!settings.isLimited())
            return;
        if (settings.softLimit != Budget.UNLIMITED)
            budget.setSoftLimit(settings.softLimit, (passed, wanted) -> {
                passes++;
                lua.collectSoon();
            });
        budget.setLimit(settings.limit);
    }
}
