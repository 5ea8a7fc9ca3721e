package org.lmem.allocators.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.DebugOptions;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// The allocators that the benchmark knows by name. A new one is a new line in the table below.
final class Subjects {
    private static final LongSupplier UNKNOWN = () -> 0;
    private static final Map<String, Supplier<Subject>> BY_NAME = new TreeMap<>(Map.of(
            "debug.off(pool)", () -> debug(DebugOptions.OFF),
            "debug.sampled(pool)", () -> debug(DebugOptions.SAMPLED),
            "debug.full(pool)", () -> debug(DebugOptions.FULL),
            "debug.nosites(pool)", () -> debug(DebugOptions.FULL.withSiteDepth(0)),
            "pool", () -> overPool(new PoolAllocator(), pool -> pool),
            "stats(pool)", () -> overPool(new PoolAllocator(), StatsAllocator::new),
            "system", () -> new Subject(SystemAlloc.INSTANCE, UNKNOWN)));

    private Subjects() {}

    /// An allocator, and the most memory that it ever took from the system (0: unknown).
    record Subject(LuaAlloc alloc, LongSupplier peakReservedBytes) {}

    @FunctionalInterface
    private interface Decorator {
        LuaAlloc over(PoolAllocator pool);
    }

    static Subject named(String name) {
        Supplier<Subject> subject = BY_NAME.get(name);
        if (subject == null)
            throw new IllegalArgumentException("unknown allocator: name=" + name + ", known=" + names());
        return subject.get();
    }

    static String names() {
        return String.join(", ", BY_NAME.keySet());
    }

    private static Subject debug(DebugOptions options) {
        return overPool(new PoolAllocator(), pool -> new DebugAllocator(pool, options));
    }

    private static Subject overPool(PoolAllocator pool, Decorator decorator) {
        return new Subject(decorator.over(pool), pool::peakReservedBytes);
    }
}
