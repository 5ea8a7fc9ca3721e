package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;

/// A scenario that uses everything, once for each of its growing requests, which is the one that is refused.
class FailureSweepTest {
    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void everyRefusal_isStatus4_andNothingIsLost(boolean safe, boolean collecting) {
        Semantics semantics = safe ? Semantics.SAFE : Semantics.LUA_5_1;
        int refusals = 0;
        int stillborn = 0;
        TestHeap heap;
        do {
            heap = new TestHeap();
            heap.refuseAfter(refusals);
            if (!run(heap, semantics, collecting))
                stillborn++;
            assertThat(heap.blocks()).as("refused request %d", refusals).isZero();
            assertThat(heap.total()).isZero();
        } while (heap.hasRefused() && ++refusals < 100_000);
        assertThat(stillborn).isEqualTo(48);
        assertThat(refusals).isGreaterThan(300);
    }

    /// False where there was no memory for a state.
    private static boolean run(TestHeap heap, Semantics semantics, boolean collecting) {
        LuaState state;
        try {
            state = LuaState.newState(heap, semantics);
        } catch (LuaMemoryException e) {
            return false;
        }
        if (!collecting)
            state.stopCollector();
        LuaFunction scenario = collecting ? FailureSweepTest::everythingCollected : FailureSweepTest::everything;
        LuaStatus status = state.cpcall(scenario);
        if (status != LuaStatus.OK)
            assertThat(state.toString(-1)).isEqualTo("not enough memory");
        assertThat(state.memory().totalBytes()).isEqualTo(heap.total());
        state.setTop(0);
        heap.refuseNothing();
        assertThat(state.collector().verify()).isEmpty();
        assertThat(state.cpcall(scenario)).isEqualTo(LuaStatus.OK); // it can be used on
        state.close();
        return true;
    }

    private static int everything(LuaState s) {
        strings(s);
        tables(s);
        functions(s);
        threads(s);
        errors(s);
        return 0;
    }

    /// The same with the collector at work, up to the moment in a collection where a smaller string table is obtained.
    private static int everythingCollected(LuaState s) {
        everything(s);
        for (int i = 0; i < 300; i++) {
            s.pushString("dropped " + i);
            s.pop(1);
        }
        s.gc(GCOption.COLLECT, 0);
        return 0;
    }

    private static void strings(LuaState s) {
        for (int i = 0; i < 70; i++) {
            s.pushString("string " + i);
            s.pop(1);
        }
        s.pushNumber(1.5);
        s.pushFString("%s %d", "text", 7);
        s.concat(2);
        LuaBuffer buffer = s.buffer();
        for (int i = 0; i < 3000; i++)
            buffer.addString("piece " + i);
        buffer.pushResult();
        s.setTop(0);
    }

    private static void tables(LuaState s) {
        s.newTable();
        for (int i = 1; i <= 40; i++) {
            s.pushInteger(i);
            s.rawSetI(1, i * 3 % 41);
            s.pushNumber(i + 0.5);
            s.pushBoolean(true);
            s.rawSet(1);
            s.createTable(i % 3, i % 5);
            s.setField(1, "field" + i % 20);
        }
        s.setTop(0);
    }

    private static void functions(LuaState s) {
        s.newUserdata(100);
        s.newTable();
        s.pushCFunction(t -> 0);
        s.setField(-2, "__gc");
        s.setMetatable(1);
        s.pushString("upvalue");
        s.pushCClosure(t -> {
            t.checkStack(200);
            return 0;
        }, 1);
        s.call(0, 0);
        Functions.findUpval(s, s.at(s.address, 1));
        s.setTop(0);
    }

    private static void threads(LuaState s) {
        LuaState thread = s.newThread();
        thread.checkStack(100);
        thread.pushCFunction(t -> 0);
        thread.call(0, 0);
        s.setTop(0);
        s.pushCFunction(FailureSweepTest::deep);
        s.pushInteger(20);
        s.call(1, 0);
    }

    private static int deep(LuaState s) {
        long n = s.toInteger(1);
        if (n == 0)
            return 0;
        s.pushCFunction(FailureSweepTest::deep);
        s.pushInteger(n - 1);
        s.call(1, 0);
        return 0;
    }

    /// An error inside a protected call; lack of memory in there is passed on, as an error of run time.
    private static void errors(LuaState s) {
        s.pushCFunction(t -> {
            t.pushNil();
            t.getField(-1, "x");
            return 0;
        });
        LuaStatus status = s.pcall(0, 0);
        if (status == LuaStatus.ERRMEM)
            s.error();
        assertThat(status).isEqualTo(LuaStatus.ERRRUN);
        s.setTop(0);
    }
}
