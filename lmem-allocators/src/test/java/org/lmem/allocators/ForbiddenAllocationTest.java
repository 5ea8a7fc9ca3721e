package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.BlockFault.Forbidden;
import org.lmem.allocators.DebugAllocator.Ban;
import org.lmem.allocators.DebugAllocator.Leftover;
import org.lmem.core.SystemAlloc;

/// Code that must take no memory: what it may do, and what it may not.
final class ForbiddenAllocationTest {
    private final DebugAllocator debug = new DebugAllocator(SystemAlloc.INSTANCE);

    @AfterEach
    void close() {
        debug.close(Leftover.RELEASE);
    }

    private void requireForbidden(long block, long osize, long nsize, String why) {
        long live = debug.liveBytes();
        assertThatExceptionOfType(BlockFaultException.class).isThrownBy(() -> debug.realloc(block, osize, nsize))
                .withMessage("memory was asked for where that is forbidden: block=0x" + Long.toHexString(block)
                        + ", osize=" + osize + ", nsize=" + nsize + ", why=" + why);
        assertThat(debug.liveBytes()).isEqualTo(live);
    }

    @Test
    void newBlocksAndGrowth_areFaults() {
        long block = debug.realloc(NULL, 0, 40);
        try (Ban ban = debug.forbid("sweep")) {
            assertThat(ban).isNotNull();
            requireForbidden(NULL, 0, 1, "sweep");
            requireForbidden(block, 40, 41, "sweep");
        }
        assertThat(debug.report().faults()).hasSize(2).hasOnlyElementsOfType(Forbidden.class);
        assertThat(debug.realloc(block, 40, 41)).isNotEqualTo(NULL);
    }

    @Test
    void whatTakesNothing_isAllowed() {
        long block = debug.realloc(NULL, 0, 40);
        try (Ban ban = debug.forbid("sweep")) {
            assertThat(ban).isNotNull();
            assertThat(debug.realloc(NULL, 0, 0)).isEqualTo(NULL);
            block = debug.realloc(block, 40, 40);
            block = debug.realloc(block, 40, 8);
            assertThat(debug.realloc(block, 8, 0)).isEqualTo(NULL);
        }
        assertThat(debug.report().faults()).isEmpty();
        assertThat(debug.liveBytes()).isZero();
    }

    @Test
    void tagInPlaceOfASize_makesNoBlockAllowed() {
        try (Ban ban = debug.forbid("sweep")) {
            assertThat(ban).isNotNull();
            assertThatExceptionOfType(BlockFaultException.class).isThrownBy(() -> debug.realloc(NULL, 100, 50))
                    .withMessageContaining("osize=0, nsize=50");
        }
    }

    @Test
    void bansAreNested_andLiftedOneByOne() {
        Ban outer = debug.forbid("cycle");
        Ban inner = debug.forbid("sweep");
        requireForbidden(NULL, 0, 8, "cycle");
        outer.close();
        outer.close();
        requireForbidden(NULL, 0, 8, "sweep");
        inner.close();
        assertThat(debug.realloc(NULL, 0, 8)).isNotEqualTo(NULL);
    }

    @Test
    void otherThreads_mayGoOn() {
        try (Ban ban = debug.forbid("sweep")) {
            assertThat(ban).isNotNull();
            assertThat(CompletableFuture.supplyAsync(() -> debug.realloc(NULL, 0, 8)).join()).isNotEqualTo(NULL);
        }
    }

    @Test
    void levelOff_looksAtNothing() {
        try (DebugAllocator off = new DebugAllocator(SystemAlloc.INSTANCE, DebugOptions.OFF);
                Ban ban = off.forbid("sweep")) {
            assertThat(ban).isNotNull();
            long block = off.realloc(NULL, 0, 8);
            assertThat(block).isNotEqualTo(NULL);
            off.realloc(block, 8, 0);
        }
    }
}
