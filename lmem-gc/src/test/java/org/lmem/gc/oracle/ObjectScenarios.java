package org.lmem.gc.oracle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The golden scenarios of the state itself, strings, tables and closures.
final class ObjectScenarios {
    private static final int[][] TABLE_SIZES = {{100, 0}, {0, 32}, {0, 0}, {1, 0}, {0, 1}, {3, 3}, {0, 2}, {0, 3},
            {0, 33}, {1000, 1000}};
    private static final int[] STRING_LENGTHS = {0, 1, 10, 40, 1000, 31, 32, 33, 65536};
    private static final int[] UPVALUES = {0, 1, 2, 3, 10, 255};

    private ObjectScenarios() {}

    static List<GoldenScenario> all() {
        return List.of(new GoldenScenario("a_newstate_close", ObjectScenarios::newStateAndClose),
                new GoldenScenario("p_empty_collect", ObjectScenarios::collectNothing),
                new GoldenScenario("b_newtable", ObjectScenarios::newTable),
                new GoldenScenario("c_createtable", ObjectScenarios::createTable),
                new GoldenScenario("d_pushlstring", ObjectScenarios::strings),
                new GoldenScenario("e_fill_integers", ObjectScenarios::fillIntegers),
                new GoldenScenario("e3_fill_sparse", ObjectScenarios::fillSparse),
                new GoldenScenario("f_fill_strings", ObjectScenarios::fillStrings),
                new GoldenScenario("i_cclosure", ObjectScenarios::closures));
    }

    private static void newStateAndClose(GoldenRun run) {
        run.close(run.newState());
    }

    private static void collectNothing(GoldenRun run) {
        Machine l = run.newState();
        for (int i = 1; i <= 3; i++)
            run.collect(l);
        run.close(l);
    }

    private static void newTable(GoldenRun run) {
        Machine l = run.newStoppedState();
        for (int i = 0; i < 3; i++)
            run.step(l, "lua_newtable", l::newTable);
        finish(run, l, 1);
    }

    private static void createTable(GoldenRun run) {
        Machine l = run.newStoppedState();
        for (int[] size : TABLE_SIZES)
            run.step(l, "lua_createtable " + size[0] + ' ' + size[1], () -> l.createTable(size[0], size[1]));
        finish(run, l, 1);
    }

    private static void strings(GoldenRun run) {
        Machine l = run.newStoppedState();
        for (String again : List.of("", " (again: interned)"))
            for (int length : STRING_LENGTHS)
                run.step(l, "lua_pushlstring len=" + length + again, () -> l.pushLString(filled('x', length)));
        finish(run, l, 2);
    }

    private static void fillIntegers(GoldenRun run) {
        Machine l = run.newStoppedState();
        run.step(l, "lua_newtable", l::newTable);
        for (int i = 1; i <= 1000; i++) {
            int n = i;
            run.quietStep(l, "t[" + n + "]=" + n, () -> {
                l.pushInteger(n);
                l.rawSetI(-2, n);
            });
        }
        run.collect(l, " (table alive)");
        for (int i = 1; i <= 1000; i++) {
            int n = i;
            run.quietStep(l, "t[" + n + "]=nil", () -> {
                l.pushNil();
                l.rawSetI(-2, n);
            });
        }
        run.collect(l, " (table alive, emptied: no shrink before a rehash)");
        run.step(l, "t['x']=1 (rehash of the emptied table)", () -> {
            l.pushInteger(1);
            l.setField(-2, "x");
        });
        finish(run, l, 1);
    }

    private static void fillSparse(GoldenRun run) {
        Machine l = run.newStoppedState();
        run.step(l, "lua_newtable", l::newTable);
        for (int i = 1; i <= 300; i++) {
            int n = i;
            run.quietStep(l, "t[" + n * 7 + "]=" + n, () -> {
                l.pushInteger(n);
                l.rawSetI(-2, n * 7);
            });
        }
        for (int i = 1; i <= 300; i++) {
            int n = i;
            run.quietStep(l, "t[" + n + "+0.5]=" + n, () -> {
                l.pushNumber(n + 0.5);
                l.pushInteger(n);
                l.rawSet(-3);
            });
        }
        finish(run, l, 1);
    }

    private static void fillStrings(GoldenRun run) {
        Machine l = run.newStoppedState();
        run.step(l, "lua_newtable", l::newTable);
        for (int i = 1; i <= 1000; i++) {
            int n = i;
            run.step(l, "t['k" + n + "']=" + n, () -> {
                l.pushLString(("k" + n).getBytes(StandardCharsets.ISO_8859_1));
                l.pushInteger(n);
                l.rawSet(-3);
            });
        }
        run.collect(l, " (table alive)");
        finish(run, l, 5);
    }

    private static void closures(GoldenRun run) {
        Machine l = run.newStoppedState();
        Machine.Body nothing = machine -> 0;
        for (int n : UPVALUES) {
            l.checkStack(300);
            run.step(l, "lua_pushcclosure n=" + n, () -> {
                for (int k = 0; k < n; k++)
                    l.pushInteger(k);
                l.pushCClosure(nothing, n);
            });
        }
        finish(run, l, 1);
    }

    private static void finish(GoldenRun run, Machine l, int collections) {
        run.clear(l);
        for (int i = 0; i < collections; i++)
            run.collect(l);
        run.close(l);
    }

    static byte[] filled(char c, int length) {
        byte[] s = new byte[length];
        Arrays.fill(s, (byte) c);
        return s;
    }
}
