package org.lmem.gc;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.lmem.core.LuaException;

/// A program that makes, links and drops objects of every type at random: tables weak and strong, cycles, closures with
/// upvalues open and closed, userdata with finalisers that resurrect, allocate and fail, threads, strings, buffers.
///
/// Slot 1 is a table with everything that is kept, by small integers.
final class RandomHeap {
    private static final int KEPT = 24;

    private final LuaState state;
    private final Random random;
    private final List<LuaState> threads = new ArrayList<>();

    RandomHeap(LuaState state, Random random) {
        this.state = state;
        this.random = random;
        state.newTable();
    }

    void act() {
        switch (random.nextInt(14)) {
            case 0, 1 -> state.createTable(random.nextInt(4), random.nextInt(4));
            case 2 -> pushWeak();
            case 3 -> state.pushString("text " + random.nextInt(50));
            case 4 -> pushClosure();
            case 5 -> pushFinalized();
            case 6 -> pushThread();
            case 7, 8, 9 -> link();
            case 10 -> concat();
            case 11 -> pushLuaClosure();
            case 12 -> deepCall();
            default -> drop();
        }
        keepSome();
    }

    private void push() {
        state.rawGetI(1, random.nextInt(KEPT) + 1);
    }

    /// What is on top goes to a kept place, or away.
    private void keepSome() {
        while (state.getTop() > 1) {
            if (random.nextInt(3) != 0)
                state.rawSetI(1, random.nextInt(KEPT) + 1);
            else
                state.pop(1);
        }
    }

    private void pushWeak() {
        state.newTable();
        state.createTable(0, 1);
        state.pushString(List.of("k", "v", "kv").get(random.nextInt(3)));
        state.setField(-2, "__mode");
        state.setMetatable(-2);
        for (int i = 0; i < 4; i++) {
            push();
            state.rawSetI(-2, i + 1);
            push();
            if (state.isNoneOrNil(-1)) {
                state.pop(1);
            } else {
                push();
                state.rawSet(-3);
            }
        }
    }

    private void pushClosure() {
        push();
        push();
        state.pushCClosure(s -> 0, 2);
    }

    private void pushFinalized() {
        state.newUserdata(random.nextInt(64));
        state.createTable(0, 1);
        int kind = random.nextInt(4);
        state.pushCFunction(s -> finalizer(s, kind));
        state.setField(-2, "__gc");
        push();
        state.setField(-2, "child");
        state.setMetatable(-2);
    }

    private int finalizer(LuaState s, int kind) {
        if (kind == 0) {
            s.setField(LuaStack.REGISTRYINDEX, "resurrected");
        } else if (kind == 1) {
            s.newTable();
            s.pushString("made by a finaliser");
            s.rawSetI(-2, 1);
        } else if (kind == 2) {
            s.gc(GCOption.STEP, 0);
        }
        return 0;
    }

    private void pushThread() {
        LuaState thread = state.newThread();
        threads.add(thread);
        for (int i = 0; i < 3; i++) {
            push();
            state.xmove(thread, 1);
        }
        if (random.nextBoolean())
            thread.checkStack(300);
    }

    /// Stores a kept value in a kept table, or as metatable, environment or upvalue.
    private void link() {
        push();
        switch (state.type(-1)) {
            case TABLE -> {
                push();
                if (random.nextInt(4) == 0 && state.type(-1) == LuaType.TABLE)
                    state.setMetatable(-2);
                else if (random.nextBoolean())
                    state.rawSetI(-2, random.nextInt(12));
                else
                    state.setField(-2, "field " + random.nextInt(6));
            }
            case USERDATA -> {
                state.newTable();
                state.setEnvironment(-2);
            }
            case FUNCTION -> {
                push();
                if (!state.setUpvalue(-2, 1))
                    state.pop(1);
            }
            default -> {
            }
        }
    }

    private void concat() {
        state.pushString("left ".repeat(random.nextInt(40)));
        state.pushInteger(random.nextInt(100));
        state.pushString("right");
        state.concat(3);
    }

    /// A function of Lua's, as a compiler would build it: two share an upvalue, open while the block lasts.
    private void pushLuaClosure() {
        push();
        int slot = state.getTop();
        long proto = Functions.newProto(state);
        state.pushNil();
        long c = Functions.newLuaClosure(state, proto, 1, LuaStack.currentEnv(state.address));
        TValue.set(state.at(state.address, -1), c, TValue.FUNCTION);
        Closure.setUpval(c, 0, Functions.findUpval(state, state.at(state.address, slot)));
        Collector.objectBarrier(state.global.address, c, Closure.upval(c, 0));
        state.newTable();
        state.pop(1);
        if (random.nextBoolean())
            state.newTable();
        else
            Functions.close(state.global, state.address, state.at(state.address, slot));
        state.rawSetI(1, random.nextInt(KEPT) + 1);
        Functions.close(state.global, state.address, LuaThread.base(state.address));
    }

    private void deepCall() {
        int depth = random.nextInt(30);
        state.pushCFunction(s -> recurse(s, depth));
        try {
            state.pcall(0, 0);
        } catch (LuaException e) {
            throw new AssertionError(e);
        }
    }

    private static int recurse(LuaState s, int depth) {
        s.newTable();
        if (depth == 0) {
            s.pushString("deep");
            return s.error();
        }
        s.pushCFunction(t -> recurse(t, depth - 1));
        s.call(0, 0);
        return 0;
    }

    private void drop() {
        for (int i = 0; i < 6; i++) {
            state.pushNil();
            state.rawSetI(1, random.nextInt(KEPT) + 1);
        }
    }
}
