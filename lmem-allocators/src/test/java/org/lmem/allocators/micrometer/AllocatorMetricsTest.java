package org.lmem.allocators.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.SystemAlloc;

class AllocatorMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double gauge(String name) {
        return registry.get(name).tag("allocator", "scripts").gauge().value();
    }

    @Test
    void statsAllocator_hasGauges() {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        new AllocatorMetrics(stats, Tags.of("allocator", "scripts")).bindTo(registry);
        long block = stats.realloc(stats.realloc(0, 0, 100), 100, 60);
        assertThat(gauge("lmem.allocator.live")).isEqualTo(60);
        assertThat(gauge("lmem.allocator.peak")).isEqualTo(100);
        assertThat(gauge("lmem.allocator.blocks")).isEqualTo(1);
        assertThat(registry.get("lmem.allocator.live").gauge().getId().getBaseUnit()).isEqualTo("bytes");
        stats.realloc(block, 60, 0);
        assertThat(gauge("lmem.allocator.live")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"allocation, 3", "free, 3", "grow, 2", "shrink, 1", "same.size, 1", "noop, 4", "failure, 2"})
    void statsAllocator_countsRequestsByKind(String kind, double count) {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        new AllocatorMetrics(stats, Tags.of("allocator", "scripts")).bindTo(registry);
        long a = stats.realloc(0, 0, 10);
        long b = stats.realloc(0, 0, 20);
        long c = stats.realloc(0, 0, 30);
        a = stats.realloc(stats.realloc(a, 10, 11), 11, 12);
        b = stats.realloc(b, 20, 5);
        c = stats.realloc(c, 30, 30);
        stats.realloc(a, 12, 0);
        stats.realloc(b, 5, 0);
        stats.realloc(c, 30, 0);
        for (int i = 0; i < 4; i++)
            stats.realloc(0, 0, 0);
        stats.realloc(0, 0, -1);
        stats.realloc(0, 0, -1);
        assertThat(registry.get("lmem.allocator.requests").tag("kind", kind).tag("allocator", "scripts")
                .functionCounter().count()).isEqualTo(count);
    }

    @Test
    void pool_hasGauges() {
        try (PoolAllocator pool = new PoolAllocator()) {
            new AllocatorMetrics(pool, Tags.of("allocator", "scripts")).bindTo(registry);
            pool.realloc(0, 0, 100);
            assertThat(gauge("lmem.pool.live")).isEqualTo(100);
            assertThat(gauge("lmem.pool.reserved")).isEqualTo(pool.reservedBytes()).isPositive();
            assertThat(gauge("lmem.pool.reserved.peak")).isEqualTo(pool.peakReservedBytes());
        }
    }
}
