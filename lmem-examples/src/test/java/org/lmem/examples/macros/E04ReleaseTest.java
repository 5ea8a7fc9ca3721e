package org.lmem.examples.macros;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.SystemAlloc;

@DisplayName("E04 Second layer: three ways to give back")
class E04ReleaseTest {
    private final E04Release.Outcome outcome = E04Release.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("4, 400 and 1024 bytes are in use before, none after")
    void total_returns() {
        assertThat(outcome.inUse()).isEqualTo(4 + 400 + 1024);
        assertThat(outcome.end()).isZero();
    }

    @Test
    @DisplayName("type, count and bytes reach the allocator as a size, in six calls")
    void sizes_reachTheAllocator() {
        assertThat(outcome.requests()).containsExactly("(NULL, 0, 4)", "(NULL, 0, 400)", "(NULL, 0, 1024)",
                "(block, 4, 0)", "(block, 400, 0)", "(block, 1024, 0)");
    }

    @Test
    @DisplayName("an allocator that trusts the sizes ends with empty books")
    void allocatorsBooks_close() {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        E04Release.run(stats);
        assertThat(stats.snapshot()).isEqualTo(new StatsAllocator.Snapshot(0, 0, 1428, 3, 3, 0, 0, 0, 0, 0));
    }
}
