package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L06CompilerVectors.Growth;
import org.lmem.examples.links.L06CompilerVectors.Vector;
import org.lmem.examples.lua.Outcome;
import org.lmem.examples.lua.RealLua;

@DisplayName("L06 The compiler: six vectors that double, and are cut to size")
@EnabledIf(value = "org.lmem.examples.links.L06CompilerVectorsTest#realLuaIsThere", disabledReason = "no library of Lua 5.1.5 for this platform")
class L06CompilerVectorsTest {
    static boolean realLuaIsThere() {
        return RealLua.isAvailable();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UPVALUES")
    @DisplayName("a thousand elements take nine growths, from 4 to 1024, and are cut to 1000")
    void thousandElements_growNineTimes(Vector vector) {
        assertThat(L06CompilerVectors.run(SystemAlloc.INSTANCE, vector, 1000)).satisfies(growth -> {
            assertThat(growth.capacities()).containsExactly(4, 8, 16, 32, 64, 128, 256, 512, 1024);
            assertThat(growth.exact()).isEqualTo(1000);
        });
    }

    @Test
    @DisplayName("sixty upvalues, the most that there can be, take five growths")
    void upvalues_growFiveTimes() {
        Growth growth = L06CompilerVectors.run(SystemAlloc.INSTANCE, Vector.UPVALUES, 60);
        assertThat(growth.capacities()).containsExactly(4, 8, 16, 32, 64);
    }

    @Nested
    @DisplayName("when the limit is reached")
    class AtTheLimit {
        @ParameterizedTest
        @EnumSource(names = {"CONSTANTS", "FUNCTIONS", "LOCALS"})
        @DisplayName("so many elements can be compiled")
        void limit_canBeCompiled(Vector vector) {
            assertThat(L06CompilerVectors.compile(SystemAlloc.INSTANCE, vector, vector.limit()))
                    .isEqualTo(new Outcome(Outcome.OK, ""));
        }

        @ParameterizedTest
        @EnumSource(names = {"CONSTANTS", "FUNCTIONS", "LOCALS"})
        @DisplayName("X04 one more is an error of run time, with the compiler's text and no limit in it")
        void oneMore_isAnError(Vector vector) {
            assertThat(L06CompilerVectors.compile(SystemAlloc.INSTANCE, vector, vector.limit() + 1))
                    .isEqualTo(new Outcome(Outcome.ERRRUN, vector.message()));
        }

        @Test
        @DisplayName("the limits are 262143, 262143 and 32767")
        void limits_areThoseOfInstructions() {
            assertThat(Vector.CONSTANTS.limit()).isEqualTo(262_143);
            assertThat(Vector.FUNCTIONS.limit()).isEqualTo(262_143);
            assertThat(Vector.LOCALS.limit()).isEqualTo(32_767);
        }

        @Test
        @DisplayName("the last step before it is a jump: constants from 131072 to 262143")
        void lastStep_isAJump() {
            Growth growth = L06CompilerVectors.run(SystemAlloc.INSTANCE, Vector.CONSTANTS, 131_073);
            assertThat(growth.capacities()).hasSize(17).endsWith(65_536, 131_072, 262_143);
        }
    }
}
