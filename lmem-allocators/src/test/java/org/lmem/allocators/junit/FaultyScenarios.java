package org.lmem.allocators.junit;

import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;

/// Scenarios that are wrong, each in its own way. Run by [FaultySweepsTest] through the test kit alone.
final class FaultyScenarios {
    @AllocationFailureSweep
    void leaksOnFailure(LuaAlloc alloc) {
        LuaMemory memory = new LuaMemory(alloc);
        long first = memory.malloc(10);
        long second = memory.malloc(20);
        memory.freeMem(second, 20);
        memory.freeMem(first, 10);
    }

    @AllocationFailureSweep
    void leaksAlways(LuaAlloc alloc) {
        alloc.realloc(0, 0, 8);
    }

    @AllocationFailureSweep
    void asksForNothing(LuaAlloc alloc) {
        alloc.realloc(0, 0, 0);
    }

    @AllocationFailureSweep
    void throwsSomethingElse(LuaAlloc alloc) {
        if (alloc.realloc(0, 0, 8) == 0)
            throw new IllegalStateException("unprepared");
    }

    @AllocationFailureSweep
    void throwsWithoutRefusal(LuaAlloc alloc) {
        LuaMemory memory = new LuaMemory((block, osize, nsize) -> 0);
        memory.malloc(alloc.hashCode() | 1);
    }

    @AllocationFailureSweep(limit = 3)
    void retriesForEver(LuaAlloc alloc) {
        for (int i = 0; i < 100; i++) {
            long block = alloc.realloc(0, 0, 8);
            alloc.realloc(block, block == 0 ? 0 : 8, 0);
        }
    }
}
