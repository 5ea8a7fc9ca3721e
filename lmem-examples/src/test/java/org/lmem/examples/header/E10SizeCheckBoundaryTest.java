package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.examples.header.E10SizeCheckBoundary.Asked;

@DisplayName("E10 The size check again: where its line is")
class E10SizeCheckBoundaryTest {
    private static Asked ask(long n, long elementSize) {
        return E10SizeCheckBoundary.ask(n, elementSize, Semantics.LUA_5_1);
    }

    @ParameterizedTest(name = "for elements of {0} bytes it is {1}, of {2} bytes")
    @DisplayName("the largest count is the largest size over the size of an element, less one")
    @CsvSource({"1, 18446744073709551612, 18446744073709551612", "4, 4611686018427387902, 18446744073709551608",
            "8, 2305843009213693950, 18446744073709551600", "16, 1152921504606846974, 18446744073709551584",
            "24, 768614336404564649, 18446744073709551576", "40, 461168601842738789, 18446744073709551560"})
    void largestCount_isOneBelowTheQuotient(long elementSize, String count, String bytes) {
        long n = E10SizeCheckBoundary.largestCount(elementSize);
        assertThat(Long.toUnsignedString(n)).isEqualTo(count);
        assertThat(n).isEqualTo(Long.divideUnsigned(LuaMemory.MAX_SIZET, elementSize) - 1);
        assertThat(ask(n, elementSize).requests()).containsExactly("(NULL, 0, " + bytes + ")");
        assertThat(ask(n + 1, elementSize).requests()).isEmpty();
    }

    @Nested
    @DisplayName("when the count is -1")
    class MinusOne {
        @Test
        @DisplayName("5.1.5 asks for 2^64 - 4 bytes and is refused: status 4")
        void strict_asks() {
            assertThat(ask(-1, 4).requests()).containsExactly("(NULL, 0, 18446744073709551612)");
            assertThat(ask(-1, 4).attempt().status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(ask(-1, 4).attempt().message())
                    .isEqualTo("not enough memory: osize=0, nsize=18446744073709551612, totalbytes=0");
        }

        @Test
        @DisplayName("safe semantics ask nobody: status 2")
        void safe_rejects() {
            Asked asked = E10SizeCheckBoundary.ask(-1, 4, Semantics.SAFE);
            assertThat(asked.requests()).isEmpty();
            assertThat(asked.attempt().status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(asked.attempt().message()).isEqualTo("memory allocation error: block too big: "
                    + "n=18446744073709551615, elementsize=4, largest size=18446744073709551613");
        }
    }

    @Test
    @DisplayName("X07 a count of 0 passes as one request for nothing; the + 1 is not what lets it")
    void zero_passes() {
        assertThat(ask(0, 4).attempt().status()).isEqualTo(LuaStatus.OK);
        assertThat(ask(0, 4).requests()).containsExactly("(NULL, 0, 0)");
        assertThat(LuaMemory.isProductSize(0, 4)).isTrue();
    }

    @Test
    @DisplayName("X08 a count of -1 overflows unseen, -2 is caught, and the largest int is far from the line")
    void minusOne_isAHole() {
        assertThat(ask(-1, 4).attempt().status()).isEqualTo(LuaStatus.ERRMEM);
        assertThat(ask(-2, 4).attempt().status()).isEqualTo(LuaStatus.ERRRUN);
        assertThat(ask(-2, 4).requests()).isEmpty();
        assertThat(ask(Integer.MAX_VALUE, 1L << 32).requests()).containsExactly("(NULL, 0, 9223372032559808512)");
    }

    @Test
    @DisplayName("X14 a size that is no product is not checked: luaM_malloc asks for 2^64 - 1 bytes")
    void malloc_isUnchecked() {
        Asked asked = E10SizeCheckBoundary.mallocUnchecked();
        assertThat(asked.requests()).containsExactly("(NULL, 0, 18446744073709551615)");
        assertThat(asked.attempt().status()).isEqualTo(LuaStatus.ERRMEM);
    }
}
