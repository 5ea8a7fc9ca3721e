package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaRuntimeException;

class MachineTest extends StateFixture {
    /// Pushes a table with a metatable that has one metamethod.
    private void pushWith(String event, LuaFunction method) {
        state.newTable();
        addMethod(event, method);
    }

    private void addMethod(String event, LuaFunction method) {
        state.newTable();
        state.pushCFunction(method);
        state.setField(-2, event);
        state.setMetatable(-2);
    }

    private void assertRunTimeError(Runnable action, String message) {
        assertThatThrownBy(action::run).isInstanceOf(LuaRuntimeException.class).hasMessage(message);
    }

    @Nested
    class Access {
        @Test
        void fields_areStoredAndFound() {
            state.newTable();
            state.pushInteger(42);
            state.setField(1, "answer");
            state.getField(1, "answer");
            state.getField(1, "question");
            assertThat(stack()).containsExactly("table", 42.0, "nil");
        }

        @Test
        void index_functionAndTable_areAsked() {
            pushWith("__index", s -> {
                s.pushString("made " + s.toString(2));
                return 1;
            });
            state.getField(1, "x");
            assertThat(state.toString(-1)).isEqualTo("made x");
            state.newTable();
            state.newTable();
            state.pushValue(1);
            state.setField(-2, "__index");
            state.setMetatable(-2);
            state.pushString("y");
            state.getTable(-2);
            assertThat(state.toString(-1)).isEqualTo("made y");
        }

        @Test
        void newindex_functionAndTable_areAsked() {
            pushWith("__newindex", s -> {
                s.pushString("kept " + s.toString(3));
                s.setField(LuaStack.REGISTRYINDEX, s.toString(2));
                return 0;
            });
            state.pushString("v");
            state.setField(1, "k");
            state.getField(LuaStack.REGISTRYINDEX, "k");
            assertThat(state.toString(-1)).isEqualTo("kept v");
            state.getField(1, "k");
            assertThat(state.type(-1)).isEqualTo(LuaType.NIL);
            state.setTop(0);
            state.newTable();
            state.newTable();
            state.newTable();
            state.pushValue(1);
            state.setField(-2, "__newindex");
            state.setMetatable(2);
            state.pushString("a");
            state.pushString("b");
            state.setTable(2);
            state.getField(1, "a");
            assertThat(state.toString(-1)).isEqualTo("b");
        }

        @Test
        void metatableOfABasicType_isAsked() {
            state.pushString("text");
            addMethod("__index", s -> {
                s.pushInteger(s.objLen(1));
                return 1;
            });
            state.pushString("other");
            state.getField(-1, "len");
            assertThat(state.toInteger(-1)).isEqualTo(5);
            assertThat(state.getMetatable(1)).isTrue();
            state.pushNil();
            state.setMetatable(1);
            assertThat(state.getMetatable(1)).isFalse();
        }

        @Test
        void absentMethod_isRememberedInTheFlags() {
            state.newTable();
            state.newTable();
            state.setMetatable(1);
            state.getField(1, "x");
            assertThat(state.getMetatable(1)).isTrue();
            long mt = object(-1);
            assertThat(Table.flags(mt) & 1).isEqualTo(1);
            state.pushCFunction(s -> {
                s.pushInteger(7);
                return 1;
            });
            state.setField(-2, "__index");
            assertThat(Table.flags(mt)).isZero();
            state.getField(1, "x");
            assertThat(state.toInteger(-1)).isEqualTo(7);
        }

        @Test
        void valueThatCannotBeIndexed_isLuasError() {
            state.pushInteger(1);
            assertRunTimeError(() -> state.getField(1, "x"), "attempt to index a number value");
            state.pushNil();
            assertRunTimeError(() -> state.setField(1, "x"), "attempt to index a number value");
            assertThat(stack()).containsExactly(1.0, "nil");
        }

        @Test
        void loops_areLuasError() {
            state.newTable();
            state.newTable();
            state.pushValue(1);
            state.setField(-2, "__index");
            state.pushValue(1);
            state.setField(-2, "__newindex");
            state.setMetatable(1);
            assertRunTimeError(() -> state.getField(1, "x"), "loop in gettable");
            state.pushNil();
            assertRunTimeError(() -> state.setField(1, "x"), "loop in settable");
        }
    }

