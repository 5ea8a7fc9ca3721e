package org.lmem.examples.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.allocators.E32PoolRecord.Line;

@DisplayName("E32 The record of a pool")
class E32PoolRecordTest {
    private final List<Line> lines = E32PoolRecord.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("35 bytes take 48, 600 take 608: blocks begin at multiples of 16")
    void blocks_areRounded() {
        assertThat(lines).extracting(Line::usedBytes).containsExactly(0L, 48L, 656L, 656L, 656L, 656L, 0L);
    }

    @Nested
    @DisplayName("when the piece is full")
    class Full {
        @Test
        @DisplayName("X52 a block comes from elsewhere, is remembered, and is given back")
        void fallback_isRemembered() {
            assertThat(lines.get(3)).isEqualTo(new Line("600 bytes more", 656, 1, 600));
            assertThat(lines.get(4)).isEqualTo(new Line("those freed", 656, 0, 0));
        }
    }
}
