package org.lmem.examples.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.tuning.E40BufferPreallocation.Use;

@DisplayName("E40 A buffer that is large enough already")
class E40BufferPreallocationTest {
    private final List<Use> uses = E40BufferPreallocation.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("ten characters get a buffer of 32 bytes, the least there is")
    void first_getsTheMinimum() {
        assertThat(uses.get(0)).isEqualTo(new Use(10, List.of("(NULL, 0, 32)"), 32));
    }

    @Test
    @DisplayName("1024 characters get exactly 1024, in one request")
    void larger_getsExactlyItsSize() {
        assertThat(uses.get(1)).isEqualTo(new Use(1024, List.of("(block, 32, 1024)"), 1024));
    }

    @Test
    @DisplayName("ten characters after that ask for nothing")
    void smaller_asksForNothing() {
        assertThat(uses.get(2)).isEqualTo(new Use(10, List.of(), 1024));
    }

    @Nested
    @DisplayName("when the collector has run")
    class Collected {
        @Test
        @DisplayName("the buffer has been halved once for each of two sweeps")
        void buffer_isHalvedTwice() {
            assertThat(uses.get(3)).isEqualTo(new Use(0, List.of("(block, 1024, 512)", "(block, 512, 256)"), 256));
        }
    }
}