    @Nested
    class Comparing {
        @Test
        void equal_asksTheCommonMethod() {
            pushWith("__eq", s -> {
                s.pushBoolean(true);
                return 1;
            });
            state.newTable();
            state.getMetatable(1);
            state.setMetatable(2);
            state.newTable();
            assertThat(state.equal(1, 2)).isTrue();
            assertThat(state.rawEqual(1, 2)).isFalse();
            assertThat(state.equal(1, 3)).isFalse();
            assertThat(state.equal(3, 1)).isFalse();
            assertThat(state.equal(1, 9)).isFalse();
            pushWith("__eq", s -> 0);
            assertThat(state.equal(1, 4)).isFalse();
            state.pushInteger(1);
            state.pushString("1");
            assertThat(state.equal(5, 6)).isFalse();
            assertThat(state.equal(5, 5)).isTrue();
        }

        @Test
        void equal_sameMethodInTwoMetatables_isAsked() {
            LuaFunction method = s -> {
                s.pushInteger(0);
                return 1;
            };
            state.pushCFunction(method);
            for (int i = 0; i < 2; i++) {
                state.newTable();
                state.newTable();
                state.pushValue(1);
                state.setField(-2, "__eq");
                state.setMetatable(-2);
            }
            assertThat(state.equal(2, 3)).isTrue();
        }

        @Test
        void lessThan_numbersStringsMethods() {
            state.pushInteger(1);
            state.pushInteger(2);
            state.pushString("a");
            state.pushString("ab");
            assertThat(state.lessThan(1, 2)).isTrue();
            assertThat(state.lessThan(2, 1)).isFalse();
            assertThat(state.lessThan(3, 4)).isTrue();
            assertThat(state.lessThan(4, 4)).isFalse();
            assertThat(state.lessThan(4, 9)).isFalse();
            assertRunTimeError(() -> state.lessThan(1, 3), "attempt to compare number with string");
            pushWith("__lt", s -> {
                s.pushBoolean(s.type(1) == LuaType.TABLE);
                return 1;
            });
            assertThat(state.lessThan(5, 5)).isTrue();
            state.newTable();
            assertRunTimeError(() -> state.lessThan(5, 6), "attempt to compare two table values");
            assertRunTimeError(() -> state.lessThan(6, 6), "attempt to compare two table values");
        }
    }

    @Nested
    class Concatenating {
        @Test
        void concat_stringsAndNumbers() {
            state.pushString("a");
            state.pushInteger(1);
            state.pushString("b");
            state.pushNumber(2.5);
            state.concat(4);
            assertThat(stack()).containsExactly("a1b2.5");
        }

        @Test
        void concat_ofNoneAndOne() {
            state.concat(0);
            state.pushInteger(5);
            state.concat(1);
            assertThat(stack()).containsExactly("", 5.0);
        }

        @Test
        void concat_withEmptyStrings() {
            state.pushString("x");
            state.pushString("");
            state.concat(2);
            state.pushInteger(3);
            state.pushString("");
            state.concat(2);
            assertThat(stack()).containsExactly("x", "3");
        }

        @Test
        void concat_usesOneBuffer() {
            state.pushString("0123456789");
            state.pushString("abcdefghij");
            heap.takeCalls();
            state.concat(2);
            assertThat(heap.takeCalls()).containsExactly("0>32", "0>45");
            state.pushString("x".repeat(100));
            heap.takeCalls();
            state.concat(2);
            assertThat(heap.takeCalls()).containsExactly("32>120", "0>145");
        }

        @Test
        void concat_methodOfEitherOperand_isAsked() {
            pushWith("__concat", s -> {
                s.pushString("<" + s.type(1).luaName() + "," + s.type(2).luaName() + ">");
                return 1;
            });
            state.pushValue(1);
            state.pushString("s");
            state.concat(2);
            assertThat(state.toString(-1)).isEqualTo("<table,string>");
            state.pop(1);
            state.pushString("s");
            state.pushValue(1);
            state.concat(2);
            assertThat(state.toString(-1)).isEqualTo("<string,table>");
        }

        @Test
        void concat_valueWithoutMethod_isLuasError() {
            state.pushString("s");
            state.pushNil();
            assertRunTimeError(() -> state.concat(2), "attempt to concatenate a nil value");
            state.setTop(0);
            state.pushBoolean(true);
            state.pushString("s");
            assertRunTimeError(() -> state.concat(2), "attempt to concatenate a boolean value");
        }

        @Test
        void concat_moreThanThereIs_isRefused() {
            assertThatThrownBy(() -> state.concat(2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.concat(-1)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void concat_lengthThatCannotBeComputed_isLuasError() {
            state.pushString("a");
            state.pushString("b");
            long a = object(1);
            TString.setLen(a, -3);
            try {
                assertRunTimeError(() -> state.concat(2), "string length overflow");
            } finally {
                TString.setLen(a, 1);
            }
        }
    }
}
