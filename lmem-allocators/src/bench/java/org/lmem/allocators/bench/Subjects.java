package org.lmem.allocators.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lmem.allocators.Budget;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.DebugOptions;
import org.lmem.allocators.LimitAllocator;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.RegionAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// The allocators that the benchmark knows by name. A new one is a new line in the table below.
final class Subjects {
    private static final LongSupplier UNKNOWN = () -> 0;
    private static final Map<String, Supplier<Subject>> BY_NAME = new TreeMap<>(Map.ofEntries(
            Map.entry("debug.off(pool)", () -> debug(DebugOptions.OFF)),
            Map.entry("debug.sampled(pool)", () -> debug(DebugOptions.SAMPLED)),
            Map.entry("debug.full(pool)", () -> debug(DebugOptions.FULL)),
            Map.entry("debug.nosites(pool)", () -> debug(DebugOptions.FULL.withSiteDepth(0))),
            Map.entry("limit(pool)", () -> overPool(new PoolAllocator(), pool -> new LimitAllocator(pool, 1L << 40))),
            Map.entry("limit.tree(pool)", () -> overPool(new PoolAllocator(), Subjects::limitedByTree)),
            Map.entry("pool", () -> overPool(new PoolAllocator(), pool -> pool)),
            Map.entry("pool.own", () -> overPool(new PoolAllocator(PoolAllocator.Options.OWN_PAGES), pool -> pool)),
            Map.entry("region", () -> new Subject(new RegionAllocator(256 << 20), UNKNOWN)),
            Map.entry("stats(limit(pool))",
                    () -> overPool(new PoolAllocator(),
                            pool -> new StatsAllocator(new LimitAllocator(pool, 1L << 40)))),
            Map.entry("stats(pool)", () -> overPool(new PoolAllocator(), StatsAllocator::new)),
            Map.entry("system", () -> new Subject(SystemAlloc.INSTANCE, UNKNOWN))));

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

    private static LuaAlloc limitedByTree(PoolAllocator pool) {
        Budget process = Budget.of("process", 1L << 40);
        return new LimitAllocator(pool, process.child("state", 1L << 40), Budget.of("tag", 1L << 40));
    }

    private static Subject debug(DebugOptions options) {
        return overPool(new PoolAllocator(), pool -> new DebugAllocator(pool, options));
    }

    private static Subject overPool(PoolAllocator pool, Decorator decorator) {
        return new Subject(decorator.over(pool), pool::peakReservedBytes);
    }
}
