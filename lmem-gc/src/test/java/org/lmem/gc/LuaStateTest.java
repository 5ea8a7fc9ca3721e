package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.SystemAlloc;

class LuaStateTest extends StateFixture {
    @Nested
    class NewState {
        @Test
        void figures_areThoseOf515() {
            assertThat(state.gcCount() * 1024L + state.gcCountB()).isEqualTo(3627);
            assertThat(state.memory().totalBytes()).isEqualTo(heap.total());
            assertThat(Global.currentWhite(g())).isEqualTo(33);
            assertThat(GCHeader.marked(l())).isEqualTo(97);
            assertThat(LuaThread.global(l())).isEqualTo(g());
            assertThat(Global.sweepLink(g())).isEqualTo(g() + Global.ROOTGC);
            LuaState other = LuaState.newState(SystemAlloc.INSTANCE);
            assertThat(Global.threshold(other.global.address)).isEqualTo(14508);
            other.close();
        }

        @Test
        void smallestLimit_is3692() {
            TestHeap small = new TestHeap();
            small.allowOnly(3691);
            assertThatThrownBy(() -> LuaState.newState(small)).isInstanceOf(LuaMemoryException.class);
            assertThat(small.blocks()).isZero();
            small.allowOnly(3692);
            LuaState.newState(small).close();
            assertThat(small.blocks()).isZero();
        }

        @Test
        void exceptionOfTheAllocator_passes_nothingIsLost() {
            TestHeap inner = new TestHeap();
            LuaAlloc throwing = new LuaAlloc() {
                private int n;

                @Override
                public long realloc(long block, long osize, long nsize) {
                    if (nsize != 0 && n++ == 20)
                        throw new UnsupportedOperationException("enough");
                    return inner.realloc(block, osize, nsize);
                }
            };
            assertThatThrownBy(() -> LuaState.newState(throwing)).isInstanceOf(UnsupportedOperationException.class);
            assertThat(inner.blocks()).isZero();
        }
    }

    @Nested
    class Closing {
        @Test
        void close_inAFunction_isRefused() {
            state.pushCFunction(s -> {
                assertThatThrownBy(s::close).isInstanceOf(IllegalStateException.class)
                        .hasMessage("a running function cannot close its state: running=1");
                return 0;
            });
            state.call(0, 0);
        }

        @Test
        void close_callsFinalisers_newestFirst_andFreesAll() {
            LuaState other = LuaState.newState(heap);
            List<Byte> order = new ArrayList<>();
            pushFinaliser(other, s -> {
                order.add(s.readUserdata(1, 0, 1)[0]);
                return 0;
            });
            for (byte i = 1; i <= 3; i++)
                newUserdata(other, i);
            other.newUserdata(1); // without a finaliser
            other.newUserdata(1);
            other.newTable();
            other.setMetatable(-2);
            other.close();
            assertThat(order).containsExactly((byte) 3, (byte) 2, (byte) 1);
        }

        @Test
        void close_finaliserFails_theOthersAreCalled() {
            LuaState other = LuaState.newState(heap);
            List<Byte> order = new ArrayList<>();
            pushFinaliser(other, s -> {
                order.add(s.readUserdata(1, 0, 1)[0]);
                s.pushString("failed");
                return s.error();
            });
            for (byte i = 1; i <= 3; i++)
                newUserdata(other, i);
            other.close();
            assertThat(order).containsExactly((byte) 3, (byte) 2, (byte) 1);
        }

