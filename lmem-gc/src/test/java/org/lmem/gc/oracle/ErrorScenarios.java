package org.lmem.gc.oracle;

import java.util.List;

/// The golden scenario of requests that cannot be met.
final class ErrorScenarios {
    private ErrorScenarios() {}

    static List<GoldenScenario> all() {
        return List.of(new GoldenScenario("m_errors", ErrorScenarios::errors));
    }

    private static void errors(GoldenRun run) {
        Machine l = run.newState();
        protect(run, l, "lua_newuserdata(SIZE_MAX-8)", m -> newUserdata(m, -1L - 8));
        protect(run, l, "lua_createtable(INT_MAX-1,0) (32 GiB: refused by the allocator)",
                m -> createTable(m, Integer.MAX_VALUE - 1, 0));
        protect(run, l, "lua_createtable(0,INT_MAX)", m -> createTable(m, 0, Integer.MAX_VALUE));
        protect(run, l, "lua_newuserdata(2 GiB) (refused)", m -> newUserdata(m, 1L << 31));
        run.allocator().capAt(run.allocator().total() + 3000);
        protect(run, l, "50 x lua_createtable(8,0) with 3000 bytes left (5.1 has no emergency collection)",
                ErrorScenarios::fiftyTables);
        run.allocator().capAt(Long.MAX_VALUE);
        run.collect(l);
        protect(run, l, "50 x lua_createtable(8,0) without limit", ErrorScenarios::fiftyTables);
        run.collect(l);
        run.close(l);
    }

    private static void protect(GoldenRun run, Machine l, String what, Machine.Body body) {
        run.step(l, "lua_cpcall " + what, () -> {
            int status = l.cpcall(body);
            run.value("status " + status + ' ' + (status == 0 ? "" : l.toText(-1)));
            l.setTop(0);
        });
    }

    private static int newUserdata(Machine machine, long size) {
        machine.newUserdata(size);
        return 0;
    }

    private static int createTable(Machine machine, int arraySize, int hashSize) {
        machine.createTable(arraySize, hashSize);
        return 0;
    }

    private static int fiftyTables(Machine machine) {
        machine.checkStack(60);
        for (int i = 0; i < 50; i++)
            machine.createTable(8, 0);
        return 0;
    }
}
