package org.lmem.examples.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.monitoring.E35Monitor.Line;

@DisplayName("E35 A monitor that follows its blocks")
class E35MonitorTest {
    private final List<Line> lines = E35Monitor.run(SystemAlloc.INSTANCE);

    @Nested
    @DisplayName("when B is freed")
    class Freed {
        @Test
        @DisplayName("X55 the 100 bytes of A are in use, not the 200 of B")
        void a_isLeft() {
            assertThat(lines.get(1)).isEqualTo(new Line("B freed", 1, 100));
        }
    }

    @Nested
    @DisplayName("when A is resized to 150")
    class Resized {
        @Test
        @DisplayName("X56 there is one block of 150 bytes, not two of 350")
        void a_isOneBlock() {
            assertThat(lines.get(2)).isEqualTo(new Line("A resized to 150", 1, 150));
        }
    }

    @Nested
    @DisplayName("when A is freed")
    class AllFreed {
        @Test
        @DisplayName("X57 nothing is in use")
        void nothing_isLeft() {
            assertThat(lines.get(3)).isEqualTo(new Line("A freed", 0, 0));
        }
    }
}
