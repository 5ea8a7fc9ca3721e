package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.questions.E24GrowthInLua.Outcome;
import org.lmem.examples.questions.E24GrowthInLua.Use;

@DisplayName("E24 How does Lua grow its own vectors?")
class E24GrowthInLuaTest {
    private static Outcome run(Use use) {
        return E24GrowthInLua.run(SystemAlloc.INSTANCE, use);
    }

    @Test
    @DisplayName("the first block has four elements")
    void minimum_isFour() {
        assertThat(E24GrowthInLua.USES).allSatisfy(use -> assertThat(run(use).capacities()).startsWith(4, 8, 16));
    }

    @Test
    @DisplayName("local variables go from 16384 to 32767 in one jump, the 14th growth")
    void localVariables_jump() {
        assertThat(run(E24GrowthInLua.USES.getFirst())).satisfies(outcome -> {
            assertThat(outcome.capacities()).hasSize(14).endsWith(8192, 16_384, 32_767);
            assertThat(outcome.freeAfterLast()).isEqualTo(16_382);
        });
    }

    @Test
    @DisplayName("constants go from 131072 to 262143 in one jump, the 17th growth")
    void constants_jump() {
        assertThat(run(E24GrowthInLua.USES.getLast()).capacities()).hasSize(17).endsWith(65_536, 131_072, 262_143);
    }

    @Nested
    @DisplayName("when one element more is wanted")
    class BeyondTheLimit {
        @Test
        @DisplayName("X04 the error is the text that the compiler gave, without the limit")
        void error_isTheText() {
            assertThat(E24GrowthInLua.USES).extracting(use -> run(use).error().luaMessage()).containsExactly(
                    "too many local variables", "constant table overflow", "constant table overflow");
            assertThat(run(E24GrowthInLua.USES.getFirst()).error())
                    .hasMessage("too many local variables: capacity=32767, limit=32767");
        }
    }

    @Nested
    @DisplayName("when half of the limit is reached")
    class HalfOfTheLimit {
        @ParameterizedTest(name = "limit {0}: the last step is from {1} to {0}")
        @CsvSource({"127, 64", "128, 64", "129, 64", "130, 128", "200, 128", "1000, 512"})
        @DisplayName("X06 the next step is one jump to the limit, not a line")
        void lastStep_isAJump(int limit, int before) {
            List<Integer> capacities = run(new Use("elements", limit, "too many elements", "here")).capacities();
            assertThat(capacities).endsWith(before, limit);
            assertThat(IntStream.range(1, capacities.size() - 1)).allSatisfy(
                    i -> assertThat(capacities.get(i)).isEqualTo(2 * capacities.get(i - 1)));
        }
    }
}
