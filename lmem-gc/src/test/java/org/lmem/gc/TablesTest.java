package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;

class TablesTest extends StateFixture {
    private static final long SEED = 515;

    private void set(int key, int value) {
        state.pushInteger(value);
        state.rawSetI(1, key);
    }

    @Nested
    class Sizes {
        @Test
        void create_hasTheRoomAskedFor() {
            state.createTable(3, 5);
            assertThat(heap.takeCalls()).containsExactly("0>64", "0>48", "0>320");
            state.newTable();
            assertThat(heap.takeCalls()).containsExactly("0>64", "0>0");
            assertThat(Table.node(object(2))).isEqualTo(Node.DUMMY);
        }

        @Test
        void sequence_fillsTheArrayByPowersOfTwo() {
            state.newTable();
            List<Integer> sizes = new ArrayList<>();
            for (int i = 1; i <= 33; i++) {
                set(i, i);
                sizes.add(Table.sizeArray(object(1)));
            }
            assertThat(sizes.stream().distinct()).containsExactly(1, 2, 4, 8, 16, 32, 64);
            assertThat(Table.node(object(1))).isEqualTo(Node.DUMMY);
        }

        @Test
        void downwards_fillsTheHashFirst() {
            state.newTable();
            List<String> sizes = new ArrayList<>();
            for (int i = 10; i >= 1; i--) {
                set(i, i);
                long t = object(1);
                sizes.add(Table.sizeArray(t) + "/" + (Table.node(t) == Node.DUMMY ? 0 : Table.sizeNode(t)));
            }
            assertThat(sizes).containsExactly("0/1", "0/2", "0/4", "0/4", "0/8", "0/8", "0/8", "0/8", "16/0", "16/0");
        }

        @Test
        void rehash_ofAnEmptiedTable_shrinksTheArray() {
            state.newTable();
            for (int i = 1; i <= 100; i++)
                set(i, i);
            for (int i = 4; i <= 100; i++) {
                state.pushNil();
                state.rawSetI(1, i);
            }
            state.pushInteger(1);
            state.setField(1, "x");
            assertThat(Table.sizeArray(object(1))).isEqualTo(4);
            for (int i = 1; i <= 3; i++) {
                state.rawGetI(1, i);
                assertThat(state.toInteger(-1)).isEqualTo(i);
            }
        }

        @Test
        void rehash_movesValuesOfTheVanishingSlice() {
            state.newTable();
            for (int i = 1; i <= 64; i++)
                set(i, i);
            for (int i = 2; i <= 63; i++) {
                state.pushNil();
                state.rawSetI(1, i);
            }
            state.pushInteger(1);
            state.setField(1, "x");
            assertThat(Table.sizeArray(object(1))).isEqualTo(1);
            state.rawGetI(1, 64);
            assertThat(state.toInteger(-1)).isEqualTo(64);
        }

        @Test
        void resizeArray_keepsTheHash() {
            state.createTable(0, 4);
            set(1000, 1);
            heap.takeCalls();
            Rehash.resizeArray(state, object(1), 8);
            assertThat(heap.takeCalls()).containsExactly("0>128", "0>160", "160>0");
            state.rawGetI(1, 1000);
            assertThat(state.toInteger(-1)).isEqualTo(1);
            state.newTable();
            Rehash.resizeArray(state, object(-1), 2);
            assertThat(Table.node(object(-1))).isEqualTo(Node.DUMMY);
        }

        @Test
        void ceilLog2_isThatOf515() {
            assertThat(Rehash.ceilLog2(1)).isZero();
            assertThat(Rehash.ceilLog2(2)).isEqualTo(1);
            assertThat(Rehash.ceilLog2(3)).isEqualTo(2);
            assertThat(Rehash.ceilLog2(1 << 26)).isEqualTo(26);
            assertThat(Rehash.ceilLog2((1 << 26) + 1)).isEqualTo(27);
            assertThat(Rehash.ceilLog2(-1)).isEqualTo(32);
        }

