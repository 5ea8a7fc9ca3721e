package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaRuntimeException;

class LuaStackTest extends StateFixture {
    private void pushNumbers(int n) {
        for (int i = 1; i <= n; i++)
            state.pushInteger(i);
    }

    @Nested
    class Moving {
        @Test
        void setTop_fillsWithNilAndDrops() {
            pushNumbers(2);
            state.setTop(4);
            assertThat(stack()).containsExactly(1.0, 2.0, "nil", "nil");
            state.setTop(-4);
            assertThat(stack()).containsExactly(1.0);
            state.setTop(0);
            assertThat(state.getTop()).isZero();
        }

        @Test
        void insertRemoveReplace_moveTheRest() {
            pushNumbers(4);
            state.insert(2);
            assertThat(stack()).containsExactly(1.0, 4.0, 2.0, 3.0);
            state.remove(1);
            assertThat(stack()).containsExactly(4.0, 2.0, 3.0);
            state.replace(-3);
            assertThat(stack()).containsExactly(3.0, 2.0);
            state.insert(-1);
            state.remove(-1);
            assertThat(stack()).containsExactly(3.0);
        }

        @Test
        void pushValue_copies() {
            pushNumbers(2);
            state.pushValue(1);
            state.pushValue(-2);
            state.pushValue(15);
            assertThat(stack()).containsExactly(1.0, 2.0, 1.0, 2.0, "nil");
        }

        @Test
        void pop_dropsSome() {
            pushNumbers(3);
            state.pop(2);
            assertThat(stack()).containsExactly(1.0);
        }

        @Test
        void checkStack_givesRoom() {
            pushNumbers(20);
            assertThatThrownBy(() -> state.pushNil()).isInstanceOf(IllegalStateException.class)
                    .hasMessage("stack overflow: values=20, room=20");
            assertThat(state.checkStack(30)).isTrue();
            for (int i = 0; i < 30; i++)
                state.pushNil();
            assertThat(state.getTop()).isEqualTo(50);
            assertThat(state.checkStack(7950)).isTrue();
            assertThat(state.checkStack(7951)).isFalse();
            assertThat(state.checkStack(8001)).isFalse();
            assertThat(state.checkStack(-1)).isTrue();
        }

        @Test
        void checkStack_growsAs515Does() {
            state.checkStack(1000);
            assertThat(heap.takeCalls()).containsExactly("720>16816"); // 45 + 1000 + 1 + 5 slots
        }
    }

