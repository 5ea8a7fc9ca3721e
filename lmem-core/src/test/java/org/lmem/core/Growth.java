package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;

/// What n appends to an empty vector cost, as the allocator sees it. Sizes are elements.
///
/// Counting rule: the first allocation is a growth; a growth of a vector with elements moves data; copies are the
/// elements present at each growth; the peak is the old block and the new one together.
///
/// @param capacities after each growth
/// @param moving growths of a vector that had elements
/// @param copies elements that all growths together copy, if each of them moves
/// @param peak the most that old and new block hold at once
record Growth(List<Integer> capacities, int moving, long copies, long peak) {
    static Growth of(GrowthPolicy policy, int n) {
        RecordingAlloc alloc = new RecordingAlloc();
        List<Integer> capacities = new ArrayList<>();
        try (LuaMemory memory = new LuaMemory(alloc);
                LuaVector v = LuaVector.of(memory, JAVA_INT, LuaMemory.MAX_INT, "full", policy)) {
            for (int i = 0; i < n; i++) {
                int before = alloc.callCount();
                v.addInt(i);
                if (alloc.callCount() > before)
                    capacities.add(v.capacity());
            }
            return new Growth(capacities, (int) alloc.calls().stream().filter(RecordingAlloc.Call::isResize).count(),
                    alloc.calls().stream().mapToLong(c -> c.osize() / 4).sum(),
                    alloc.calls().stream().mapToLong(c -> (c.osize() + c.nsize()) / 4).max().orElse(0));
        }
    }

    int count() {
        return capacities.size();
    }

    int last() {
        return capacities.getLast();
    }

    /// Elements in use of the capacity, in percent to two places.
    static double use(int n, int capacity) {
        return Math.round(10000.0 * n / capacity) / 100.0;
    }
}
