package org.lmem.gc.bench;

import org.lmem.gc.LuaCollector;
import org.lmem.gc.LuaState;

/// A program that makes garbage, at the default settings of the collector.
final class Garbage {
    static final int ITERATIONS = 4_000_000;
    private static final int LIVE = 100_000;

    private Garbage() {}

    static void loop(Runs runs) {
        while (runs.more()) {
            try (LuaState state = LuaState.newState(Filling.ALLOC)) {
                state.createTable(100, 0);
                runs.start();
                iterate(state, Filling.bytes("s................"));
                runs.end();
            }
        }
    }

    private static void iterate(LuaState state, byte[] s) {
        for (int i = 1; i <= ITERATIONS; i++) {
            state.createTable(2, 0);
            state.pushInteger(i);
            state.rawSetI(-2, 1);
            state.pushLString(s, 0, Filling.name(s, 1, i));
            state.rawSetI(-2, 2);
            if (i % 16 == 0)
                keep(state, i);
            state.setTop(1);
        }
    }

    private static void keep(LuaState state, int i) {
        state.pushValue(-1);
        state.rawSetI(1, i / 16 % 100 + 1);
    }

    /// The loop beside 100,000 live tables; the time of each call in which the collector makes a step.
    static void steps(Runs runs) {
        while (runs.more()) {
            try (LuaState state = LuaState.newState(Filling.ALLOC)) {
                state.createTable(100, 0);
                state.createTable(LIVE, 0);
                for (int i = 1; i <= LIVE; i++) {
                    state.createTable(1, 0);
                    state.pushInteger(i);
                    state.rawSetI(-2, 1);
                    state.rawSetI(2, i);
                }
                runs.start();
                iterateTimed(state, Filling.bytes("s................"), runs);
                runs.endOfTimes();
            }
        }
    }

    private static void iterateTimed(LuaState state, byte[] s, Runs runs) {
        LuaCollector collector = state.collector();
        boolean counts = runs.counts();
        for (int i = 1; i <= ITERATIONS; i++) {
            boolean due = collector.totalBytes() >= collector.threshold();
            long started = due ? System.nanoTime() : 0;
            state.createTable(2, 0);
            if (due && counts)
                runs.add(System.nanoTime() - started);
            state.pushInteger(i);
            state.rawSetI(-2, 1);
            int length = Filling.name(s, 1, i);
            due = collector.totalBytes() >= collector.threshold();
            started = due ? System.nanoTime() : 0;
            state.pushLString(s, 0, length);
            if (due && counts)
                runs.add(System.nanoTime() - started);
            state.rawSetI(-2, 2);
            if (i % 16 == 0)
                keep(state, i);
            state.setTop(2);
        }
    }
}
