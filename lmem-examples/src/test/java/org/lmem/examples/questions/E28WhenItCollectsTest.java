package org.lmem.examples.questions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.questions.E28WhenItCollects.Step;

@DisplayName("E28 When does the collector work?")
class E28WhenItCollectsTest {
    private final List<Step> steps = E28WhenItCollects.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("the steps come with the tables 172, 188, 204, 228, 244, 284 and 300")
    void steps_comeWithTheseTables() {
        assertThat(steps).extracting(Step::table).containsExactly(172, 188, 204, 228, 244, 284, 300);
    }

    @Test
    @DisplayName("X33 the first one at 14571 bytes, the first amount that is at least the threshold of 14508")
    void firstStep_isAtTheThreshold() {
        assertThat(steps.getFirst().event()).hasToString(
                "STEP PAUSE>SWEEPSTRING cost=2002 bytes=14571>14571 threshold=15595 debt=63 estimate=14571 freed=0");
    }

    @Test
    @DisplayName("three cycles end, with the tables 204, 244 and 300, at a threshold of 7200")
    void cycles_endAtTheSameThreshold() {
        assertThat(steps).filteredOn(s -> s.event().after().toString().equals("PAUSE"))
                .extracting(Step::table, s -> s.event().threshold())
                .containsExactly(org.assertj.core.groups.Tuple.tuple(204, 7200L),
                        org.assertj.core.groups.Tuple.tuple(244, 7200L),
                        org.assertj.core.groups.Tuple.tuple(300, 7200L));
    }
}
