package org.lmem.allocators.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInfo;
import org.lmem.allocators.FailingAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;

/// Sweeps that are right. What is wrong with others is told by [FaultySweepsTest].
final class AllocationFailureSweepTest {
    private static final List<String> RUNS = new ArrayList<>();

    private long leftover;
    private FailingAllocator current;

    @AfterEach
    void freeLeftover() {
        if (leftover != 0)
            current.realloc(leftover, 8, 0);
    }

    @AfterAll
    static void everySweep_ranUntilItPassed() {
        assertThat(RUNS).containsExactlyInAnyOrder("three n = 0", "three n = 1", "three n = 2", "three n = 3",
                "persistent n = 0", "persistent n = 1", "persistent n = 2", "handled n = 0", "handled n = 1");
    }

    @AllocationFailureSweep
    void threeBlocks_anyRefused_areFreed(LuaAlloc alloc, TestInfo info) {
        RUNS.add("three " + info.getDisplayName());
        try (LuaMemory memory = new LuaMemory(alloc)) {
            List<Long> blocks = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++)
                    blocks.add(memory.malloc(100));
            } finally {
                blocks.forEach(block -> memory.freeMem(block, 100));
            }
        }
    }

    @AllocationFailureSweep(persistent = true)
    void twoBlocks_allRefusedFromOne_areFreed(FailingAllocator alloc, TestInfo info) {
        RUNS.add("persistent " + info.getDisplayName());
        current = alloc;
        long first = alloc.realloc(0, 0, 8);
        leftover = first; // the book is checked after @AfterEach
        long second = alloc.realloc(0, 0, 8);
        assertThat(first == 0 && second != 0).as("a refusal that does not stay").isFalse();
        alloc.realloc(second, second == 0 ? 0 : 8, 0);
    }

    @AllocationFailureSweep
    void oneBlock_refused_isHandled(LuaAlloc alloc, TestInfo info) {
        RUNS.add("handled " + info.getDisplayName());
        long block = alloc.realloc(0, 0, 8);
        alloc.realloc(block, block == 0 ? 0 : 8, 0);
    }
}