        @Test
        void close_finaliserThrows_everythingIsFreed_thenItPasses() {
            LuaState other = LuaState.newState(heap);
            pushFinaliser(other, s -> {
                throw new UnsupportedOperationException("in " + s.readUserdata(1, 0, 1)[0]);
            });
            newUserdata(other, (byte) 1);
            newUserdata(other, (byte) 2);
            assertThatThrownBy(other::close).isInstanceOf(UnsupportedOperationException.class).hasMessage("in 2")
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
            assertThatThrownBy(other::getTop).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void close_finaliserThrowsAnError_itPasses() {
            LuaState other = LuaState.newState(heap);
            pushFinaliser(other, s -> {
                throw new LinkageError("fatal");
            });
            newUserdata(other, (byte) 1);
            assertThatThrownBy(other::close).isInstanceOf(LinkageError.class);
        }

        @Test
        void close_inAFinaliser_isRefused() {
            LuaState other = LuaState.newState(heap);
            List<Class<?>> caught = new ArrayList<>();
            pushFinaliser(other, s -> {
                try {
                    s.close();
                } catch (IllegalStateException e) {
                    caught.add(e.getClass());
                }
                return 0;
            });
            newUserdata(other, (byte) 1);
            other.close();
            assertThat(caught).hasSize(1);
        }

        private void pushFinaliser(LuaState other, LuaFunction finaliser) {
            other.newTable();
            other.pushCFunction(finaliser);
            other.setField(-2, "__gc");
        }

        private void newUserdata(LuaState other, byte mark) {
            other.newUserdata(1);
            other.writeUserdata(-1, 0, mark);
            other.pushValue(1);
            other.setMetatable(-2);
        }
    }

    @Nested
    class Threads {
        @Test
        void newThread_sharesTheGlobals() {
            LuaState thread = state.newThread();
            assertThat(heap.takeCalls()).containsExactly("0>184", "0>320", "0>720");
            thread.pushInteger(5);
            thread.setField(LuaStack.GLOBALSINDEX, "shared");
            state.getField(LuaStack.GLOBALSINDEX, "shared");
            assertThat(state.toInteger(-1)).isEqualTo(5);
        }

        @Test
        void newThread_refused_leavesNothingBehind() {
            for (int n = 0; n < 3; n++) {
                heap.refuseAfter(n);
                assertThatThrownBy(() -> state.newThread()).isInstanceOf(LuaMemoryException.class);
                assertThat(state.getTop()).isZero();
            }
        }

        @Test
        void xmove_movesValues() {
            LuaState thread = state.newThread();
            state.pushInteger(1);
            state.pushString("two");
            state.xmove(thread, 2);
            state.xmove(state, 1);
            assertThat(stack()).containsExactly("thread");
            assertThat(thread.toInteger(1)).isEqualTo(1);
            assertThat(thread.toString(2)).isEqualTo("two");
        }

