package org.lmem.gc.oracle;

import java.util.List;

/// The golden scenarios of weak tables.
final class WeakTableScenarios {
    private WeakTableScenarios() {}

    static List<GoldenScenario> all() {
        return List.of(new GoldenScenario("j_weak_k", run -> weak(run, "k")),
                new GoldenScenario("j_weak_v", run -> weak(run, "v")));
    }

    private static void weak(GoldenRun run, String mode) {
        Machine l = run.newStoppedState();
        run.step(l, "t = setmetatable({}, {__mode='" + mode + "'})", () -> {
            l.newTable();
            l.createTable(0, 1);
            l.pushString(mode);
            l.setField(-2, "__mode");
            l.setMetatable(-2);
        });
        fillTens(run, l);
        fillSpecials(run, l);
        count(run, l);
        for (int i = 0; i < 3; i++) {
            run.collect(l);
            count(run, l);
        }
        run.clear(l);
        run.collect(l);
        run.collect(l);
        run.close(l);
    }

    private static void fillTens(GoldenRun run, Machine l) {
        run.step(l, "10 x t[{}]=i", () -> {
            for (int i = 0; i < 10; i++) {
                l.newTable();
                l.pushInteger(i);
                l.rawSet(1);
            }
        });
        run.step(l, "10 x t[i]={}", () -> {
            for (int i = 1; i <= 10; i++) {
                l.newTable();
                l.rawSetI(1, i);
            }
        });
        run.step(l, "10 x t[{}]={}", () -> {
            for (int i = 0; i < 10; i++) {
                l.newTable();
                l.newTable();
                l.rawSet(1);
            }
        });
        run.step(l, "10 x t['s'..i]='v'..i", () -> {
            for (int i = 0; i < 10; i++) {
                l.pushString("s" + i);
                l.pushString("v" + i);
                l.rawSet(1);
            }
        });
    }

    private static void fillSpecials(GoldenRun run, Machine l) {
        run.step(l, "key kept on the stack: t[K]={}", () -> {
            l.newTable();
            l.pushValue(2);
            l.newTable();
            l.rawSet(1);
        });
        run.step(l, "key refers to itself: k={}; k[1]=k; t[k]=k", () -> {
            l.newTable();
            l.pushValue(-1);
            l.rawSetI(-2, 1);
            l.pushValue(-1);
            l.rawSet(1);
        });
        run.step(l, "value refers to its key: k={}; t[k]={k}", () -> {
            l.newTable();
            l.pushValue(-1);
            l.newTable();
            l.pushValue(-2);
            l.rawSetI(-2, 1);
            l.rawSet(1);
            l.setTop(2);
        });
        run.step(l, "userdata with __gc as key and as value: t[u1]=1; t[99]=u2", () -> {
            run.pushFinaliserMetatable(l);
            FinaliserScenarios.finalised(l, 4, 1, 3);
            l.pushInteger(1);
            l.rawSet(1);
            FinaliserScenarios.finalised(l, 4, 2, 3);
            l.rawSetI(1, 99);
            l.setTop(2);
        });
    }

    private static void count(GoldenRun run, Machine l) {
        run.step(l, "count", () -> run.value("entries " + entries(l)));
    }

    private static int entries(Machine l) {
        int n = 0;
        l.pushNil();
        while (l.next(1)) {
            n++;
            l.pop(1);
        }
        return n;
    }
}
