package org.lmem.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;

@DisplayName("E43 An array that grows")
class E43GrowingArrayTest {
    private final E43GrowingArray.Outcome outcome = E43GrowingArray.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("three elements become six and twelve: what there is doubles")
    void capacity_doubles() {
        assertThat(outcome.capacities()).isEqualTo(List.of(3, 6, 12));
    }

    @Test
    @DisplayName("the first growth adds 12 bytes to the 12 that there were")
    void bytes_double() {
        assertThat(outcome.bytes()).isEqualTo(List.of(12L, 24L, 48L));
    }

    @Test
    @DisplayName("the elements move with it")
    void elements_areKept() {
        assertThat(outcome.values()).isEqualTo(List.of(0, 1, 2, 3, 4, 5, 6));
    }

    @Nested
    @DisplayName("when the limit is reached")
    class AtLimit {
        @Test
        @DisplayName("X04 'array' is the whole text in 5.1.5, and a word in it from 5.2 on")
        void text_isTheCallers() {
            assertThat(E43GrowingArray.full(Semantics.LUA_5_1).luaMessage()).isEqualTo("array");
            assertThat(E43GrowingArray.full(Semantics.LUA_5_1)).hasMessage("array: capacity=3, limit=3");
            assertThat(E43GrowingArray.full(Semantics.LUA_5_2).luaMessage()).isEqualTo("too many array (limit is 3)");
            assertThat(E43GrowingArray.full(Semantics.LUA_5_1).status()).isEqualTo(LuaStatus.ERRRUN);
        }
    }
}