    @Nested
    class BadInput {
        @Test
        void index_notAcceptable_isRefused() {
            pushNumbers(2);
            for (int index : new int[]{0, -3, 21, -9999, -10003, -10001}) {
                assertThatThrownBy(() -> state.type(index)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("invalid stack index: index=" + index + ", values=2");
            }
            assertThat(state.type(3)).isEqualTo(LuaType.NONE);
            assertThat(state.type(20)).isEqualTo(LuaType.NONE);
        }

        @Test
        void index_withoutValue_cannotBeWritten() {
            pushNumbers(2);
            assertThatThrownBy(() -> state.replace(3)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("invalid stack index: index=3, values=2");
            assertThatThrownBy(() -> state.remove(3)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.insert(3)).isInstanceOf(IllegalArgumentException.class);
            assertThat(stack()).containsExactly(1.0, 2.0);
        }

        @Test
        void pseudoIndex_isNotOnTheStack() {
            state.pushNil();
            assertThatThrownBy(() -> state.insert(LuaStack.REGISTRYINDEX)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a pseudo-index is not on the stack: index=-10000");
            assertThatThrownBy(() -> state.remove(LuaStack.GLOBALSINDEX)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void setTop_outside_isRefused() {
            assertThatThrownBy(() -> state.setTop(-2)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("invalid stack index: index=-2, values=0");
            assertThatThrownBy(() -> state.setTop(1000)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.setTop(Integer.MIN_VALUE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.setTop(Integer.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void pop_moreThanThereIs_isRefused() {
            state.pushNil();
            assertThatThrownBy(() -> state.pop(2)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there are not as many values on the stack: needed=2, values=1");
            assertThatThrownBy(() -> state.pop(-1)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void otherThread_isRefused() {
            String name = Thread.currentThread().getName();
            assertThatThrownBy(() -> CompletableFuture.runAsync(() -> {
                Thread.currentThread().setName("intruder");
                state.pushNil();
            }).join()).isInstanceOf(CompletionException.class).cause().isInstanceOf(WrongThreadException.class)
                    .hasMessage("a state belongs to one thread: owner=" + name + ", caller=intruder");
            assertThat(state.getTop()).isZero();
        }

        @Test
        void closedState_isRefused() {
            LuaState other = LuaState.newState(heap);
            LuaState thread = other.newThread();
            other.close();
            other.close();
            thread.close();
            assertThatThrownBy(other::getTop).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the state is closed");
            assertThatThrownBy(thread::pushNil).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the state is closed");
            assertThat(other.toString()).endsWith(", dead]");
            assertThat(state.toString()).isEqualTo("LuaState[address=0x" + Long.toHexString(l()) + "]");
        }

        @Test
        void replaceRegistry_takesATable() {
            state.pushNil();
            assertThatThrownBy(() -> state.replace(LuaStack.REGISTRYINDEX))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage("no table: index=-1, type=nil");
            assertThatThrownBy(() -> state.replace(LuaStack.GLOBALSINDEX))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void replaceEnvironment_outsideAFunction_isLuasError() {
            state.newTable();
            assertThatThrownBy(() -> state.replace(LuaStack.ENVIRONINDEX)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("no calling environment");
            assertThat(stack()).containsExactly("table");
        }
    }

    @Nested
    class Reading {
        @Test
        void type_namesEveryType() {
            state.pushNil();
            state.pushBoolean(true);
            state.pushLightUserdata(7);
            state.pushNumber(1.5);
            state.pushString("s");
            state.newTable();
            state.pushCFunction(s -> 0);
            state.newUserdata(1);
            state.newThread();
            LuaType[] types = LuaType.values();
            for (int i = 1; i < types.length; i++) {
                assertThat(state.type(i)).isEqualTo(types[i]);
                assertThat(types[i].tag()).isEqualTo(i - 1);
            }
            assertThat(state.type(10).luaName()).isEqualTo("no value");
        }

        @Test
        void predicates_tellTypes() {
            state.pushNil();
            state.pushString("0x10");
            state.pushString("x");
            state.pushNumber(2);
            state.pushCFunction(s -> 0);
            state.pushLightUserdata(1);
            state.newUserdata(0);
            assertThat(state.isNoneOrNil(1)).isTrue();
            assertThat(state.isNoneOrNil(8)).isTrue();
            assertThat(state.isNoneOrNil(2)).isFalse();
            assertThat(state.isNumber(2)).isTrue();
            assertThat(state.isNumber(3)).isFalse();
            assertThat(state.isNumber(4)).isTrue();
            assertThat(state.isNumber(5)).isFalse();
            assertThat(state.isString(3)).isTrue();
            assertThat(state.isString(4)).isTrue();
            assertThat(state.isString(5)).isFalse();
            assertThat(state.isHostFunction(5)).isTrue();
            assertThat(state.isHostFunction(4)).isFalse();
            assertThat(state.isUserdata(6)).isTrue();
            assertThat(state.isUserdata(7)).isTrue();
            assertThat(state.isUserdata(1)).isFalse();
        }

        @Test
        void toX_converts() {
            LuaFunction f = s -> 0;
            state.pushString("12.75");
            state.pushNumber(-3.5);
            state.pushBoolean(false);
            state.pushCFunction(f);
            long u = state.newUserdata(5);
            state.pushLightUserdata(99);
            LuaState thread = state.newThread();
            state.newTable();
            assertThat(state.toNumber(1)).isEqualTo(12.75);
            assertThat(state.toInteger(1)).isEqualTo(12);
            assertThat(state.toInteger(2)).isEqualTo(-3);
            assertThat(state.toNumber(3)).isZero();
            assertThat(state.toBoolean(1)).isTrue();
            assertThat(state.toBoolean(3)).isFalse();
            assertThat(state.toBoolean(9)).isFalse();
            assertThat(state.toHostFunction(4)).isSameAs(f);
            assertThat(state.toHostFunction(1)).isNull();
            assertThat(state.toUserdata(5)).isEqualTo(u);
            assertThat(state.toUserdata(6)).isEqualTo(99);
            assertThat(state.toUserdata(1)).isZero();
            assertThat(state.toThread(7)).isSameAs(thread);
            assertThat(state.toThread(1)).isNull();
            assertThat(state.toPointer(8)).isEqualTo(object(8));
            assertThat(state.toPointer(5)).isEqualTo(u);
            assertThat(state.toPointer(1)).isZero();
            assertThat(state.toBytes(8)).isNull();
            assertThat(state.toString(3)).isNull();
        }

        @Test
        void toBytes_ofANumber_makesAStringInItsPlace() {
            state.pushNumber(0.1);
            assertThat(state.toString(1)).isEqualTo("0.1");
            assertThat(state.type(1)).isEqualTo(LuaType.STRING);
            assertThat(heap.takeCalls()).containsExactly("0>28");
        }

        @Test
        void objLen_measures() {
            state.pushString("hello");
            state.newUserdata(100);
            state.createTable(4, 0);
            state.pushNumber(1234);
            state.pushNil();
            assertThat(state.objLen(1)).isEqualTo(5);
            assertThat(state.objLen(2)).isEqualTo(100);
            assertThat(state.objLen(3)).isZero();
            assertThat(state.objLen(4)).isEqualTo(4);
            assertThat(state.type(4)).isEqualTo(LuaType.STRING);
            assertThat(state.objLen(5)).isZero();
        }

        @Test
        void rawEqual_comparesWithoutMethods() {
            state.pushNumber(0.0);
            state.pushNumber(-0.0);
            state.pushNumber(Double.NaN);
            state.pushString("a");
            state.pushString("a");
            state.newTable();
            state.newTable();
            state.pushNil();
            state.pushNil();
            state.pushLightUserdata(0);
            assertThat(state.rawEqual(1, 2)).isTrue();
            assertThat(state.rawEqual(3, 3)).isFalse();
            assertThat(state.rawEqual(4, 5)).isTrue();
            assertThat(state.rawEqual(6, 7)).isFalse();
            assertThat(state.rawEqual(6, 6)).isTrue();
            assertThat(state.rawEqual(8, 9)).isTrue();
            assertThat(state.rawEqual(8, 10)).isFalse();
            assertThat(state.rawEqual(1, 11)).isFalse();
            assertThat(state.rawEqual(11, 1)).isFalse();
        }

        @Test
        void pushThread_tellsTheMainOne() {
            assertThat(state.pushThread()).isTrue();
            LuaState thread = state.newThread();
            assertThat(thread.pushThread()).isFalse();
            assertThat(thread.toThread(1)).isSameAs(thread);
            assertThat(state.toThread(1)).isSameAs(state);
        }
    }

    @Nested
    class PseudoIndices {
        @Test
        void registryAndGlobals_areTables() {
            assertThat(state.type(LuaStack.REGISTRYINDEX)).isEqualTo(LuaType.TABLE);
            state.pushValue(LuaStack.GLOBALSINDEX);
            state.newTable();
            state.replace(LuaStack.GLOBALSINDEX);
            assertThat(state.rawEqual(1, LuaStack.GLOBALSINDEX)).isFalse();
        }

        @Test
        void upvalues_areReadAndWritten() {
            state.pushInteger(10);
            state.pushInteger(20);
            state.pushCClosure(s -> {
                assertThat(s.toInteger(LuaStack.upvalueIndex(2))).isEqualTo(20);
                assertThat(s.type(LuaStack.upvalueIndex(3))).isEqualTo(LuaType.NONE);
                s.pushString("new");
                s.replace(LuaStack.upvalueIndex(1));
                s.pushValue(LuaStack.upvalueIndex(1));
                return 1;
            }, 2);
            state.pushValue(1);
            state.call(0, 1);
            assertThat(state.toString(-1)).isEqualTo("new");
            assertThat(state.getUpvalue(1, 1)).isTrue();
            assertThat(state.toString(-1)).isEqualTo("new");
        }

        @Test
        void environment_isThatOfTheFunction() {
            state.pushCFunction(s -> {
                assertThat(s.rawEqual(LuaStack.ENVIRONINDEX, LuaStack.GLOBALSINDEX)).isTrue();
                s.newTable();
                s.replace(LuaStack.ENVIRONINDEX);
                assertThat(s.rawEqual(LuaStack.ENVIRONINDEX, LuaStack.GLOBALSINDEX)).isFalse();
                s.pushCFunction(t -> 0);
                s.getEnvironment(-1);
                assertThat(s.rawEqual(-1, LuaStack.ENVIRONINDEX)).isTrue();
                return 0;
            });
            state.call(0, 0);
        }
    }
}
