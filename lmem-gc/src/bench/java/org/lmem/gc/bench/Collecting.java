package org.lmem.gc.bench;

import org.lmem.gc.GCOption;
import org.lmem.gc.LuaFunction;
import org.lmem.gc.LuaState;

/// Full collections, of heaps in which everything lives or everything is finalised.
final class Collecting {
    private static final int TREE_DEPTH = 19;
    static final int TREE_NODES = (2 << TREE_DEPTH) - 1;
    static final int FINALISERS = 200_000;

    private static final LuaFunction NOTHING = state -> 0;
    private static final byte[] GC = Filling.bytes("__gc");

    private Collecting() {}

    private static void collect(LuaState state, Runs runs) {
        state.gc(GCOption.COLLECT, 0);
        while (runs.more()) {
            runs.start();
            state.gc(GCOption.COLLECT, 0);
            runs.end();
        }
        state.close();
    }

    static void tables(Runs runs) {
        LuaState state = Filling.stopped();
        state.createTable(Filling.M, 0);
        for (int i = 1; i <= Filling.M; i++) {
            state.createTable(1, 0);
            state.pushInteger(i);
            state.rawSetI(-2, 1);
            state.rawSetI(1, i);
        }
        collect(state, runs);
    }

    static void tree(Runs runs) {
        LuaState state = Filling.stopped();
        pushTree(state, TREE_DEPTH);
        collect(state, runs);
    }

    private static void pushTree(LuaState state, int depth) {
        state.checkStack(4);
        state.createTable(2, 0);
        for (int i = 1; depth > 0 && i <= 2; i++) {
            pushTree(state, depth - 1);
            state.rawSetI(-2, i);
        }
    }

    static void strings(Runs runs) {
        LuaState state = Filling.stopped();
        byte[] s = Filling.bytes("s................");
        state.createTable(Filling.M, 0);
        for (int i = 1; i <= Filling.M; i++) {
            state.pushLString(s, 0, Filling.name(s, 1, i));
            state.rawSetI(1, i);
        }
        collect(state, runs);
    }

    static void finalisers(Runs runs) {
        while (runs.more()) {
            try (LuaState state = Filling.stopped()) {
                pushWeakTable(state);
                for (int i = 0; i < FINALISERS; i++)
                    makeProxy(state);
                runs.start();
                state.gc(GCOption.COLLECT, 0);
                runs.end();
            }
        }
    }

    private static void pushWeakTable(LuaState state) {
        state.newTable();
        state.createTable(0, 1);
        state.pushLString(Filling.bytes("__mode"));
        state.pushLString(Filling.bytes("kv"));
        state.rawSet(-3);
        state.setMetatable(1);
    }

    /// As `newproxy(true)` does: a userdata without payload, a metatable of its own that a weak table knows; then `__gc`.
    private static void makeProxy(LuaState state) {
        state.newUserdata(0);
        state.newTable();
        state.pushValue(-1);
        state.pushBoolean(true);
        state.rawSet(1);
        state.pushLString(GC);
        state.pushCFunction(NOTHING);
        state.rawSet(-3);
        state.setMetatable(-2);
        state.setTop(1);
    }
}
