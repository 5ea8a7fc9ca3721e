package org.lmem.examples.macros;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaStatus;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.RequestLog;

@DisplayName("E06 Fourth layer: grow ahead, or resize exactly")
class E06GrowOrResizeTest {
    private final RequestLog log = new RequestLog(SystemAlloc.INSTANCE);
    private final E06GrowOrResize.Outcome outcome = E06GrowOrResize.run(log);

    @Nested
    @DisplayName("when a vector grows under a limit of 10")
    class Growing {
        @Test
        @DisplayName("it has 4, 8 and 10 elements: from half the limit on it goes to the limit")
        void capacities_endAtTheLimit() {
            assertThat(outcome.capacities()).containsExactly(4, 8, 10);
        }

        @Test
        @DisplayName("the eleventh element is an error with the caller's own text, status 2")
        void limit_isAnError() {
            assertThat(outcome.overflow().status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(outcome.overflow().luaMessage()).isEqualTo("too many digits");
            assertThat(outcome.overflow().message()).isEqualTo("too many digits: capacity=10, limit=10");
        }
    }

    @Nested
    @DisplayName("when 100 ints are cut to 50")
    class Resizing {
        @Test
        @DisplayName("200 bytes go back")
        void change_isExact() {
            assertThat(outcome.exactChange()).isEqualTo(-200);
        }

        @Test
        @DisplayName("the first fifty keep their values")
        void contents_areKept() {
            assertThat(outcome.last()).isEqualTo(50);
        }
    }

    @Test
    @DisplayName("each growth and each resize is one call; the books close")
    void requests_areOneEach() {
        assertThat(log.shapes()).containsExactly("(NULL, 0, 16)", "(block, 16, 32)", "(block, 32, 40)",
                "(block, 40, 0)",
                "(NULL, 0, 400)", "(block, 400, 200)", "(block, 200, 0)");
        assertThat(outcome.end()).isZero();
    }
}
