package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.questions.E26SizeTracking.Outcome;

@DisplayName("E26 What does an allocator do with the old size?")
class E26SizeTrackingTest {
    private final Outcome outcome = E26SizeTracking.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("a new state has 3627 bytes, and had 3692 at its peak, when the table of strings grew")
    void newState_peaksAbove() {
        assertThat(outcome.open().liveBytes()).isEqualTo(3627);
        assertThat(outcome.open().peakBytes()).isEqualTo(3180 + 512);
    }

    @Test
    @DisplayName("X48 two states with an allocator each have books of their own")
    void states_haveTheirOwnBooks() {
        assertThat(outcome.other().liveBytes()).isEqualTo(3627 + 64);
        assertThat(outcome.open().liveBytes()).isEqualTo(3627);
    }

    @Nested
    @DisplayName("when a request of 2^62 bytes is refused")
    class Refused {
        @Test
        @DisplayName("X46 neither the bytes nor the peak change; one failure is counted")
        void refusal_isAFailureAlone() {
            assertThat(outcome.refused().diff(outcome.open())).satisfies(change -> {
                assertThat(change.liveBytes()).isZero();
                assertThat(change.peakBytes()).isZero();
                assertThat(change.failures()).isEqualTo(1);
                assertThat(change.requests()).isEqualTo(1);
            });
        }
    }

    @Nested
    @DisplayName("after the state was closed")
    class Closed {
        @Test
        @DisplayName("no byte is in use, and the peak is remembered")
        void nothing_isInUse() {
            assertThat(outcome.closed().liveBytes()).isZero();
            assertThat(outcome.closed().peakBytes()).isEqualTo(3692);
        }
    }
}
