package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemory;
import org.lmem.examples.header.E11OverflowPredicate.Row;
import org.lmem.examples.page.Objection;

@DisplayName("E11 Can the product be computed? A function for it")
class E11OverflowPredicateTest {
    private static final long EIGHTH = 2305843009213693951L;
    private static final long SEED = 511;

    @Nested
    @DisplayName("when the function is asked")
    class Function {
        @Test
        @DisplayName("nothing, and anything without size, fits")
        void zero_fits() {
            assertThat(LuaMemory.isProductSize(0, 8)).isTrue();
            assertThat(LuaMemory.isProductSize(10, 0)).isTrue();
        }

        @Test
        @DisplayName("the largest size fits as bytes, and one eighth of it as eight bytes; one more does not")
        void line_isAtTheLargestSize() {
            assertThat(LuaMemory.isProductSize(LuaMemory.MAX_SIZET, 1)).isTrue();
            assertThat(LuaMemory.isProductSize(LuaMemory.MAX_SIZET + 1, 1)).isFalse();
            assertThat(LuaMemory.isProductSize(EIGHTH, 8)).isTrue();
            assertThat(LuaMemory.isProductSize(EIGHTH + 1, 8)).isFalse();
        }

        @Test
        @DisplayName("it agrees with exact arithmetic on 10,000 random pairs")
        void predicate_agreesWithExactArithmetic() {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
            BigInteger largest = new BigInteger(Long.toUnsignedString(LuaMemory.MAX_SIZET));
            for (int i = 0; i < 10_000; i++) {
                long n = random.nextLong() >>> random.nextInt(64);
                long e = random.nextLong() >>> random.nextInt(64);
                boolean fits = new BigInteger(Long.toUnsignedString(n))
                        .multiply(new BigInteger(Long.toUnsignedString(e))).compareTo(largest) <= 0;
                assertThat(LuaMemory.isProductSize(n, e)).as("n=%d, e=%d, seed=%d", n, e, SEED).isEqualTo(fits);
            }
        }
    }

    @Test
    @DisplayName("X09 the function allows one element more than the macro, and elements without size")
    void function_andMacroDiffer() {
        List<Row> rows = E11OverflowPredicate.run();
        assertThat(rows).containsExactly(new Row(0, 8, true, "computed"), new Row(10, 0, true, "undefined"),
                new Row(LuaMemory.MAX_SIZET, 1, true, "too big"), new Row(EIGHTH - 1, 8, true, "computed"),
                new Row(EIGHTH, 8, true, "too big"), new Row(EIGHTH + 1, 8, false, "too big"));
    }

    @Test
    @DisplayName("elements without size are refused where C would divide by zero")
    void zeroSize_isRefused() {
        assertThat(E11OverflowPredicate.withoutSize()).isEqualTo(
                new Objection(IllegalArgumentException.class, "an element has a size: elementsize=0"));
    }
}
