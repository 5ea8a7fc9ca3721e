package org.lmem.examples.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.StatsAllocator.Snapshot;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.allocators.E30WhatToCount.Change;

@DisplayName("E30 A record of statistics")
class E30WhatToCountTest {
    private final List<Change> changes = E30WhatToCount.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("X47 each kind of request has a counter of its own, and changes no other")
    void requests_changeTheirCounterAlone() {
        assertThat(changes).extracting(Change::change).containsExactly(new Snapshot(100, 1, 100, 1, 0, 0, 0, 0, 0, 0),
                new Snapshot(200, 0, 200, 0, 0, 1, 0, 0, 0, 0), new Snapshot(0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
                new Snapshot(-250, 0, 0, 0, 0, 0, 1, 0, 0, 0), new Snapshot(0, 0, 0, 0, 0, 0, 0, 0, 1, 0),
                new Snapshot(0, 0, 0, 0, 0, 0, 0, 0, 0, 1), new Snapshot(-50, -1, 0, 0, 1, 0, 0, 0, 0, 0));
    }

    @Test
    @DisplayName("every request is counted once")
    void requests_areCountedOnce() {
        assertThat(changes).allSatisfy(c -> assertThat(c.change().requests()).isEqualTo(1));
    }
}
