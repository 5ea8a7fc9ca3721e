package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthPolicyTest {
    private static final int MAX = LuaMemory.MAX_INT;

    @ParameterizedTest
    @CsvSource({"0, 100, 4", "1, 100, 4", "2, 100, 4", "3, 100, 6", "4, 100, 8", "49, 100, 98", "50, 100, 100",
            "99, 100, 100", "0, 8, 4", "0, 4, 4", "3, 7, 7", "2, 7, 4", "0, 3, 4", "0, 2, 4", "0, 1, 1",
            "1, 3, 3", "1, 2, 2", "0, 2147483645, 4", "1073741821, 2147483645, 2147483642",
            "1073741822, 2147483645, 2147483645", "1073741823, 2147483647, 2147483647"})
    void doubling_isLuas(int capacity, int limit, int next) {
        assertThat(GrowthPolicy.DOUBLING.nextCapacity(capacity, limit)).isEqualTo(next);
    }

    @Test
    void scaled_roundsDown() {
        assertThat(sequence(GrowthPolicy.scaled(3, 2), 15))
                .containsExactly(4, 6, 9, 13, 19, 28, 42, 63, 94, 141, 211, 316, 474, 711, 1066);
    }

    @Test
    void scaledUp_roundsUp() {
        assertThat(sequence(GrowthPolicy.scaledUp(3, 2), 8)).containsExactly(4, 6, 9, 14, 21, 32, 48, 72);
    }

    @Test
    void scaled_growsByOneAtLeast() {
        assertThat(GrowthPolicy.scaled(11, 10).nextCapacity(5, MAX)).isEqualTo(6);
        assertThat(GrowthPolicy.scaledUp(11, 10).nextCapacity(5, MAX)).isEqualTo(6);
        assertThat(GrowthPolicy.scaled(11, 10).nextCapacity(100, MAX)).isEqualTo(110);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, MAX, Integer.MAX_VALUE})
    void allButDoubling_stopAtTheLimit(int limit) {
        for (GrowthPolicy policy : List.of(GrowthPolicy.scaled(3, 2), GrowthPolicy.scaledUp(3, 2),
                GrowthPolicy.scaled(Integer.MAX_VALUE, 1), GrowthPolicy.fixed(Integer.MAX_VALUE)))
            assertThat(policy.nextCapacity(limit - 1, limit)).isEqualTo(limit);
    }

    @Test
    void fixed_addsTheSame() {
        assertThat(sequence(GrowthPolicy.fixed(1000), 3)).containsExactly(1000, 2000, 3000);
        assertThat(sequence(GrowthPolicy.fixed(1), 5)).containsExactly(1, 2, 3, 4, 5);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "0, 0", "3, 0", "-3, -4", "5, -2", "-1, 1"})
    void scaled_ratioNotAboveOne_isRefused(int numerator, int denominator) {
        String message = "a growth ratio is above 1: numerator=" + numerator + ", denominator=" + denominator;
        assertThatThrownBy(() -> GrowthPolicy.scaled(numerator, denominator))
                .isExactlyInstanceOf(IllegalArgumentException.class).hasMessage(message);
        assertThatThrownBy(() -> GrowthPolicy.scaledUp(numerator, denominator))
                .isExactlyInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void fixed_notAboveZero_isRefused(int elements) {
        assertThatThrownBy(() -> GrowthPolicy.fixed(elements)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("growth needs at least one element: elements=" + elements);
    }

    private static List<Integer> sequence(GrowthPolicy policy, int growths) {
        return IntStream.iterate(policy.nextCapacity(0, MAX), c -> policy.nextCapacity(c, MAX)).limit(growths).boxed()
                .toList();
    }
}
