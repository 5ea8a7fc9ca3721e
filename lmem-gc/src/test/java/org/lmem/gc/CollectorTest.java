package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The barriers, by hand: objects are coloured and the phase is set as if the collector were at work.
class CollectorTest extends StateFixture {
    @BeforeEach
    void propagate() {
        Global.setPhase(g(), Phase.PROPAGATE);
    }

    @AfterEach
    void pause() {
        Global.setPhase(g(), Phase.PAUSE);
        Global.setGray(g(), 0);
        Global.setGrayAgain(g(), 0);
    }

    private static void blacken(long o) {
        GCHeader.reset(o, GCHeader.WHITES);
        GCHeader.set(o, GCHeader.BLACK);
    }

    @Test
    void storeInABlackTable_makesItGrayAgain() {
        state.newTable();
        blacken(object(1));
        state.newTable();
        state.rawSetI(1, 1);
        assertThat(GCHeader.isGray(object(1))).isTrue();
        assertThat(Global.grayAgain(g())).isEqualTo(object(1));
        assertThat(Table.gcList(object(1))).isZero();
    }

    @Test
    void storeOfAWhiteKey_makesItGrayAgain() {
        state.newTable();
        blacken(object(1));
        state.newTable();
        state.pushInteger(1);
        state.rawSet(1);
        assertThat(Global.grayAgain(g())).isEqualTo(object(1));
    }

    @Test
    void storeOfWhatIsNoObject_leavesItBlack() {
        state.newTable();
        blacken(object(1));
        state.pushInteger(1);
        state.rawSetI(1, 1);
        assertThat(GCHeader.isBlack(object(1))).isTrue();
    }

    @Test
    void metatableOfABlackTable_makesItGrayAgain() {
        state.newTable();
        blacken(object(1));
        state.newTable();
        state.setMetatable(1);
        assertThat(Global.grayAgain(g())).isEqualTo(object(1));
    }

    @Test
    void metatableOfABlackUserdata_isMarked() {
        state.newUserdata(1);
        blacken(object(1));
        state.newTable();
        long mt = object(2);
        state.setMetatable(1);
        assertThat(GCHeader.isGray(mt)).isTrue();
        assertThat(Global.gray(g())).isEqualTo(mt);
    }

    @Test
    void upvalueOfABlackFunction_isMarked_whateverItIs() {
        state.pushNil();
        state.pushCClosure(s -> 0, 1);
        blacken(object(1));
        LuaFunction f = s -> 0;
        for (int i = 0; i < 5; i++) {
            switch (i) {
                case 0 -> state.pushString("white " + i);
                case 1 -> state.newTable();
                case 2 -> state.pushCFunction(f);
                case 3 -> state.newThread();
                default -> state.newUserdata(1);
            }
            long o = object(2);
            state.setUpvalue(1, 1);
            assertThat(GCHeader.isWhite(o)).isFalse();
            assertThat(GCHeader.isBlack(o)).isEqualTo(i == 4);
            if (i >= 1 && i <= 3)
                assertThat(Global.gray(g())).isEqualTo(o);
        }
    }

    @Test
    void markedUserdata_marksMetatableAndEnvironment() {
        state.pushNil();
        state.pushCClosure(s -> 0, 1);
        blacken(object(1));
        state.newUserdata(1);
        state.newTable();
        long mt = object(3);
        state.setMetatable(2);
        state.setUpvalue(1, 1);
        assertThat(GCHeader.isGray(mt)).isTrue();
        assertThat(GCHeader.isGray(TValue.object(LuaThread.globals(l())))).isTrue();
    }

    @Test
    void storeWhileSweeping_whitensTheFunction() {
        state.pushNil();
        state.pushCClosure(s -> 0, 1);
        blacken(object(1));
        Global.setPhase(g(), Phase.SWEEP);
        state.newTable();
        long t = object(2);
        state.setUpvalue(1, 1);
        assertThat(GCHeader.isWhite(object(1))).isTrue();
        assertThat(GCHeader.isWhite(t)).isTrue();
    }

    @Test
    void upvaluesAndPrototypes_areMarkedByTheirKind() {
        state.pushNil();
        state.pushCClosure(s -> 0, 1);
        long closure = object(1);
        blacken(closure);
        state.newTable();
        long closed = Functions.newUpval(state);
        TValue.copy(state.at(l(), 2), UpVal.v(closed));
        Collector.objectBarrier(g(), closure, closed);
        assertThat(GCHeader.isBlack(closed)).isTrue();
        assertThat(GCHeader.isGray(object(2))).isTrue();
        long open = Functions.findUpval(state, state.at(l(), 2));
        Collector.objectBarrier(g(), closure, open);
        assertThat(GCHeader.isGray(open)).isTrue();
        long p = Functions.newProto(state);
        Collector.objectBarrier(g(), closure, p);
        assertThat(GCHeader.isGray(p)).isTrue();
        assertThat(Global.gray(g())).isEqualTo(p);
        assertThat(Proto.gcList(p)).isEqualTo(object(2));
    }

    @Test
    void sweepList_freesTheDeadAndWhitensTheRest() {
        state.newTable();
        state.newTable();
        long dead = object(1);
        GCHeader.changeWhite(dead);
        long live = object(2);
        blacken(live);
        heap.takeCalls();
        long link = Sweeper.sweepList(state, g() + Global.ROOTGC, 2);
        assertThat(heap.takeCalls()).containsExactly("0>0", "64>0");
        assertThat(GCHeader.isWhite(live)).isTrue();
        assertThat(link).isEqualTo(live + GCHeader.NEXT);
        state.setTop(0);
    }

    @Test
    void sweepList_firstObject_movesTheRoot() {
        state.newTable();
        state.newTable();
        GCHeader.changeWhite(object(2));
        Sweeper.sweepList(state, g() + Global.ROOTGC, 1);
        assertThat(Global.root(g())).isEqualTo(object(1));
        state.setTop(1);
    }
}
