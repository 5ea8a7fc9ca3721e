package org.lmem.gc.oracle;

import java.util.ArrayList;
import java.util.List;
import org.lmem.gc.oracle.Machine.Gc;

/// The golden scenarios of the collector's pace: steps by hand, garbage under six settings, stop and restart.
final class PacingScenarios {
    private static final int[][] PAUSE_AND_STEPMUL = {{100, 100}, {100, 400}, {200, 100}, {200, 200}, {400, 200},
            {400, 400}};

    private PacingScenarios() {}

    static List<GoldenScenario> all() {
        List<GoldenScenario> all = new ArrayList<>();
        for (int size : new int[]{0, 1, 100})
            all.add(new GoldenScenario("l_step_arg" + size, run -> steps(run, size)));
        all.add(new GoldenScenario("l_stop_restart", PacingScenarios::stopAndRestart));
        for (int[] pace : PAUSE_AND_STEPMUL)
            all.add(pace(pace[0], pace[1]));
        return all;
    }

    /// The garbage loop under a setting.
    static GoldenScenario pace(int pause, int stepmul) {
        return new GoldenScenario("l_pace_pause" + pause + "_stepmul" + stepmul, run -> garbage(run, pause, stepmul));
    }

    private static void steps(GoldenRun run, int size) {
        Machine l = run.newStoppedState();
        run.step(l, "build: t with 300 tables {i} and 300 strings; 300 garbage tables; sentinel", () -> build(run, l));
        int cycles = 0;
        for (int i = 1; i <= 400 && cycles < 3; i++) {
            int[] result = new int[1];
            run.step(l, "lua_gc STEP " + size + " (#" + i + ')', () -> {
                result[0] = l.gc(Gc.STEP, size);
                run.value("return " + result[0]);
            });
            cycles += result[0];
        }
        run.step(l, "lua_gc COLLECT", () -> l.gc(Gc.COLLECT, 0));
        run.close(l);
    }

    private static void build(GoldenRun run, Machine l) {
        run.sentinel(l);
        l.newTable();
        for (int i = 1; i <= 300; i++) {
            l.newTable();
            l.pushInteger(i);
            l.rawSetI(-2, 1);
            l.rawSetI(1, i);
            l.pushString("str" + i);
            l.rawSetI(1, 300 + i);
            l.newTable();
            l.pop(1);
        }
    }

    private static void garbage(GoldenRun run, int pause, int stepmul) {
        Machine l = run.newState();
        run.allocator().writeTotals();
        run.step(l, "SETPAUSE/SETSTEPMUL", () -> run
                .value("previous " + l.gc(Gc.SETPAUSE, pause) + ' ' + l.gc(Gc.SETSTEPMUL, stepmul)));
        run.step(l, "sentinel", () -> run.sentinel(l));
        run.step(l, "live set: keep = 100 tables with 4 array slots", () -> {
            l.createTable(100, 0);
            for (int i = 1; i <= 100; i++) {
                l.createTable(4, 0);
                l.rawSetI(1, i);
            }
        });
        run.step(l, "loop: 4000 x { local t={i,'s'..i} ; every 16th is kept in keep[i/16%100+1] }", () -> {
            for (int i = 1; i <= 4000; i++) {
                turn(l, i);
                run.check(l);
            }
        });
        run.value("cycles " + run.cycles());
        run.step(l, "lua_gc COLLECT", () -> l.gc(Gc.COLLECT, 0));
        run.step(l, "keep dropped", () -> l.setTop(0));
        run.step(l, "lua_gc COLLECT", () -> l.gc(Gc.COLLECT, 0));
        run.close(l);
    }

    private static void turn(Machine l, int i) {
        l.createTable(2, 0);
        l.pushInteger(i);
        l.rawSetI(-2, 1);
        l.pushString("s" + i);
        l.rawSetI(-2, 2);
        if (i % 16 == 0) {
            l.pushValue(-1);
            l.rawSetI(1, i / 16 % 100 + 1);
        }
        l.pop(1);
    }

    private static void stopAndRestart(GoldenRun run) {
        Machine l = run.newState();
        run.allocator().writeTotals();
        run.step(l, "sentinel", () -> run.sentinel(l));
        run.step(l, "lua_gc STOP; 500 tables", () -> {
            l.gc(Gc.STOP, 0);
            garbageTables(l);
        });
        run.step(l, "lua_gc RESTART; 500 tables", () -> {
            l.gc(Gc.RESTART, 0);
            garbageTables(l);
        });
        run.value("cycles " + run.cycles());
        run.step(l, "lua_gc STOP; STEP 0", () -> {
            l.gc(Gc.STOP, 0);
            run.value("return " + l.gc(Gc.STEP, 0));
        });
        run.step(l, "500 tables (STEP has rewritten the threshold)", () -> garbageTables(l));
        run.value("cycles " + run.cycles());
        run.close(l);
    }

    private static void garbageTables(Machine l) {
        for (int i = 0; i < 500; i++) {
            l.newTable();
            l.pop(1);
        }
    }
}
