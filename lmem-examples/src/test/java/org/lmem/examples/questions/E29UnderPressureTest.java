package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaStatus;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.questions.E29UnderPressure.Outcome;
import org.lmem.gc.EmergencyMode;
import org.lmem.gc.PressurePolicy;

@DisplayName("E29 What does the collector do when memory runs short?")
class E29UnderPressureTest {
    @Nested
    @DisplayName("when the program makes garbage")
    class Garbage {
        private Outcome run(PressurePolicy policy, EmergencyMode mode) {
            return E29UnderPressure.run(SystemAlloc.INSTANCE, policy, mode, false);
        }

        @Test
        @DisplayName("X36 5.1.5 does nothing: it lies until the pause is over")
        void without_garbageLies() {
            Outcome outcome = E29UnderPressure.run(SystemAlloc.INSTANCE, null, EmergencyMode.NEVER, false);
            assertThat(outcome.status()).isEqualTo(LuaStatus.OK);
            assertThat(outcome.peakBytes()).isGreaterThan(5L * E29UnderPressure.LIMIT);
        }

        @Test
        @DisplayName("extra steps from 80 % on keep it below the limit")
        void extraSteps_suffice() {
            Outcome outcome = run(PressurePolicy.of(E29UnderPressure.LIMIT), EmergencyMode.NEVER);
            assertThat(outcome.status()).isEqualTo(LuaStatus.OK);
            assertThat(outcome.peakBytes()).isBetween(E29UnderPressure.LIMIT * 80L / 100,
                    (long) E29UnderPressure.LIMIT);
            assertThat(outcome.emergencies()).isZero();
        }

        @Test
        @DisplayName("a hard limit alone is an error")
        void hardLimit_isAnError() {
            assertThat(run(E29UnderPressure.hardLimitAlone(), EmergencyMode.NEVER).status())
                    .isEqualTo(LuaStatus.ERRMEM);
        }

        @Test
        @DisplayName("emergency collections at the limit free it, each time anew")
        void emergencies_freeIt() {
            Outcome outcome = run(E29UnderPressure.hardLimitAlone(), EmergencyMode.ON_LIMIT);
            assertThat(outcome.status()).isEqualTo(LuaStatus.OK);
            assertThat(outcome.peakBytes()).isLessThanOrEqualTo(E29UnderPressure.LIMIT);
            assertThat(outcome.emergencies()).isGreaterThan(10);
        }
    }

    @Nested
    @DisplayName("when the program keeps everything")
    class Kept {
        @Test
        @DisplayName("one emergency collection is tried, and then the error comes")
        void emergency_thenTheError() {
            Outcome outcome = E29UnderPressure.run(SystemAlloc.INSTANCE, E29UnderPressure.hardLimitAlone(),
                    EmergencyMode.ON_LIMIT, true);
            assertThat(outcome.status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(outcome.emergencies()).isEqualTo(1);
        }
    }
}
