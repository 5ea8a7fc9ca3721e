package org.lmem.examples.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.accounting.E08CountThenCheck.Outcome;

@DisplayName("E08 Counting, and the moment of collecting")
class E08CountThenCheckTest {
    private final Outcome outcome = E08CountThenCheck.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("X32 a request does not collect, however far it passes the threshold")
    void request_doesNotCollect() {
        assertThat(outcome.stepsInRequest()).isZero();
    }

    @Nested
    @DisplayName("when the bytes in use equal the threshold at a safe point")
    class AtTheThreshold {
        @Test
        @DisplayName("X33 the collector takes a step")
        void equality_isEnough() {
            assertThat(outcome.missing()).isZero();
            assertThat(outcome.stepsAtSafePoint()).isEqualTo(1);
        }
    }
}
