package org.lmem.examples.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.examples.source.E19GrowthFunction.Outcome;

@DisplayName("E19 The growth function")
class E19GrowthFunctionTest {
    private static Outcome strict(int limit) {
        return E19GrowthFunction.run(Semantics.LUA_5_1, limit, "too many numbers");
    }

    private static Outcome safe(int limit) {
        return E19GrowthFunction.run(Semantics.SAFE, limit, "too many numbers");
    }

    @Test
    @DisplayName("under a limit of 100 it doubles from 4 to 64, and jumps to 100")
    void limit100_isReachedInOneJump() {
        assertThat(strict(100).capacities()).containsExactly(4, 8, 16, 32, 64, 100);
        assertThat(safe(100).capacities()).containsExactly(4, 8, 16, 32, 64, 100);
    }

    @Test
    @DisplayName("under a limit of 1 it gives 1")
    void limit1_holds() {
        assertThat(strict(1).capacities()).containsExactly(1);
    }

    @Nested
    @DisplayName("when the limit is reached")
    class AtLimit {
        @Test
        @DisplayName("the error has status 2 and the caller's text")
        void error_isTheCallers() {
            assertThat(strict(100).error().status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(strict(100).error().luaMessage()).isEqualTo("too many numbers");
            assertThat(strict(100).error()).hasMessage("too many numbers: capacity=100, limit=100");
        }

        @Test
        @DisplayName("X04 only 5.2 and later say how many there may be; a percent sign is never a directive")
        void text_dependsOnTheVersion() {
            assertThat(E19GrowthFunction.run(Semantics.LUA_5_2, 100, "numbers").error().luaMessage())
                    .isEqualTo("too many numbers (limit is 100)");
            assertThat(E19GrowthFunction.run(Semantics.LUA_5_1, 100, "numbers").error().luaMessage())
                    .isEqualTo("numbers");
            assertThat(E19GrowthFunction.run(Semantics.LUA_5_1, 100, "100%% full %d").error().luaMessage())
                    .isEqualTo("100%% full %d");
        }
    }

    @Nested
    @DisplayName("when the limit is below the minimum of four")
    class SmallLimit {
        @Test
        @DisplayName("X05 limits 2 and 3 are passed by the first growth, as in 5.1.5")
        void limit_isPassed() {
            assertThat(strict(2).capacities()).containsExactly(4);
            assertThat(strict(3).capacities()).containsExactly(4);
            assertThat(strict(2).error()).hasMessage("too many numbers: capacity=4, limit=2");
            assertThat(strict(3).error()).hasMessage("too many numbers: capacity=4, limit=3");
        }

        @Test
        @DisplayName("X05 with growth clamped they hold")
        void clamped_holds() {
            assertThat(safe(1).capacities()).containsExactly(1);
            assertThat(safe(2).capacities()).containsExactly(2);
            assertThat(safe(3).capacities()).containsExactly(3);
            assertThat(safe(3).error()).hasMessage("too many numbers: capacity=3, limit=3");
        }
    }

    @Nested
    @DisplayName("after a growth that the allocator refused")
    class Refused {
        @Test
        @DisplayName("block, capacity and contents are what they were")
        void vector_isAsItWas() {
            assertThat(E19GrowthFunction.refusedGrowth()).isEqualTo(new E19GrowthFunction.Refusal(
                    "not enough memory: osize=32, nsize=64, totalbytes=32", 8, 7, 32));
        }
    }
}
