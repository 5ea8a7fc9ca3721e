package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.GrowthPolicy;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Refusals;
import org.lmem.examples.questions.E23GrowthStrategies.AlwaysMoving;
import org.lmem.examples.questions.E23GrowthStrategies.Outcome;

@DisplayName("E23 Which way to grow?")
class E23GrowthStrategiesTest {
    private static Outcome outcome(int strategy) {
        return run(E23GrowthStrategies.STRATEGIES.get(strategy).policy());
    }

    private static Outcome run(GrowthPolicy policy) {
        return E23GrowthStrategies.run(SystemAlloc.INSTANCE, policy);
    }

    @ParameterizedTest(name = "row {0}: {1} allocations, {3} copies, capacity {4}, {5} % used, {6} at the peak")
    @CsvSource({"0, 13, 12, 16380, 16384, 61.04, 24576", "1, 21, 20, 24278, 12138, 82.39, 20230",
            "2, 21, 20, 28088, 14052, 71.16, 23420", "3, 9, 8, 13120, 26244, 38.10, 34992",
            "4, 10, 9, 45000, 10000, 100.00, 19000", "5, 10000, 9999, 49995000, 10000, 100.00, 19999"})
    @DisplayName("each strategy has its row of exact numbers")
    void rows_areExact(int strategy, long allocations, long moving, long copies, int capacity, double use, long peak) {
        Outcome outcome = outcome(strategy);
        assertThat(outcome.allocations()).isEqualTo(allocations);
        assertThat(outcome.moving()).isEqualTo(moving);
        assertThat(outcome.copies()).isEqualTo(copies);
        assertThat(outcome.capacity()).isEqualTo(capacity);
        assertThat(100 * outcome.finalUse()).isCloseTo(use, within(0.005));
        assertThat(outcome.peak()).isEqualTo(peak);
    }

    @Test
    @DisplayName("X25 doubling takes 13 allocations and not 14, and has a quarter of its room in use at worst")
    void doubling_isNotAsTheDocumentCounts() {
        Outcome outcome = run(GrowthPolicy.DOUBLING);
        assertThat(outcome.allocations()).isEqualTo(13);
        assertThat(outcome.copies()).isEqualTo(16_380);
        assertThat(outcome.lowestUse()).isEqualTo(0.25); // 1 of 4, at the very start
    }

    @Test
    @DisplayName("X25 14 reallocations are right for a vector that has one element to begin with, and copy 16383")
    void doublingFromOne_moves14Times() {
        Outcome outcome = run((capacity, limit) -> Math.max(1, 2 * capacity));
        assertThat(outcome.moving()).isEqualTo(14);
        assertThat(outcome.copies()).isEqualTo(16_383);
    }

    @Test
    @DisplayName("X26 one and a half takes 21 allocations, rounded down or up, and not 25")
    void oneAndAHalf_takes21() {
        assertThat(run(GrowthPolicy.scaled(3, 2)).allocations()).isEqualTo(21);
        assertThat(run(GrowthPolicy.scaledUp(3, 2)).allocations()).isEqualTo(21);
    }

    @Test
    @DisplayName("X27 a thousand more has 0.1 % in use after the first append")
    void fixed_isNearlyEmptyAtFirst() {
        Outcome outcome = run(GrowthPolicy.fixed(1000));
        assertThat(outcome.lowestUse()).isEqualTo(0.001);
        assertThat(outcome.finalUse()).isEqualTo(1);
    }

    @Test
    @DisplayName("X30 no strategy is best in every column: doubling is first in none of them")
    void doubling_isNotBestAtAnything() {
        Outcome doubling = run(GrowthPolicy.DOUBLING);
        assertThat(run(GrowthPolicy.scaled(3, 1))).satisfies(triple -> {
            assertThat(triple.allocations()).isLessThan(doubling.allocations());
            assertThat(triple.copies()).isLessThan(doubling.copies());
            assertThat(triple.finalUse()).isLessThan(doubling.finalUse());
        });
        assertThat(run(GrowthPolicy.scaled(3, 2))).satisfies(half -> {
            assertThat(half.copies()).isGreaterThan(doubling.copies());
            assertThat(half.finalUse()).isGreaterThan(doubling.finalUse());
            assertThat(half.peak()).isLessThan(doubling.peak());
        });
    }

    @Nested
    @DisplayName("when the allocator of the comparison is asked for a new block that cannot be had")
    class Refused {
        @Test
        @DisplayName("it refuses too, and the old block stays")
        void growth_isRefused() {
            LuaAlloc moving = new AlwaysMoving(Refusals.above(16, SystemAlloc.INSTANCE));
            long block = moving.realloc(LuaAlloc.NULL, 0, 16);
            assertThat(moving.realloc(block, 16, 32)).isEqualTo(LuaAlloc.NULL);
            assertThat(moving.realloc(block, 16, 8)).isNotEqualTo(LuaAlloc.NULL).isEqualTo(block);
            assertThat(moving.realloc(block, 8, 0)).isEqualTo(LuaAlloc.NULL);
        }
    }
}
