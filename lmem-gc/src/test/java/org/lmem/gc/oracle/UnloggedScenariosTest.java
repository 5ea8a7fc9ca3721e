package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmem.gc.oracle.Machine.Gc;

/// Scenarios of which no log is kept: the real library and LuaState play them one after the other, and their logs are
/// equal.
@DisplayName("Without a log, LuaState does what the real library does")
@EnabledIf(value = "org.lmem.gc.oracle.NativeLua#isAvailable", disabledReason = "the real library is there for Linux on x86-64 only")
class UnloggedScenariosTest {
    private static final int MAX = Integer.MAX_VALUE;
    private static final int MIN = Integer.MIN_VALUE;
    private static final int[][] PACES = {{0, 0}, {0, 200}, {1, 1}, {100, 0}, {1000, 200}, {200, 1000}, {200, 1},
            {-1, 200}, {200, -1}, {-100, -100}, {MAX, 200}, {200, MAX}, {MIN, 200}, {200, MIN}};
    private static final int[] STEPS = {-1, MIN, MAX, 1 << 22, 1 << 21, 4, 17};

    static List<GoldenScenario> scenarios() {
        List<GoldenScenario> all = new ArrayList<>();
        for (int[] pace : PACES)
            all.add(PacingScenarios.pace(pace[0], pace[1]));
        for (int step : STEPS)
            all.add(scenario("step " + step, run -> stepsOf(run, step)));
        all.add(scenario("stepmul in the middle of a cycle", UnloggedScenariosTest::stepMultiplierInACycle));
        all.add(scenario("finalisers that resurrect", run -> finalisers(run, true, false)));
        all.add(scenario("finalisers that fail", run -> finalisers(run, false, true)));
        all.add(scenario("finalisers that do both", run -> finalisers(run, true, true)));
        all.add(scenario("weak keys and values", run -> weak(run, "kv")));
        all.add(scenario("weak nothing", run -> weak(run, "x")));
        all.add(scenario("a string table that shrinks between steps", UnloggedScenariosTest::shrinkingStrings));
        return all;
    }

    private static GoldenScenario scenario(String name, Consumer<GoldenRun> script) {
        return new GoldenScenario(name, script);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void luaState_logsWhatTheLibraryLogs(GoldenScenario scenario) {
        try (Heap heap = new Heap()) {
            List<String> real = replay(scenario, NativeMachine::newState, heap);
            assertThat(replay(scenario, JavaMachine::newState, heap)).isEqualTo(real).hasSizeGreaterThan(60);
        }
    }

    private static List<String> replay(GoldenScenario scenario, Machine.Maker maker, Heap heap) {
        GoldenRun run = new GoldenRun(maker, heap);
        scenario.play(run);
        return run.lines();
    }

    private static void garbage(Machine l, int n) {
        for (int i = 1; i <= n; i++) {
            l.createTable(1, 1);
            l.pushString("garbage " + i);
            l.pop(2);
        }
    }

    private static void stepsOf(GoldenRun run, int data) {
        Machine l = run.newState();
        run.step(l, "sentinel", () -> run.sentinel(l));
        for (int i = 1; i <= 12; i++) {
            run.step(l, "garbage", () -> garbage(l, 40));
            run.step(l, "lua_gc STEP " + data, () -> run.value("return " + l.gc(Gc.STEP, data)));
        }
        run.close(l);
    }

    private static void stepMultiplierInACycle(GoldenRun run) {
        Machine l = run.newState();
        run.step(l, "sentinel", () -> run.sentinel(l));
        int[] multipliers = {1, 50, 1000, 0, 200, -7};
        for (int i = 0; i < 60; i++) {
            int multiplier = multipliers[i % multipliers.length];
            run.step(l, "lua_gc SETSTEPMUL " + multiplier,
                    () -> run.value("previous " + l.gc(Gc.SETSTEPMUL, multiplier)));
            run.step(l, "garbage", () -> garbage(l, 25));
            run.step(l, "lua_gc STEP 0", () -> run.value("return " + l.gc(Gc.STEP, 0)));
        }
        run.close(l);
    }

    private static void finalisers(GoldenRun run, boolean resurrecting, boolean failing) {
        Machine l = run.newStoppedState();
        run.step(l, "a table for the resurrected, 20 userdata", () -> {
            l.newTable();
            for (int i = 1; i <= 20; i++) {
                int number = i;
                l.newUserdata(4);
                l.setUserInt(-1, number);
                l.createTable(0, 1);
                l.pushValue(1);
                l.pushCClosure(m -> finalise(run, m, resurrecting, failing && number % 5 == 0), 1);
                l.setField(-2, "__gc");
                l.setMetatable(-2);
                l.pop(1);
            }
        });
        for (int i = 0; i < 8; i++)
            run.step(l, "lua_gc COLLECT, protected", () -> run.value("status " + l.cpcall(m -> {
                m.gc(Gc.COLLECT, 0);
                return 0;
            })));
        run.step(l, "the resurrected dropped", () -> l.setTop(0));
        run.step(l, "lua_gc COLLECT, protected", () -> run.value("status " + l.cpcall(m -> {
            m.gc(Gc.COLLECT, 0);
            return 0;
        })));
        run.close(l);
    }

    private static int finalise(GoldenRun run, Machine m, boolean resurrecting, boolean failing) {
        int number = m.userInt(1);
        run.value("__gc " + number);
        if (resurrecting && number % 2 == 0) {
            m.pushValue(Machine.UPVALUES - 1);
            m.pushValue(1);
            m.rawSetI(-2, number);
        }
        if (failing) {
            m.pushString("finaliser " + number);
            return m.error();
        }
        return 0;
    }

    private static void weak(GoldenRun run, String mode) {
        Machine l = run.newStoppedState();
        run.step(l, "a weak table with 40 entries of each kind", () -> {
            l.newTable();
            l.createTable(0, 1);
            l.pushString(mode);
            l.setField(-2, "__mode");
            l.setMetatable(1);
            for (int i = 1; i <= 40; i++) {
                l.newTable();
                l.rawSetI(1, i);
                l.pushString("name " + i);
                l.newTable();
                l.rawSet(1);
                l.pushNumber(i + 0.5);
                l.pushString("string " + i);
                l.rawSet(1);
            }
        });
        for (int i = 0; i < 3; i++) {
            run.collect(l);
            run.step(l, "entries", () -> run.value("entries " + entries(l)));
        }
        run.close(l);
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

    private static void shrinkingStrings(GoldenRun run) {
        Machine l = run.newState();
        run.step(l, "1000 strings", () -> {
            for (int i = 0; i < 1000; i++) {
                l.pushString("string " + i);
                l.pop(1);
            }
        });
        for (int i = 0; i < 40; i++)
            run.step(l, "lua_gc STEP 1", () -> run.value("return " + l.gc(Gc.STEP, 1)));
        run.close(l);
    }
}
