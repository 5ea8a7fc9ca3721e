package org.lmem.examples.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.StatsAllocator.Snapshot;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.allocators.E31TrackingAllocator.Outcome;

@DisplayName("E31 An allocator that keeps statistics")
class E31TrackingAllocatorTest {
    private final Outcome outcome = E31TrackingAllocator.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("a new state: 48 allocations, 1 free, 3 requests for nothing, 3627 bytes, 3692 at the peak")
    void newState_makes52Requests() {
        assertThat(outcome.open()).isEqualTo(new Snapshot(3627, 47, 3692, 48, 1, 0, 0, 0, 3, 0));
        assertThat(outcome.open().requests()).isEqualTo(52);
    }

    @Test
    @DisplayName("the state closed: 48 frees, no byte left")
    void closedState_hasGivenAllBack() {
        assertThat(outcome.closed().liveBytes()).isZero();
        assertThat(outcome.closed().frees()).isEqualTo(48);
    }

    @Nested
    @DisplayName("when a block of 100 bytes is resized to 300")
    class Resized {
        @Test
        @DisplayName("X47 that is one allocation and one growth")
        void resize_isCounted() {
            assertThat(outcome.resized().allocations()).isEqualTo(1);
            assertThat(outcome.resized().grows()).isEqualTo(1);
            assertThat(outcome.resized().liveBytes()).isEqualTo(300);
        }

        @Test
        @DisplayName("X46 a refused request of 2^62 bytes leaves 300, and the free of the block 0")
        void refusal_leavesNoTrace() {
            assertThat(outcome.refused().liveBytes()).isEqualTo(300);
            assertThat(outcome.refused().peakBytes()).isEqualTo(300);
            assertThat(outcome.freed().liveBytes()).isZero();
        }
    }

    @Nested
    @DisplayName("when a caller of 5.2 says a type instead of a size")
    class Tagged {
        @Test
        @DisplayName("X49 32 bytes are counted, not 28")
        void tag_isNotCounted() {
            assertThat(outcome.taggedBytes()).isEqualTo(32);
        }
    }
}
