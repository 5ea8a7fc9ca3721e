package org.lmem.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;

@DisplayName("E44 Release")
class E44ReleaseTest {
    @Test
    @DisplayName("the four patterns hold 4, 16 and 28 bytes, and after the releases 24 and 0")
    void books_returnToTheStart() {
        assertThat(E44Release.run(SystemAlloc.INSTANCE)).containsExactly(4L, 16L, 28L, 24L, 0L);
    }

    @Nested
    @DisplayName("when the array is freed with the count that it had before it grew")
    class StaleCount {
        @Test
        @DisplayName("X16 the macro believes it, and 12 bytes stay in the books")
        void raw_drifts() {
            assertThat(E44Release.drift(SystemAlloc.INSTANCE, 3)).isEqualTo(12);
            assertThat(E44Release.drift(SystemAlloc.INSTANCE, 6)).isZero();
        }

        @Test
        @DisplayName("X16 a segment knows better, and nothing is freed")
        void typed_refuses() {
            assertThat(E44Release.stale(SystemAlloc.INSTANCE))
                    .isEqualTo("osize is not the size of the block: block=0x…, osize=12, size=24");
        }
    }
}
