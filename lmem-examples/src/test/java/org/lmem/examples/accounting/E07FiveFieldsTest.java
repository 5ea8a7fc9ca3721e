package org.lmem.examples.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.accounting.E07FiveFields.Fields;
import org.lmem.gc.Global;

@DisplayName("E07 Five figures, and two more")
class E07FiveFieldsTest {
    private final List<Fields> both = E07FiveFields.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("X64 the figures stand in global_State, which the threads of a state share")
    void figures_areTheStates() {
        assertThat(Global.LAYOUT.memberLayouts()).extracting(member -> member.name().orElse(""))
                .containsSubsequence("GCthreshold", "totalbytes", "estimate", "gcdept", "gcpause", "gcstepmul");
    }

    @Test
    @DisplayName("X35 a new state has 3627 bytes, a threshold of four times that, and no debt")
    void fresh_hasFourTimesItsSizeToGo() {
        assertThat(both.getFirst()).isEqualTo(new Fields(3627, 4 * 3627, 0, 200, 200, 0));
    }

    @Nested
    @DisplayName("after a full collection")
    class Collected {
        @Test
        @DisplayName("X34 the estimate is what lives, and the threshold twice its hundreds")
        void threshold_followsTheEstimate() {
            assertThat(both.getLast()).isEqualTo(new Fields(3627, 3627 / 100 * 200, 3627, 200, 200, 0));
        }
    }
}