        @Test
        void xmove_toAnotherState_isRefused() {
            LuaState other = LuaState.newState(SystemAlloc.INSTANCE);
            state.newTable();
            assertThatThrownBy(() -> state.xmove(other, 1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a value cannot move to another state: from=0x" + Long.toHexString(g()) + ", to=0x"
                            + Long.toHexString(other.global.address));
            other.close();
            assertThatThrownBy(() -> state.xmove(other, 1)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void xmove_withoutRoom_isRefused() {
            LuaState thread = state.newThread();
            for (int i = 0; i < 15; i++)
                thread.pushNil();
            for (int i = 0; i < 8; i++)
                state.pushNil();
            assertThatThrownBy(() -> state.xmove(thread, 8)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("stack overflow: values=8, room=5");
            assertThatThrownBy(() -> state.xmove(thread, -1)).isInstanceOf(IllegalArgumentException.class);
            assertThat(state.getTop()).isEqualTo(9);
        }

        @Test
        void collectedThread_isDead() {
            LuaState thread = state.newThread();
            sweepDeadThread(thread);
            assertThatThrownBy(thread::pushNil).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the thread was collected");
        }

        @Test
        void threadThatIsCollectedWhileItRuns_isNotTouchedAgain() {
            LuaState thread = state.newThread();
            thread.pushCFunction(s -> {
                sweepDeadThread(s);
                return 0;
            });
            assertThatThrownBy(() -> thread.call(0, 0)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the thread was collected");
        }

        @Test
        void threadOfNobody_isRefused() {
            assertThatThrownBy(() -> state.global.thread(8)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("no thread of this state: address=0x8");
        }

        /// As if nothing referred to the thread any more.
        private void sweepDeadThread(LuaState thread) {
            state.setTop(0);
            GCHeader.changeWhite(thread.address);
            int white = Global.currentWhite(g());
            Sweeper.sweepList(state, g() + Global.ROOTGC, 3);
            Global.setCurrentWhite(g(), white);
        }
    }

    @Nested
    class MetatablesAndEnvironments {
        @Test
        void metatable_ofTableAndUserdata() {
            state.newTable();
            state.newUserdata(1);
            for (int i = 1; i <= 2; i++) {
                assertThat(state.getMetatable(i)).isFalse();
                state.newTable();
                state.pushValue(-1);
                state.setMetatable(i);
                assertThat(state.getMetatable(i)).isTrue();
                assertThat(state.rawEqual(-1, -2)).isTrue();
                state.pushNil();
                state.setMetatable(i);
                assertThat(state.getMetatable(i)).isFalse();
                state.pop(2);
            }
        }

        @Test
        void metatable_isATable() {
            state.newTable();
            state.pushInteger(1);
            assertThatThrownBy(() -> state.setMetatable(1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no table: index=-1, type=number");
        }

        @Test
        void environment_ofFunctionUserdataThread() {
            state.pushCFunction(s -> 0);
            state.newUserdata(1);
            state.newThread();
            state.pushInteger(1);
            for (int i = 1; i <= 3; i++) {
                state.getEnvironment(i);
                assertThat(state.rawEqual(-1, LuaStack.GLOBALSINDEX)).isTrue();
                state.newTable();
                state.pushValue(-1);
                assertThat(state.setEnvironment(i)).isTrue();
                state.getEnvironment(i);
                assertThat(state.rawEqual(-1, -2)).isTrue();
                state.setTop(4);
            }
            state.getEnvironment(4);
            assertThat(state.type(-1)).isEqualTo(LuaType.NIL);
            state.newTable();
            assertThat(state.setEnvironment(4)).isFalse();
        }
    }

    @Nested
    class Userdata {
        @Test
        void block_isReadAndWritten() {
            state.newUserdata(4);
            state.writeUserdata(1, 1, (byte) 5, (byte) 6);
            assertThat(state.readUserdata(1, 1, 2)).containsExactly(5, 6);
        }

        @Test
        void block_hasItsBounds() {
            state.newUserdata(4);
            assertThatThrownBy(() -> state.readUserdata(1, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> state.readUserdata(1, -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> state.writeUserdata(1, 4, (byte) 1)).isInstanceOf(IndexOutOfBoundsException.class);
            state.pushLightUserdata(8);
            assertThatThrownBy(() -> state.readUserdata(2, 0, 1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no full userdata: index=2, type=userdata");
        }
    }

    @Nested
    class CollectorAndAllocator {
        @Test
        void pace_isSetAndReturned() {
            assertThat(state.setPause(150)).isEqualTo(200);
            assertThat(state.setPause(200)).isEqualTo(150);
            assertThat(state.setStepMultiplier(400)).isEqualTo(200);
            assertThat(state.setStepMultiplier(200)).isEqualTo(400);
        }

        @Test
        void stopAndRestart_moveTheThreshold() {
            assertThat(Collector.isDue(state.global)).isFalse();
            assertThat(Global.threshold(g())).isEqualTo(-3);
            state.restartCollector();
            assertThat(Global.threshold(g())).isEqualTo(state.memory().totalBytes());
            assertThat(Collector.isDue(state.global)).isTrue();
        }

        @Test
        void allocator_canBeChanged() {
            assertThat(state.getAllocF()).isSameAs(heap);
            List<Long> sizes = new ArrayList<>();
            state.setAllocF((block, osize, nsize) -> {
                sizes.add(nsize);
                return heap.realloc(block, osize, nsize);
            });
            state.newTable();
            assertThat(sizes).containsExactly(64L, 0L);
            state.setAllocF(heap);
            assertThatThrownBy(() -> state.setAllocF(null)).isInstanceOf(NullPointerException.class);
        }
    }
}
