package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L05ApiCalls.Cost;

@DisplayName("L05 The C API: which calls take memory")
class L05ApiCallsTest {
    private final Map<String, Cost> costs = L05ApiCalls.run(SystemAlloc.INSTANCE).stream()
            .collect(Collectors.toMap(Cost::name, Function.identity()));

    private Cost cost(String name) {
        return costs.get(name);
    }

    @Nested
    @DisplayName("when the value fits in a slot, or is there already")
    class NoObject {
        @Test
        @DisplayName("nothing is asked for")
        void nothing_isAskedFor() {
            assertThat(cost("lua_pushnumber(L, 42)").requests()).isEmpty();
            assertThat(cost("lua_pushstring(L, \"text\"), again").requests()).isEmpty();
            assertThat(cost("lua_settop(L, 0)").requests()).isEmpty();
        }
    }

    @Nested
    @DisplayName("when an object is made")
    class Objects {
        @Test
        @DisplayName("a string has 24 bytes and its characters with a 0: 35 for \"other text\", 30 for \"0.125\"")
        void string_isOneBlock() {
            assertThat(cost("lua_pushstring(L, \"other text\")").bytes()).isEqualTo(24 + "other text".length() + 1);
            assertThat(cost("lua_tostring of a number").bytes()).isEqualTo(24 + "0.125".length() + 1);
        }

        @Test
        @DisplayName("X15 an empty table is 64 bytes and a request (NULL, 0, 0) for its slots")
        void table_asksForNoSlots() {
            assertThat(cost("lua_newtable(L)").requests()).containsExactly("(NULL, 0, 64)", "(NULL, 0, 0)");
            assertThat(cost("lua_newtable(L)").bytes()).isEqualTo(64);
        }

        @Test
        @DisplayName("a table of 100 slots and 8 nodes is three blocks, 1984 bytes")
        void sizedTable_isThreeBlocks() {
            assertThat(cost("lua_createtable(L, 100, 8)").requests()).containsExactly("(NULL, 0, 64)",
                    "(NULL, 0, 1600)", "(NULL, 0, 320)");
        }

        @Test
        @DisplayName("a userdata has 40 bytes and its own, a closure 40 and 16 for each upvalue")
        void userdataAndClosure_haveHeads() {
            assertThat(cost("lua_newuserdata(L, 100)").bytes()).isEqualTo(40 + 100);
            assertThat(cost("lua_pushcclosure(L, f, 3)").bytes()).isEqualTo(40 + 3 * 16);
        }
    }

    @Nested
    @DisplayName("when strings are put together")
    class Concatenation {
        @Test
        @DisplayName("lua_concat has a buffer of the state, 32 bytes at least, and makes the result")
        void concat_hasABuffer() {
            assertThat(cost("lua_concat(L, 2)").requests()).containsExactly("(NULL, 0, 32)", "(NULL, 0, 33)");
        }

        @Test
        @DisplayName("luaL_Buffer has one of its own for 8192 characters, and only makes the result")
        void buffer_asksForTheResultAlone() {
            assertThat(cost("luaL_Buffer, 5000 characters").requests()).containsExactly("(NULL, 0, 5025)");
        }
    }
}