        @Test
        void tooManyNodes_isLuasError() {
            assertThatThrownBy(() -> state.createTable(0, (1 << 26) + 1)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("table overflow: nodes=67108865, limit=67108864");
            assertThatThrownBy(() -> state.createTable(0, -1)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("table overflow: nodes=4294967295, limit=67108864");
            assertThat(state.getTop()).isZero();
        }

        @Test
        void negativeArraySize_isLuasError() {
            assertThatThrownBy(() -> state.createTable(-1, 0)).isInstanceOf(LuaMemoryException.class);
            assertThatThrownBy(() -> state.createTable(-2, 0)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("memory allocation error: block too big: n=18446744073709551614, elementsize=16");
        }
    }

    @Nested
    class Keys {
        @Test
        void everyType_isAKey() {
            state.newTable();
            state.newTable();
            state.newUserdata(1);
            state.newThread();
            state.pushCFunction(s -> 0);
            state.pushBoolean(true);
            state.pushBoolean(false);
            state.pushLightUserdata(12345);
            state.pushString("key");
            state.pushNumber(0.5);
            state.pushNumber(-7);
            state.pushNumber(1e300);
            state.pushNumber(Double.POSITIVE_INFINITY);
            state.pushNumber(0);
            int keys = state.getTop();
            for (int i = 2; i <= keys; i++) {
                state.pushValue(i);
                state.pushInteger(i);
                state.rawSet(1);
            }
            for (int i = 2; i <= keys; i++) {
                state.pushValue(i);
                state.rawGet(1);
                assertThat(state.toInteger(-1)).isEqualTo(i);
                state.pop(1);
            }
            state.pushNumber(-0.0);
            state.rawGet(1);
            assertThat(state.toInteger(-1)).isEqualTo(keys);
        }

        @Test
        void nilAndNaN_areNoKeys() {
            state.newTable();
            state.pushNil();
            state.pushNil();
            assertThatThrownBy(() -> state.rawSet(1)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("table index is nil");
            state.setTop(1);
            state.pushNumber(Double.NaN);
            state.pushNil();
            assertThatThrownBy(() -> state.rawSet(1)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("table index is NaN");
            state.setTop(1);
            state.pushNil();
            state.rawGet(1);
            state.pushNumber(Double.NaN);
            state.rawGet(1);
            assertThat(stack()).containsExactly("table", "nil", "nil");
        }

        @Test
        void randomUse_isThatOfAMap() {
            Random random = new Random(SEED);
            Map<Object, Integer> model = new HashMap<>();
            state.newTable();
            for (int i = 1; i <= 20_000; i++) {
                Object key = switch (random.nextInt(4)) {
                    case 0 -> (double) random.nextInt(300);
                    case 1 -> random.nextInt(300) + 0.25;
                    case 2 -> "s" + random.nextInt(300);
                    default -> random.nextBoolean();
                };
                pushKey(key);
                if (random.nextInt(3) == 0) {
                    model.remove(key);
                    state.pushNil();
                } else {
                    model.put(key, i);
                    state.pushInteger(i);
                }
                state.rawSet(1);
            }
            assertThat(contents()).as("seed %d", SEED).isEqualTo(model);
        }

        private void pushKey(Object key) {
            switch (key) {
                case Double n -> state.pushNumber(n);
                case String s -> state.pushString(s);
                case Boolean b -> state.pushBoolean(b);
                default -> throw new AssertionError(key);
            }
        }

        private Map<Object, Integer> contents() {
            Map<Object, Integer> contents = new HashMap<>();
            state.pushNil();
            while (state.next(1)) {
                contents.put(stack().get(1), (int) state.toInteger(3));
                state.pop(1);
            }
            return contents;
        }

        @Test
        void next_keyThatIsNotThere_isLuasError() {
            state.newTable();
            state.pushString("nobody");
            assertThatThrownBy(() -> state.next(1)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("invalid key to 'next'");
            assertThat(stack()).containsExactly("table", "nobody");
        }

        @Test
        void next_deadKey_stillTellsWhereItWas() {
            state.createTable(0, 2);
            state.pushString("a");
            state.pushInteger(1);
            state.rawSet(1);
            state.pushString("a");
            long n = Tables.getStr(object(1), object(2)); // the value comes first in a node
            TValue.setNil(n);
            TValue.setTag(Node.key(n), TValue.DEADKEY);
            assertThat(state.next(1)).isFalse();
            assertThat(stack()).containsExactly("table");
        }

        @Test
        void rawAccess_noTable_isRefused() {
            state.pushInteger(1);
            state.pushInteger(1);
            assertThatThrownBy(() -> state.rawGet(1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no table: index=1, type=number");
            assertThatThrownBy(() -> state.rawSet(-2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.rawGetI(3, 1)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no table: index=3, type=no value");
            assertThatThrownBy(() -> state.next(1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Length {
        @Test
        void length_isABoundary() {
            state.createTable(8, 0);
            assertThat(state.objLen(1)).isZero();
            for (int i = 1; i <= 5; i++)
                set(i, i);
            assertThat(state.objLen(1)).isEqualTo(5);
            for (int i = 6; i <= 8; i++)
                set(i, i);
            assertThat(state.objLen(1)).isEqualTo(8);
        }

        @Test
        void length_goesOnInTheHash() {
            state.createTable(1, 16);
            for (int i = 1; i <= 12; i++)
                set(i, i);
            assertThat(Table.sizeArray(object(1))).isEqualTo(1);
            assertThat(state.objLen(1)).isEqualTo(12);
        }

        @Test
        void length_ofATableBuiltToBeSlow_isFoundAllTheSame() {
            state.createTable(0, 64);
            set(1, 1);
            set(2, 1);
            for (int shift = 2; shift <= 30; shift++)
                set(1 << shift, 1);
            assertThat(state.objLen(1)).isEqualTo(2);
        }
    }

    @Nested
    @DisplayName("X42 a rehash that finds no memory between array and hash part")
    class FailedRehash {
        private LuaState fresh(Semantics semantics) {
            LuaState other = LuaState.newState(heap, semantics);
            other.stopCollector();
            other.newTable();
            for (int key : new int[]{1, 3, 7}) {
                other.pushInteger(key);
                other.pushString("v" + key);
                other.rawSet(1);
            }
            other.pushString("s");
            other.pushInteger(9);
            other.rawSet(1);
            return other;
        }

        /// Grows the array part (and refuses the nodes that follow).
        private LuaStatus failToGrow(LuaState other) {
            return other.cpcall(s -> {
                s.pushValue(LuaStack.REGISTRYINDEX);
                s.rawGetI(-1, 1);
                heap.refuseAfter(1);
                for (int i : new int[]{2, 4, 5, 6}) {
                    s.pushInteger(i);
                    s.rawSetI(-2, i);
                }
                return 0;
            });
        }

        private String contents(LuaState other) {
            StringBuilder text = new StringBuilder();
            for (int key : new int[]{1, 3, 7}) {
                other.rawGetI(1, key);
                text.append(key).append('=').append(other.toString(-1)).append(' ');
                other.pop(1);
            }
            other.getField(1, "s");
            text.append("s=").append(other.toString(-1));
            other.pop(1);
            return text.toString();
        }

        private String afterFailure(Semantics semantics) {
            try (LuaState other = fresh(semantics)) {
                other.pushValue(1);
                other.rawSetI(LuaStack.REGISTRYINDEX, 1);
                assertThat(failToGrow(other)).isEqualTo(LuaStatus.ERRMEM);
                assertThat(heap.hasRefused()).isTrue();
                other.setTop(1);
                heap.refuseNothing();
                return contents(other);
            }
        }

        @Test
        void strict_losesSightOfIntegerKeys() {
            assertThat(afterFailure(Semantics.LUA_5_1)).isEqualTo("1=v1 3=null 7=null s=9");
        }

        @Test
        void safe_leavesTheTableAsItWas() {
            assertThat(afterFailure(Semantics.SAFE)).isEqualTo("1=v1 3=v3 7=v7 s=9");
        }
    }
}
