package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;

@DisplayName("E17 A vector that grows: 1000 numbers")
class E17DynamicGrowthTest {
    private final E17DynamicGrowth.Outcome outcome = E17DynamicGrowth.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("it grows nine times, from 4 to 1024 elements")
    void capacities_double() {
        assertThat(outcome.capacities()).containsExactly(4, 8, 16, 32, 64, 128, 256, 512, 1024);
    }

    @Test
    @DisplayName("1020 elements are copied if every resize moves")
    void copies_areBounded() {
        assertThat(outcome.elementsPresent()).isEqualTo(1020);
    }

    @Test
    @DisplayName("the peak is 4096 bytes, the end 0, in 10 calls of the allocator")
    void books_close() {
        assertThat(outcome.peakBytes()).isEqualTo(4096);
        assertThat(outcome.endBytes()).isZero();
        assertThat(outcome.calls()).isEqualTo(10);
    }
}
