package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L02StringInterning.Growth;
import org.lmem.examples.links.L02StringInterning.Outcome;

@DisplayName("L02 Strings: each one once")
class L02StringInterningTest {
    private final Outcome outcome = L02StringInterning.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("the first \"hello\" is a block of 30 bytes, the second one is the same block")
    void equalStrings_areOneBlock() {
        assertThat(outcome.first()).containsExactly("(NULL, 0, 30)");
        assertThat(outcome.second()).isEmpty();
    }

    @Test
    @DisplayName("the table doubles whenever there are more strings than slots: 39 were there from the start")
    void table_doubles() {
        assertThat(outcome.grown()).containsExactly(new Growth(65 - 39, 128), new Growth(129 - 39, 256),
                new Growth(257 - 39, 512), new Growth(513 - 39, 1024), new Growth(1025 - 39, 2048));
    }

    @Nested
    @DisplayName("when the strings have been dropped")
    class Dropped {
        @Test
        @DisplayName("X39 each collection halves the table once for each sweep, by a smaller vector")
        void table_shrinksByHalves() {
            assertThat(outcome.shrunk()).containsExactly(1024L, 256L, 128L);
        }
    }
}
