package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L04CoroutineMemory.Outcome;

@DisplayName("L04 Coroutines: a state, a stack, a list of calls")
class L04CoroutineMemoryTest {
    private final Outcome outcome = L04CoroutineMemory.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("a coroutine is three blocks of 184, 320 and 720 bytes")
    void coroutine_isThreeBlocks() {
        assertThat(outcome.one()).containsExactly("(NULL, 0, 184)", "(NULL, 0, 320)", "(NULL, 0, 720)");
    }

    @Test
    @DisplayName("a thousand take 1,224,000 bytes")
    void thousand_takeAThousandTimesAsMuch() {
        assertThat(outcome.bytes()).isEqualTo(1000 * (184 + 320 + 720));
    }

    @Nested
    @DisplayName("when one of them calls itself 150 deep")
    class Deep {
        @Test
        @DisplayName("it gets room for 256 calls and 402 slots, each level pushes a function of 40 bytes, and no other coroutine grows")
        void stackAndCalls_growForIt() {
            assertThat(outcome.deep()).isEqualTo((256 - 8) * 40 + (402 - 45) * 16 + 150 * 40);
        }
    }

    @Nested
    @DisplayName("when all are dropped and collected")
    class Dropped {
        @Test
        @DisplayName("no byte is left of them")
        void nothing_isLeft() {
            assertThat(outcome.collected()).isZero();
        }
    }
}
