package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FunctionsTest extends StateFixture {
    private List<Long> openUpvals() {
        List<Long> all = new ArrayList<>();
        long head = Global.openUpvals(g());
        for (long uv = UpVal.nextOpen(head); uv != head; uv = UpVal.nextOpen(uv)) {
            assertThat(UpVal.previousOpen(UpVal.nextOpen(uv))).isEqualTo(uv);
            all.add(uv);
        }
        return all;
    }

    @Nested
    class Upvalues {
        @Test
        void findUpval_oneForASlot_inFallingOrder() {
            for (int i = 1; i <= 3; i++)
                state.pushInteger(i);
            long two = Functions.findUpval(state, state.at(l(), 2));
            long three = Functions.findUpval(state, state.at(l(), 3));
            long one = Functions.findUpval(state, state.at(l(), 1));
            assertThat(Functions.findUpval(state, state.at(l(), 2))).isEqualTo(two);
            assertThat(LuaThread.openUpval(l())).isEqualTo(three);
            assertThat(GCHeader.next(three)).isEqualTo(two);
            assertThat(GCHeader.next(two)).isEqualTo(one);
            assertThat(openUpvals()).containsExactlyInAnyOrder(one, two, three);
            assertThat(heap.takeCalls()).containsExactly("0>40", "0>40", "0>40");
        }

        @Test
        void close_takesTheValueAlong() {
            state.pushString("kept");
            state.pushInteger(2);
            long kept = Functions.findUpval(state, state.at(l(), 1));
            long two = Functions.findUpval(state, state.at(l(), 2));
            Functions.close(state.global, l(), state.at(l(), 2));
            assertThat(openUpvals()).containsExactly(kept);
            assertThat(UpVal.isOpen(two)).isFalse();
            assertThat(TValue.number(UpVal.v(two))).isEqualTo(2);
            assertThat(Global.root(g())).isEqualTo(two);
            Functions.close(state.global, l(), LuaThread.stack(l()));
            assertThat(openUpvals()).isEmpty();
            assertThat(LuaThread.openUpval(l())).isZero();
        }

        @Test
        void findUpval_dead_revivesIt() {
            state.pushNil();
            long uv = Functions.findUpval(state, state.at(l(), 1));
            GCHeader.changeWhite(uv);
            assertThat(Functions.findUpval(state, state.at(l(), 1))).isEqualTo(uv);
            assertThat(Global.isDead(g(), uv)).isFalse();
        }

        @Test
        void close_dead_freesIt() {
            state.pushNil();
            GCHeader.changeWhite(Functions.findUpval(state, state.at(l(), 1)));
            heap.takeCalls();
            Functions.close(state.global, l(), LuaThread.stack(l()));
            assertThat(heap.takeCalls()).containsExactly("40>0");
            assertThat(openUpvals()).isEmpty();
        }

        @Test
        void close_gray_isTreatedAsThePhaseWants() {
            state.newTable();
            long open = Functions.findUpval(state, state.at(l(), 1));
            GCHeader.reset(open, GCHeader.WHITES);
            Global.setPhase(g(), Phase.PROPAGATE);
            Functions.close(state.global, l(), LuaThread.stack(l()));
            assertThat(GCHeader.isBlack(open)).isTrue();
            assertThat(GCHeader.isGray(object(1))).isTrue(); // its value was marked
            assertThat(Global.gray(g())).isEqualTo(object(1));
            long next = Functions.findUpval(state, state.at(l(), 1));
            GCHeader.reset(next, GCHeader.WHITES);
            Global.setPhase(g(), Phase.SWEEP);
            Functions.close(state.global, l(), LuaThread.stack(l()));
            assertThat(GCHeader.isWhite(next)).isTrue();
            Global.setPhase(g(), Phase.PAUSE);
            Global.setGray(g(), 0);
        }

        @Test
        void threadWithOpenUpvalues_canBeClosed() {
            LuaState thread = state.newThread();
            thread.pushString("x");
            Functions.findUpval(thread, thread.at(thread.address, 1));
            state.pushString("y");
            Functions.findUpval(state, state.at(l(), 2));
            assertThat(openUpvals()).hasSize(2); // and the fixture's close finds them
        }
    }

    @Nested
    class LuaClosures {
        private long pushClosure(int upvalues) {
            long p = Functions.newProto(state);
            Proto.setCountUpvalues(p, upvalues);
            long c = Functions.newLuaClosure(state, p, upvalues, LuaStack.currentEnv(l()));
            for (int i = 0; i < upvalues; i++)
                Closure.setUpval(c, i, Functions.newUpval(state));
            state.pushNil();
            TValue.set(state.at(l(), -1), c, TValue.FUNCTION);
            return c;
        }

        @Test
        void sizes_areThoseOf515() {
            long c = pushClosure(2);
            assertThat(heap.takeCalls()).containsExactly("0>120", "0>56", "0>40", "0>40");
            assertThat(Closure.isC(c)).isFalse();
            assertThat(Proto.countUpvalues(Closure.proto(c))).isEqualTo(2);
            assertThat(Proto.sizeOf(Closure.proto(c))).isEqualTo(120);
            assertThat(Proto.source(Closure.proto(c))).isZero();
        }

        @Test
        void upvalues_areReadAndWritten() {
            pushClosure(2);
            state.pushString("new");
            assertThat(state.setUpvalue(1, 2)).isTrue();
            assertThat(state.getUpvalue(1, 1)).isTrue();
            assertThat(state.getUpvalue(1, 2)).isTrue();
            assertThat(stack()).containsExactly("function", "nil", "new");
            assertThat(state.getUpvalue(1, 3)).isFalse();
            assertThat(state.getUpvalue(1, 0)).isFalse();
            assertThat(state.getUpvalue(2, 1)).isFalse();
            assertThat(state.setUpvalue(2, 1)).isFalse();
            assertThat(state.getTop()).isEqualTo(3);
        }

        @Test
        void prototypeWithVectors_isFreedWhole() {
            long p = Closure.proto(pushClosure(0));
            Proto.Vector[] vectors = Proto.Vector.values();
            long size = Proto.SIZE;
            for (int i = 0; i < vectors.length; i++) {
                int count = i + 1;
                vectors[i].set(p, Memory.newVector(state, count, vectors[i].elementSize), count);
                size += count * vectors[i].elementSize;
            }
            assertThat(Proto.sizeOf(p)).isEqualTo(size);
            assertThat(size).isEqualTo(120 + 4 + 2 * 8 + 3 * 16 + 4 * 4 + 5 * 16 + 6 * 8);
        }

        @Test
        void call_isRefused() {
            pushClosure(0);
            assertThatThrownBy(() -> state.call(0, 0)).isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("no function of the host has this handle: handle=");
            assertThat(state.getTop()).isZero();
            assertThat(state.isHostFunction(1)).isFalse();
        }
    }

    @Nested
    class HostClosures {
        @Test
        void upvalues_areTakenFromTheStack() {
            for (int i = 1; i <= 3; i++)
                state.pushInteger(i);
            state.pushCClosure(s -> 0, 3);
            assertThat(heap.takeCalls()).containsExactly("0>88");
            assertThat(stack()).containsExactly("function");
            for (int i = 1; i <= 3; i++) {
                state.getUpvalue(1, i);
                assertThat(state.toInteger(-1)).isEqualTo(i);
            }
        }

        @Test
        void tooManyUpvalues_areRefused() {
            state.checkStack(300);
            state.setTop(256);
            assertThatThrownBy(() -> state.pushCClosure(s -> 0, 256)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("too many upvalues: upvalues=256, limit=255");
            state.pushCClosure(s -> 0, 255);
            assertThat(state.getTop()).isEqualTo(2);
            assertThatThrownBy(() -> state.pushCClosure(s -> 0, 3)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.pushCClosure(null, 0)).isInstanceOf(NullPointerException.class);
        }
    }
}
