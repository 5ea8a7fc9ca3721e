package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.RequestLog;

@DisplayName("E16 Growth again: when it fails")
class E16GrowthOwnedTest {
    private final RequestLog log = new RequestLog(SystemAlloc.INSTANCE);
    private final E16GrowthOwned.Outcome outcome = E16GrowthOwned.run(log);

    @Nested
    @DisplayName("when the growth to 8192 bytes is refused")
    class Refused {
        @Test
        @DisplayName("the error is status 4 with the sizes of the growth")
        void error_isOutOfMemory() {
            assertThat(outcome.refused().status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(outcome.refused().message())
                    .isEqualTo("not enough memory: osize=4096, nsize=8192, totalbytes=4096");
        }

        @Test
        @DisplayName("the size is the old one, 1024 elements, for it is written last")
        void capacity_isTheOldOne() {
            assertThat(outcome.capacity()).isEqualTo(1024);
        }

        @Test
        @DisplayName("X21 a vector without an owner leaves 4096 bytes behind")
        void looseVector_leaks() {
            assertThat(outcome.leftBehind()).isEqualTo(4096);
        }

        @Test
        @DisplayName("one that owns its block leaves nothing")
        void ownedVector_leaksNothing() {
            assertThat(outcome.leftByOwned()).isZero();
        }

        @Test
        @DisplayName("both grew nine times, and both blocks went back as 4096 bytes in the end")
        void requests_areThoseOfTwoVectors() {
            assertThat(log.shapes()).hasSize(2 * (9 + 1)).filteredOn("(block, 4096, 0)"::equals).hasSize(2);
        }
    }

    @Nested
    @DisplayName("X18 when a vector grows in an if with an else")
    class Dangling {
        @Test
        @DisplayName("X18 the else is not taken where there is room, as C's macro would have it")
        void elseBranch_isTheOuterIfs() {
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE);
                    LuaVector vector = LuaVector.of(memory, JAVA_INT)) {
                vector.resize(4);
                assertThat(E16GrowthOwned.growIf(vector, true)).isEqualTo("grow");
                assertThat(E16GrowthOwned.growIf(vector, false)).isEqualTo("leave");
                assertThat(vector.length()).isEqualTo(1);
                assertThat(vector.capacity()).isEqualTo(4);
            }
        }
    }
}
