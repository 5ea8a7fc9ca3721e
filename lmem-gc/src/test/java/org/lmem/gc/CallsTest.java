package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaStatus;

class CallsTest extends StateFixture {
    private void push(LuaFunction function) {
        state.pushCFunction(function);
    }

    private static int fail(LuaState s) {
        s.pushString("failed");
        return s.error();
    }

    /// Calls itself n times.
    private static int deep(LuaState s) {
        int n = (int) s.toInteger(1);
        if (n > 0) {
            s.pushCFunction(CallsTest::deep);
            s.pushInteger(n - 1);
            s.call(1, 0);
        }
        return 0;
    }

    @Nested
    class Results {
        private void pushThree() {
            push(s -> {
                s.pushInteger(1);
                s.pushInteger(2);
                s.pushInteger(3);
                return 3;
            });
        }

        @Test
        void call_wantedNumber_isDelivered() {
            for (int wanted = 0; wanted <= 5; wanted++) {
                pushThree();
                state.call(0, wanted);
                assertThat(state.getTop()).isEqualTo(wanted);
                for (int i = 1; i <= wanted; i++)
                    assertThat(state.type(i)).isEqualTo(i <= 3 ? LuaType.NUMBER : LuaType.NIL);
                state.setTop(0);
            }
        }

        @Test
        void call_multiple_deliversAll() {
            pushThree();
            state.call(0, LuaState.MULTRET);
            assertThat(stack()).containsExactly(1.0, 2.0, 3.0);
        }

        @Test
        void call_multipleBeyondTheFrame_movesItsEnd() {
            push(s -> {
                s.checkStack(100);
                for (int i = 0; i < 100; i++)
                    s.pushInteger(i);
                return 100;
            });
            state.call(0, LuaState.MULTRET);
            assertThat(state.getTop()).isEqualTo(100);
            assertThat(state.type(100)).isEqualTo(LuaType.NUMBER);
        }

        @Test
        void call_arguments_areFromIndexOne() {
            push(s -> {
                s.pushNumber(s.toNumber(1) - s.toNumber(2));
                return 1;
            });
            state.pushInteger(10);
            state.pushInteger(4);
            state.call(2, 1);
            assertThat(stack()).containsExactly(6.0);
        }

