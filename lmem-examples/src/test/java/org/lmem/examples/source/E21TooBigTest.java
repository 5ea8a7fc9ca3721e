package org.lmem.examples.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaStatus;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Refusals;
import org.lmem.examples.source.E21TooBig.Outcome;

@DisplayName("E21 A size that cannot be computed")
class E21TooBigTest {
    @Nested
    @DisplayName("when count times size does not fit")
    class NotComputable {
        @Test
        @DisplayName("the error has status 2 and the allocator is not called")
        void error_isARuntimeError() {
            assertThat(E21TooBig.run(SystemAlloc.INSTANCE, E21TooBig.LARGEST + 1)).isEqualTo(new Outcome(
                    LuaStatus.ERRRUN,
                    "memory allocation error: block too big",
                    "memory allocation error: block too big: n=4611686018427387903, elementsize=4, "
                            + "largest size=18446744073709551613",
                    "look for the bug: no memory was asked for", 0));
        }

        @Test
        @DisplayName("a count of −2 is one of 2^64 − 2, and does not fit either")
        void negativeCount_isTooBig() {
            assertThat(E21TooBig.run(SystemAlloc.INSTANCE, -2)).isEqualTo(new Outcome(LuaStatus.ERRRUN,
                    "memory allocation error: block too big",
                    "memory allocation error: block too big: n=18446744073709551614, elementsize=4, "
                            + "largest size=18446744073709551613",
                    "look for the bug: no memory was asked for", 0));
        }
    }

    @Nested
    @DisplayName("when it does fit, but nobody has that much")
    class Refused {
        @Test
        @DisplayName("X22 the error is status 4, after one call of the allocator")
        void error_isLackOfMemory() {
            assertThat(E21TooBig.run(SystemAlloc.INSTANCE, E21TooBig.LARGEST)).isEqualTo(new Outcome(LuaStatus.ERRMEM,
                    "not enough memory", "not enough memory: osize=0, nsize=18446744073709551608, totalbytes=0",
                    "free something, or raise the limit: 18446744073709551608 bytes were asked for", 1));
        }

        @Test
        @DisplayName("X22 2^62 bytes are a size like any other")
        void large_isNotTooBig() {
            Outcome outcome = E21TooBig.run(Refusals.always(), 1L << 60);
            assertThat(outcome.status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(outcome.message())
                    .isEqualTo("not enough memory: osize=0, nsize=4611686018427387904, totalbytes=0");
            assertThat(outcome.calls()).isEqualTo(1);
        }
    }
}
