package org.lmem.gc.oracle;

import java.util.List;

/// The golden scenario of userdata and their finalisers.
final class FinaliserScenarios {
    private FinaliserScenarios() {}

    static List<GoldenScenario> all() {
        return List.of(new GoldenScenario("g_userdata", FinaliserScenarios::userdata));
    }

    private static void userdata(GoldenRun run) {
        Machine l = run.newStoppedState();
        run.step(l, "lua_newuserdata 16", () -> numbered(l, 16, 1));
        run.step(l, "lua_newuserdata 0", () -> l.newUserdata(0));
        run.step(l, "lua_newuserdata 1000", () -> l.newUserdata(1000));
        run.step(l, "metatable with __gc", () -> run.pushFinaliserMetatable(l));
        for (int i = 2; i <= 4; i++) {
            int number = i;
            run.step(l, "lua_newuserdata 16 + setmetatable (#" + i + ')', () -> finalised(l, 16, number, 4));
        }
        run.step(l, "lua_settop 0 (metatable only reachable from the userdata)", () -> l.setTop(0));
        for (int i = 1; i <= 3; i++)
            run.collect(l, " #" + i);
        run.step(l, "metatable with __gc + 2 userdata kept on the stack", () -> {
            run.pushFinaliserMetatable(l);
            finalised(l, 16, 5, 1);
            finalised(l, 16, 6, 1);
        });
        run.collect(l);
        run.close(l);
    }

    private static void numbered(Machine l, int size, int number) {
        l.newUserdata(size);
        l.setUserInt(-1, number);
    }

    /// Pushes a userdata with a number in it and the metatable that lies at an index.
    static void finalised(Machine l, int size, int number, int metatable) {
        numbered(l, size, number);
        l.pushValue(metatable);
        l.setMetatable(-2);
    }
}