        @Test
        void call_moreResultsThanValues_isRefused() {
            push(s -> 1);
            assertThatThrownBy(() -> state.call(0, 0)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("a function returned more results than there are: results=1, values=0");
            push(s -> -1);
            assertThatThrownBy(() -> state.call(0, 0)).isInstanceOf(IllegalStateException.class);
            assertThat(state.getTop()).isZero();
        }

        @Test
        void call_badCounts_areRefused() {
            push(s -> 0);
            assertThatThrownBy(() -> state.call(1, 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there are not as many values on the stack: needed=2, values=1");
            assertThatThrownBy(() -> state.call(-1, 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no number of values: nargs=-1, nresults=0");
            assertThatThrownBy(() -> state.call(Integer.MIN_VALUE, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.call(0, -2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.call(0, 100)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("stack overflow: values=100, room=19");
        }
    }

    @Nested
    class Stacks {
        @Test
        void callInfo_doublesWhenItIsFull() {
            push(CallsTest::deep);
            state.pushInteger(20);
            state.call(1, 0);
            assertThat(LuaThread.sizeCI(l())).isEqualTo(32);
            assertThat(state.getTop()).isZero();
        }

        @Test
        void depth_ofHostFunctions_isLimited() {
            push(CallsTest::deep);
            state.pushInteger(300);
            assertThat(state.pcall(1, 0)).isEqualTo(LuaStatus.ERRRUN);
            assertThat(stack()).containsExactly("C stack overflow");
            push(CallsTest::deep);
            state.pushInteger(190);
            assertThat(state.pcall(1, 0)).isEqualTo(LuaStatus.OK);
        }

        @Test
        void depth_whileTheOverflowIsHandled_isAnErrorInTheHandler() {
            push(s -> {
                s.pushCFunction(CallsTest::deep);
                s.pushInteger(300);
                s.call(1, 0);
                return 0;
            });
            push(CallsTest::deep);
            state.pushInteger(300);
            assertThat(state.pcall(1, 0, 1)).isEqualTo(LuaStatus.ERRERR);
            assertThat(state.toString(-1)).isEqualTo("error in error handling");
        }

        @Test
        void callInfo_beyondItsLimit_isAnOverflow_andGoesBack() {
            push(s -> {
                long l = s.address;
                while (LuaThread.sizeCI(l) <= 16_384)
                    Calls.reallocCI(s, l, 2 * LuaThread.sizeCI(l));
                long used = LuaThread.ci(l);
                LuaThread.setEndCI(l, used); // as if it were full
                s.pushCFunction(t -> 0);
                s.call(0, 0);
                return 0;
            });
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.ERRERR);
            assertThat(LuaThread.sizeCI(l())).isEqualTo(Calls.MAXCALLS);
        }

        @Test
        void callInfo_firstBeyondItsLimit_saysStackOverflow() {
            push(s -> {
                long l = s.address;
                while (LuaThread.sizeCI(l) < 16_384)
                    Calls.reallocCI(s, l, 2 * LuaThread.sizeCI(l));
                LuaThread.setEndCI(l, LuaThread.ci(l));
                s.pushCFunction(t -> 0);
                s.call(0, 0);
                return 0;
            });
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.ERRRUN);
            assertThat(state.toString(-1)).isEqualTo("stack overflow");
            assertThat(LuaThread.sizeCI(l())).isEqualTo(Calls.MAXCALLS);
        }

        @Test
        void stack_thatMoves_takesOpenUpvaluesAlong() {
            state.pushString("captured");
            long uv = Functions.findUpval(state, state.at(l(), 1));
            state.checkStack(1000);
            assertThat(UpVal.v(uv)).isEqualTo(state.at(l(), 1));
            Functions.close(state.global, l(), LuaThread.stack(l()));
        }
    }

    @Nested
    class Errors {
        @Test
        void pcall_error_leavesItsValueAlone() {
            state.pushInteger(0);
            push(CallsTest::fail);
            state.pushNil();
            state.pushNil();
            assertThat(state.pcall(2, 5)).isEqualTo(LuaStatus.ERRRUN);
            assertThat(stack()).containsExactly(0.0, "failed");
        }

        @Test
        void pcall_anyValue_canBeThrown() {
            state.newTable();
            push(s -> {
                s.pushBoolean(true);
                return s.error();
            });
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.ERRRUN);
            assertThat(stack()).containsExactly("table", true);
        }

        @Test
        void pcall_lackOfMemory_isStatus4() {
            push(s -> {
                heap.refuseAfter(0);
                s.newUserdata(100);
                return 0;
            });
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.ERRMEM);
            assertThat(stack()).containsExactly("not enough memory");
        }

        @Test
        void pcall_handler_seesRunTimeErrorsAlone() {
            List<String> seen = new ArrayList<>();
            push(s -> {
                seen.add(s.toString(1));
                s.pushString("handled " + s.toString(1));
                return 1;
            });
            push(CallsTest::fail);
            assertThat(state.pcall(0, 0, 1)).isEqualTo(LuaStatus.ERRRUN);
            push(s -> {
                heap.refuseAfter(0);
                s.newTable();
                return 0;
            });
            assertThat(state.pcall(0, 0, 1)).isEqualTo(LuaStatus.ERRMEM);
            assertThat(seen).containsExactly("failed");
            assertThat(state.toString(2)).isEqualTo("handled failed");
        }

        @Test
        void pcall_handlerThatIsNoFunction_isAnErrorInTheHandler() {
            state.pushInteger(1);
            push(CallsTest::fail);
            assertThat(state.pcall(0, 0, -2)).isEqualTo(LuaStatus.ERRERR);
            assertThat(stack()).containsExactly(1.0, "error in error handling");
        }

        @Test
        void pcall_handlerThatFails_isAnErrorInTheHandler() {
            push(CallsTest::fail);
            push(CallsTest::fail);
            assertThat(state.pcall(0, 0, 1)).isEqualTo(LuaStatus.ERRERR);
        }

        @Test
        void pcall_handlerOutsideTheStack_isRefused() {
            push(s -> 0);
            assertThatThrownBy(() -> state.pcall(0, 0, LuaStack.REGISTRYINDEX))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.pcall(0, 0, 7)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void pcall_nested_innermostReceives() {
            push(s -> {
                s.pushCFunction(CallsTest::fail);
                assertThat(s.pcall(0, 0)).isEqualTo(LuaStatus.ERRRUN);
                return 1;
            });
            assertThat(state.pcall(0, 1)).isEqualTo(LuaStatus.OK);
            assertThat(stack()).containsExactly("failed");
        }

        @Test
        void pcall_errorOfAnotherThread_arrivesAsText() {
            push(s -> {
                LuaState thread = s.newThread();
                thread.pushCFunction(CallsTest::fail);
                thread.call(0, 0);
                return 0;
            });
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.ERRRUN);
            assertThat(stack()).containsExactly("failed");
        }

        @Test
        void pcall_exceptionOfJava_passesAndLeavesTheStackInOrder() {
            state.pushInteger(5);
            push(s -> {
                s.pushNil();
                throw new UnsupportedOperationException("mine");
            });
            assertThatThrownBy(() -> state.pcall(0, 0)).isInstanceOf(UnsupportedOperationException.class);
            assertThat(stack()).containsExactly(5.0);
            push(CallsTest::fail);
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.ERRRUN);
        }

        @Test
        void pcall_noMemoryForTheHandlersError_passesOn() {
            state.pushInteger(1);
            push(s -> {
                s.pushString("x");
                heap.refuseAfter(0);
                return s.error();
            });
            assertThatThrownBy(() -> state.pcall(0, 0, 1)).isInstanceOf(LuaMemoryException.class);
            heap.refuseNothing();
            assertThat(stack()).containsExactly(1.0);
            push(s -> 0);
            assertThat(state.pcall(0, 0)).isEqualTo(LuaStatus.OK);
        }

        @Test
        void cpcall_passesAPointerAndDropsResults() {
            assertThat(state.cpcall(s -> {
                assertThat(s.toUserdata(1)).isEqualTo(77);
                s.pushNil();
                return 1;
            }, 77)).isEqualTo(LuaStatus.OK);
            assertThat(state.getTop()).isZero();
            assertThat(state.cpcall(CallsTest::fail)).isEqualTo(LuaStatus.ERRRUN);
            assertThat(stack()).containsExactly("failed");
        }

        @Test
        void call_noFunction_isLuasError() {
            state.pushNil();
            assertThatThrownBy(() -> state.call(0, 0)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("attempt to call a nil value");
        }

        @Test
        void call_valueWithCallMethod_getsItselfAsArgument() {
            state.newTable();
            state.newTable();
            push(s -> {
                s.pushInteger(s.getTop());
                s.pushValue(1);
                return 2;
            });
            state.setField(-2, "__call");
            state.setMetatable(-2);
            state.pushValue(1);
            state.pushInteger(5);
            state.call(1, 2);
            assertThat(state.toInteger(2)).isEqualTo(2);
            assertThat(state.rawEqual(1, 3)).isTrue();
        }
    }

    @Nested
    class Unprotected {
        @Test
        void error_reachesTheCaller_andTheStackIsUsable() {
            state.pushInteger(1);
            push(s -> {
                s.pushCFunction(CallsTest::fail);
                s.call(0, 0);
                return 0;
            });
            assertThatThrownBy(() -> state.call(0, 0)).isInstanceOf(LuaRuntimeException.class).hasMessage("failed")
                    .extracting(e -> ((LuaRuntimeException) e).status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(stack()).containsExactly(1.0);
            assertThat(LuaThread.ci(l())).isEqualTo(LuaThread.baseCI(l()));
            assertThat(LuaThread.nestedCalls(l())).isZero();
        }

        @Test
        void error_thatIsNoText_isDescribed() {
            state.newTable();
            assertThatThrownBy(state::error).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("(error object is a table value)");
            state.pushNumber(1.5);
            assertThatThrownBy(state::error).isInstanceOf(LuaRuntimeException.class).hasMessage("1.5");
        }

        @Test
        void message_thatFindsNoMemory_leavesNothingOnTheStack() {
            state.pushNil();
            heap.refuseAfter(1); // the empty string can be had
            assertThatThrownBy(() -> state.getField(1, "x")).isInstanceOf(LuaMemoryException.class);
            assertThat(stack()).containsExactly("nil");
        }

        @Test
        void panic_isCalledWithTheValueOnTop() {
            List<String> seen = new ArrayList<>();
            LuaFunction first = s -> {
                seen.add(s.toString(-1));
                return 0;
            };
            assertThat(state.atPanic(first)).isNull();
            push(CallsTest::fail);
            assertThatThrownBy(() -> state.call(0, 0)).isInstanceOf(LuaRuntimeException.class);
            heap.refuseAfter(0);
            assertThatThrownBy(() -> state.newTable()).isInstanceOf(LuaMemoryException.class);
            assertThat(state.getTop()).isZero();
            assertThat(seen).containsExactly("failed", "not enough memory");
            assertThat(state.atPanic(null)).isSameAs(first);
            assertThat(state.global.functions.size()).isEqualTo(1); // the closure is not collected yet
        }
    }
}
