package org.lmem.gc.bench;

import java.nio.charset.StandardCharsets;
import org.lmem.allocators.PoolAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.gc.LuaState;

/// Workloads that make objects while the collector is stopped.
final class Filling {
    static final int M = 1_000_000;
    private static final int STRIDE = 16;
    /// One for all states of the process, as C has one.
    static final LuaAlloc ALLOC = new PoolAllocator(PoolAllocator.Options.LARGE_HEAP);

    private Filling() {}

    static LuaState stopped() {
        LuaState state = LuaState.newState(ALLOC);
        state.stopCollector();
        return state;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Writes a number behind a prefix, in decimal digits.
    ///
    /// @return the length of both
    static int name(byte[] bytes, int prefix, int n) {
        int start = bytes.length;
        for (int rest = n; rest > 0 || start == bytes.length; rest /= 10)
            bytes[--start] = (byte) ('0' + rest % 10);
        int length = prefix;
        while (start < bytes.length)
            bytes[length++] = bytes[start++];
        return length;
    }

    static void integers(Runs runs) {
        while (runs.more()) {
            try (LuaState state = stopped()) {
                state.newTable();
                runs.start();
                fillIntegers(state);
                runs.end();
            }
        }
    }

    private static void fillIntegers(LuaState state) {
        for (int i = 1; i <= M; i++) {
            state.pushInteger(i);
            state.rawSetI(-2, i);
        }
    }

    static void stringKeys(Runs runs) {
        while (runs.more()) {
            try (LuaState state = stopped()) {
                state.newTable();
                runs.start();
                fillStringKeys(state, bytes("key................"));
                runs.end();
            }
        }
    }

    private static void fillStringKeys(LuaState state, byte[] key) {
        for (int i = 1; i <= M; i++) {
            state.pushLString(key, 0, name(key, 3, i));
            state.pushInteger(i);
            state.rawSet(-3);
        }
    }

    static void strings(Runs runs, int different) {
        byte[] bytes = new byte[M * STRIDE];
        byte[] lengths = new byte[M];
        byte[] string = bytes("str................");
        for (int i = 0; i < M; i++) {
            lengths[i] = (byte) name(string, 3, i % different);
            System.arraycopy(string, 0, bytes, i * STRIDE, lengths[i]);
        }
        while (runs.more()) {
            try (LuaState state = stopped()) {
                runs.start();
                pushStrings(state, bytes, lengths);
                runs.end();
            }
        }
    }

    private static void pushStrings(LuaState state, byte[] bytes, byte[] lengths) {
        for (int i = 0; i < M; i++) {
            state.pushLString(bytes, i * STRIDE, lengths[i]);
            state.setTop(0);
        }
    }

    static void userdata(Runs runs) {
        while (runs.more()) {
            try (LuaState state = stopped()) {
                runs.start();
                makeUserdata(state);
                runs.end();
            }
        }
    }

    private static void makeUserdata(LuaState state) {
        for (int i = 0; i < M; i++) {
            state.newUserdata(16);
            state.setTop(0);
        }
    }
}
