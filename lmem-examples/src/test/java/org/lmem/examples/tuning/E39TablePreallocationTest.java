package org.lmem.examples.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.tuning.E39TablePreallocation.Cost;
import org.lmem.examples.tuning.E39TablePreallocation.Outcome;

@DisplayName("E39 A table made to measure")
class E39TablePreallocationTest {
    @Nested
    @DisplayName("when it is made for a hundred entries")
    class Measured {
        private final Outcome outcome = E39TablePreallocation.run(SystemAlloc.INSTANCE, 100);

        @Test
        @DisplayName("it takes 1664 bytes in two requests, and nothing while it is filled")
        void filling_takesNothing() {
            assertThat(outcome.made()).isEqualTo(new Cost(64 + 100 * 16, 2));
            assertThat(outcome.filled()).isEqualTo(new Cost(0, 0));
        }

        @Test
        @DisplayName("the entry 101 makes it grow to 128: 448 bytes")
        void oneMore_makesItGrow() {
            assertThat(outcome.oneMore()).isEqualTo(new Cost(28 * 16, 1));
        }
    }

    @Nested
    @DisplayName("when it is made empty")
    class Empty {
        private final Outcome outcome = E39TablePreallocation.run(SystemAlloc.INSTANCE, 0);

        @Test
        @DisplayName("X45 a hundred entries take 2112 bytes in ten requests")
        void filling_takesTenRequests() {
            assertThat(outcome.both()).isEqualTo(new Cost(2112, 10));
            assertThat(outcome.oneMore()).isEqualTo(new Cost(0, 0));
        }
    }
}
