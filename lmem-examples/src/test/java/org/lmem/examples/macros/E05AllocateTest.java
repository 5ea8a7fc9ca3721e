package org.lmem.examples.macros;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;

@DisplayName("E05 Third layer: bytes, an object, a vector")
class E05AllocateTest {
    private final E05Allocate.Outcome outcome = E05Allocate.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("a value takes 16 bytes")
    void object_takesItsSize() {
        assertThat(outcome.object()).isEqualTo(16);
    }

    @Test
    @DisplayName("100 nodes take 4000 bytes")
    void vector_takesItsSize() {
        assertThat(outcome.vector()).isEqualTo(4000);
    }

    @Test
    @DisplayName("1024 bytes take 1024 bytes")
    void bytes_takeTheirSize() {
        assertThat(outcome.raw()).isEqualTo(1024);
    }

    @Test
    @DisplayName("all are new blocks to the allocator, and all go back with their sizes")
    void requests_areNewBlocks() {
        assertThat(outcome.requests()).containsExactly("(NULL, 0, 16)", "(NULL, 0, 4000)", "(NULL, 0, 1024)",
                "(block, 16, 0)", "(block, 4000, 0)", "(block, 1024, 0)");
        assertThat(outcome.end()).isZero();
    }
}
