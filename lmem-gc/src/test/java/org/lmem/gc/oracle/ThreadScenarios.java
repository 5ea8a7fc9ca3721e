package org.lmem.gc.oracle;

import java.util.List;

/// The golden scenario of threads, value stacks and CallInfo arrays.
final class ThreadScenarios {
    private ThreadScenarios() {}

    static List<GoldenScenario> all() {
        return List.of(new GoldenScenario("h_threads_stack", ThreadScenarios::threads));
    }

    private static void threads(GoldenRun run) {
        Machine l = run.newStoppedState();
        Machine t = newThread(run, l);
        for (int n : new int[]{10, 100, 1000, 5000})
            checkStack(run, l, t, "lua_checkstack(thread," + n + ')', n);
        checkStack(run, l, t, "lua_checkstack(thread,9000) (over LUAI_MAXCSTACK)", 9000);
        for (int i = 0; i < 2; i++)
            run.collect(l, " (thread alive; lua_checkstack raised ci->top, so its stack counts as used)");
        run.clear(l);
        run.collect(l);
        callDeepInThread(run, l);
        callDeepInMain(run, l);
        for (int n : new int[]{100, 1000, 5000})
            run.step(l, "lua_checkstack(main," + n + ')', () -> l.checkStack(n));
        for (int i = 0; i < 9; i++)
            run.collect(l);
        run.close(l);
    }

    private static void callDeepInThread(GoldenRun run, Machine l) {
        Machine t = newThread(run, l);
        run.step(l, "in the thread: C call depth 150, each level lua_checkstack 30", () -> descend(t, 150, true));
        for (int i = 0; i < 9; i++)
            run.collect(l, " (thread alive)");
        run.clear(l);
        run.collect(l);
    }

    private static void callDeepInMain(GoldenRun run, Machine l) {
        for (int n : new int[]{5, 20, 50, 100, 190})
            run.step(l, "C call depth " + n + " (CallInfo array and stack of the main thread)",
                    () -> descend(l, n, false));
        for (int i = 0; i < 6; i++)
            run.collect(l);
    }

    private static Machine newThread(GoldenRun run, Machine l) {
        Machine[] thread = new Machine[1];
        run.step(l, "lua_newthread", () -> thread[0] = l.newThread());
        return thread[0];
    }

    private static void checkStack(GoldenRun run, Machine l, Machine t, String text, int n) {
        run.step(l, text, () -> run.value("return " + (t.checkStack(n) ? 1 : 0)));
    }

    private static void descend(Machine machine, int depth, boolean roomy) {
        machine.pushFunction(roomy ? ThreadScenarios::roomyLevel : ThreadScenarios::level);
        machine.pushInteger(depth);
        machine.call(1, 0);
    }

    private static int level(Machine machine) {
        long n = machine.toInteger(1);
        if (n > 0)
            descend(machine, (int) n - 1, false);
        return 0;
    }

    private static int roomyLevel(Machine machine) {
        long n = machine.toInteger(1);
        machine.checkStack(30);
        if (n > 0)
            descend(machine, (int) n - 1, true);
        return 0;
    }
}
