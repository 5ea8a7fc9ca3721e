package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L03StackSize.Change;
import org.lmem.examples.links.L03StackSize.Outcome;

@DisplayName("L03 Stacks: doubled on demand, halved by the collector")
class L03StackSizeTest {
    private final Outcome outcome = L03StackSize.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("the stack goes from 45 slots to 96, 198, 402, 810, 1626: twice as many and six")
    void stack_doubles() {
        assertThat(outcome.grown()).extracting(Change::slots).containsExactly(96L, 198L, 402L, 810L, 1626L);
    }

    @Nested
    @DisplayName("when the values have been popped")
    class Popped {
        @Test
        @DisplayName("the function that asked for the slots keeps them")
        void slots_areKeptByTheCall() {
            assertThat(outcome.kept()).isEqualTo(1626);
        }

        @Test
        @DisplayName("after its return each collection halves the stack twice, down to 90 or fewer")
        void slots_areHalved() {
            assertThat(outcome.shrunk()).containsExactly(new Change(1, 819), new Change(1, 415), new Change(2, 213),
                    new Change(2, 112), new Change(3, 62));
        }
    }
}
