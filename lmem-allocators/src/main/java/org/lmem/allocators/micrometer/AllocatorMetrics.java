package org.lmem.allocators.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.StatsAllocator.Snapshot;

/// Binds the figures of an allocator to a registry of meters.
///
/// | meter | of | what |
/// |---|---|---|
/// | `lmem.allocator.live` | gauge, bytes | bytes in use |
/// | `lmem.allocator.blocks` | gauge | blocks in use |
/// | `lmem.allocator.peak` | gauge, bytes | the most bytes in use at once |
/// | `lmem.allocator.requests` | counter, tag `kind` | requests: `allocation`, `free`, `grow`, `shrink`, `same.size`, `noop`, `failure` |
/// | `lmem.pool.live` | gauge, bytes | bytes in use of a pool |
/// | `lmem.pool.reserved` | gauge, bytes | memory that a pool has from the system |
/// | `lmem.pool.reserved.peak` | gauge, bytes | the most that it had |
///
/// ```java
/// new AllocatorMetrics(stats, Tags.of("allocator", "scripts")).bindTo(registry);
/// ```
///
/// Each meter carries the given tags. Registries hold the allocator weakly: when it is gone, so are its figures.
public final class AllocatorMetrics implements MeterBinder {
    private static final Map<String, ToLongFunction<Snapshot>> KINDS = Map.of("allocation", Snapshot::allocations,
            "free", Snapshot::frees, "grow", Snapshot::grows, "shrink", Snapshot::shrinks, "same.size",
            Snapshot::sameSizes, "noop", Snapshot::noops, "failure", Snapshot::failures);

    private final List<Consumer<MeterRegistry>> meters = new ArrayList<>();
    private final Tags tags;

    private AllocatorMetrics(Iterable<? extends Tag> tags) {
        this.tags = Tags.of(tags);
    }

    /// The meters of an allocator that counts.
    ///
    /// @param allocator whose counts they show
    /// @param tags that every meter carries
    public AllocatorMetrics(StatsAllocator allocator, Iterable<? extends Tag> tags) {
        this(tags);
        Objects.requireNonNull(allocator, "allocator");
        bytes("lmem.allocator.live", "Bytes in use", allocator, StatsAllocator::liveBytes);
        gauge("lmem.allocator.blocks", "Blocks in use", allocator, stats -> stats.snapshot().liveBlocks());
        bytes("lmem.allocator.peak", "The most bytes in use at once", allocator,
                stats -> stats.snapshot().peakBytes());
        KINDS.forEach((kind, count) -> counter(kind, allocator, stats -> count.applyAsLong(stats.snapshot())));
    }

    /// The meters of a pool. They are read while the pool works.
    ///
    /// @param pool whose figures they show
    /// @param tags that every meter carries
    public AllocatorMetrics(PoolAllocator pool, Iterable<? extends Tag> tags) {
        this(tags);
        Objects.requireNonNull(pool, "pool");
        bytes("lmem.pool.live", "Bytes in use", pool, PoolAllocator::liveBytes);
        bytes("lmem.pool.reserved", "Memory taken from the system", pool, PoolAllocator::reservedBytes);
        bytes("lmem.pool.reserved.peak", "The most memory taken from the system at once", pool,
                PoolAllocator::peakReservedBytes);
    }

    private <T> void bytes(String name, String description, T of, ToDoubleFunction<T> value) {
        meters.add(registry -> Gauge.builder(name, of, value).description(description).baseUnit("bytes").tags(tags)
                .register(registry));
    }

    private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        meters.add(registry -> Gauge.builder(name, of, value).description(description).tags(tags).register(registry));
    }

    private void counter(String kind, StatsAllocator of, ToDoubleFunction<StatsAllocator> value) {
        meters.add(registry -> FunctionCounter.builder("lmem.allocator.requests", of, value)
                .description("Requests made of the allocator").tags(tags).tag("kind", kind).register(registry));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        meters.forEach(meter -> meter.accept(registry));
    }
}
