package org.lmem.examples.questions;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.gc.EmergencyMode;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;
import org.lmem.gc.PressurePolicy;

/// E29: what is done as memory runs short, where that was chosen.
public final class E29UnderPressure implements Example {
    /// The hard limit of the policy.
    static final int LIMIT = 64 * 1024;

    private static final int TABLES = 20_000;
    private static final int LAZY = 10_000; // a pause of a hundred times the estimate: by itself it hardly collects

    /// What came out.
    ///
    /// @param status of the program
    /// @param peakBytes the most bytes in use
    /// @param emergencies collections for a request that would have been refused
    public record Outcome(LuaStatus status, long peakBytes, long emergencies) {}

    /// Runs a program that makes tables.
    ///
    /// @param alloc where the memory comes from
    /// @param policy the limits, null for none
    /// @param mode when a request makes the collector run at once
    /// @param kept whether the tables are kept; they are garbage otherwise
    /// @return what came out
    public static Outcome run(LuaAlloc alloc, @Nullable PressurePolicy policy, EmergencyMode mode, boolean kept) {
        StatsAllocator stats = new StatsAllocator(alloc);
        long[] emergencies = {0};
        // @start region="code"
        try (LuaState lua = LuaState.newState(stats, Semantics.LUA_5_1.withEmergencyCollection(true))) {
            lua.gc(GCOption.SETPAUSE, LAZY);
            lua.gc(GCOption.COLLECT, 0); // the pause counts from here on
            lua.collector().setEmergencyMode(mode);
            lua.collector().setPressurePolicy(policy); // soft limit: 80 %, from there on extra steps
            lua.collector().addListener(event -> emergencies[0] += event.kind().name().equals("EMERGENCY") ? 1 : 0);
            LuaStatus status = lua.cpcall(program -> {
                program.newTable();
                for (int i = 1; i <= TABLES; i++) {
                    program.newTable();
                    program.rawSetI(2, kept ? i : 1); // 1 is the argument of cpcall
                }
                return 0;
            });
            return new Outcome(status, stats.snapshot().peakBytes(), emergencies[0]);
        }
        // @end
    }

    /// A policy without extra steps: the hard limit alone.
    static PressurePolicy hardLimitAlone() {
        return new PressurePolicy(LIMIT, LIMIT, 0);
    }

    @Override
    public String title() {
        return "What does the collector do when memory runs short?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "luaC_step lgc.c:610, luaM_realloc_ lmem.c:76; nothing in 5.1.5 does more";
    }

    @Override
    public void tell(Page page) {
        page.text("The document describes a policy in comments. Here is one that runs, beside what 5.1.5 does. The "
                + "program makes 20,000 tables; the collector was told to be lazy, so that without a policy it "
                + "would let garbage lie.");
        page.picture("""
                0               80 %               100 %
                ├── as 5.1.5 ────┼── extra steps ────┤ emergency collection, once; then the error""");
        page.code(code());
        row(page, "garbage, no policy", run(SystemAlloc.INSTANCE, null, EmergencyMode.NEVER, false));
        row(page, "garbage, extra steps from 80 % on",
                run(SystemAlloc.INSTANCE, PressurePolicy.of(LIMIT), EmergencyMode.NEVER, false));
        row(page, "garbage, hard limit alone",
                run(SystemAlloc.INSTANCE, hardLimitAlone(), EmergencyMode.NEVER, false));
        row(page, "garbage, hard limit, emergency collections",
                run(SystemAlloc.INSTANCE, hardLimitAlone(), EmergencyMode.ON_LIMIT, false));
        row(page, "all kept, hard limit, emergency collections",
                run(SystemAlloc.INSTANCE, hardLimitAlone(), EmergencyMode.ON_LIMIT, true));
    }

    private static void row(Page page, String what, Outcome o) {
        page.result(what,
                "status " + o.status().code() + ", peak " + o.peakBytes() + ", emergencies " + o.emergencies());
    }

    @Override
    public String remember() {
        return "5.1.5 has no policy for this: it works at the pace that was set, and a refused request is an "
                + "error. Everything else is a choice, and has to be made by name.";
    }

    @Override
    public List<String> errata() {
        return List.of("X36 the threshold is said to be lowered, short-lived objects to be preferred, large ones to be "
                + "limited, allocations to be put off. Nothing of it exists.");
    }
}
