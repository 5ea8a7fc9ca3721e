package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmem.core.Semantics.GrowthText.VERBATIM;
import static org.lmem.core.Semantics.GrowthText.WITH_LIMIT;

import org.junit.jupiter.api.Test;

class SemanticsTest {
    @Test
    void lua51_choosesNothing() {
        assertThat(Semantics.LUA_5_1).isEqualTo(new Semantics(false, VERBATIM, false, false, false, false));
    }

    @Test
    void safe_mendsArithmeticAndTables() {
        assertThat(Semantics.SAFE).isEqualTo(new Semantics(false, VERBATIM, false, true, true, true));
    }

    @Test
    void lua52_collectsFormatsAndTags() {
        assertThat(Semantics.LUA_5_2).isEqualTo(new Semantics(true, WITH_LIMIT, true, false, false, false));
    }

    @Test
    void with_changesOneChoiceAndKeepsTheOthers() {
        Semantics none = Semantics.LUA_5_1;
        assertThat(none.withEmergencyCollection(true))
                .isEqualTo(new Semantics(true, VERBATIM, false, false, false, false));
        assertThat(none.withGrowthText(WITH_LIMIT))
                .isEqualTo(new Semantics(false, WITH_LIMIT, false, false, false, false));
        assertThat(none.withOsizeTags(true)).isEqualTo(new Semantics(false, VERBATIM, true, false, false, false));
        assertThat(none.withClampedGrowth(true)).isEqualTo(new Semantics(false, VERBATIM, false, true, false, false));
        assertThat(none.withRejectedNegativeCounts(true))
                .isEqualTo(new Semantics(false, VERBATIM, false, false, true, false));
        Semantics all = new Semantics(true, WITH_LIMIT, true, true, true, true);
        assertThat(all.withEmergencyCollection(false))
                .isEqualTo(new Semantics(false, WITH_LIMIT, true, true, true, true));
        assertThat(all.withGrowthText(VERBATIM)).isEqualTo(new Semantics(true, VERBATIM, true, true, true, true));
        assertThat(all.withOsizeTags(false)).isEqualTo(new Semantics(true, WITH_LIMIT, false, true, true, true));
        assertThat(all.withClampedGrowth(false)).isEqualTo(new Semantics(true, WITH_LIMIT, true, false, true, true));
        assertThat(all.withRejectedNegativeCounts(false))
                .isEqualTo(new Semantics(true, WITH_LIMIT, true, true, false, true));
        assertThat(none.withRestoredTables(true)).isEqualTo(new Semantics(false, VERBATIM, false, false, false, true));
        assertThat(all.withRestoredTables(false)).isEqualTo(new Semantics(true, WITH_LIMIT, true, true, true, false));
    }
}
