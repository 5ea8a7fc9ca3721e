package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmem.allocators.DebugAllocator.Leftover;
import org.lmem.core.SystemAlloc;

/// What the flight recorder is told, and that it is told nothing unasked.
class AllocatorEventsTest {
    @TempDir
    Path dir;

    /// The events of lmem that a recording gets of a scenario, with the given ones enabled.
    private List<RecordedEvent> record(Runnable scenario, String... enabled) throws IOException {
        Path file = dir.resolve("scenario.jfr");
        try (Recording recording = new Recording()) {
            for (String event : enabled)
                recording.enable(event).with("period", "endChunk");
            recording.start();
            scenario.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("org.lmem.")).toList();
    }

    private static void refuseSomething() {
        new StatsAllocator((block, osize, nsize) -> 0).realloc(0, 0, 64);
    }

    @Test
    void events_areOffByDefault() throws IOException {
        assertThat(record(AllocatorEventsTest::refuseSomething)).isEmpty();
        assertThat(record(AllocatorEventsTest::refuseSomething, AllocatorEvents.LEAK)).isEmpty();
    }

    @Test
    void refusal_isAnAllocationFailure() throws IOException {
        assertThat(record(AllocatorEventsTest::refuseSomething, AllocatorEvents.ALLOCATION_FAILURE)).singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("allocator")).startsWith("StatsAllocator[");
                    assertThat(event.getLong("block")).isZero();
                    assertThat(event.getLong("osize")).isZero();
                    assertThat(event.getLong("nsize")).isEqualTo(64);
                    assertThat(event.getStackTrace().getFrames()).extracting(frame -> frame.getMethod())
                            .extracting(RecordedMethod::getName).contains("refuseSomething");
                });
    }

    @Test
    void exceptionBelow_isAnAllocationFailure() throws IOException {
        StatsAllocator stats = new StatsAllocator((block, osize, nsize) -> {
            throw new IllegalArgumentException("no");
        });
        assertThat(record(() -> catchThrowableOfType(IllegalArgumentException.class, () -> stats.realloc(0, 0, 5)),
                AllocatorEvents.ALLOCATION_FAILURE)).singleElement()
                .satisfies(event -> assertThat(event.getLong("nsize")).isEqualTo(5));
    }

    @Test
    void fullBudget_isALimitReached() throws IOException {
        LimitAllocator limited = new LimitAllocator(SystemAlloc.INSTANCE, 100);
        assertThat(record(() -> {
            long block = limited.realloc(0, 0, 60);
            limited.realloc(0, 0, 41);
            limited.realloc(block, 60, 0);
        }, AllocatorEvents.LIMIT_REACHED)).singleElement().satisfies(event -> {
            assertThat(event.getString("budget")).isEqualTo("memory");
            assertThat(event.getLong("nsize")).isEqualTo(41);
            assertThat(event.getLong("used")).isEqualTo(60);
            assertThat(event.getLong("limit")).isEqualTo(100);
        });
    }

    @Test
    void memoryTakenFromTheSystem_isANewSegment() throws IOException {
        assertThat(record(() -> {
            try (PoolAllocator pool = new PoolAllocator()) {
                pool.realloc(0, 0, 64);
                pool.realloc(0, 0, 64);
            }
        }, AllocatorEvents.NEW_SEGMENT)).singleElement().satisfies(event -> {
            assertThat(event.getLong("address")).isNotZero();
            assertThat(event.getLong("bytes")).isEqualTo(PoolAllocator.Options.DEFAULT.segmentBytes());
        });
    }

    @Test
    void leaks_areOneEventASite() throws IOException {
        long[] nanos = {0};
        DebugAllocator debug = new DebugAllocator(SystemAlloc.INSTANCE,
                DebugOptions.FULL.withNanoClock(() -> nanos[0]));
        for (int i = 0; i < 3; i++)
            debug.tagged("strings").realloc(0, 0, 10 + i);
        String site = debug.report().blocks().getFirst().site().toString();
        nanos[0] = 2_000_000;
        assertThat(record(() -> debug.close(Leftover.RELEASE), AllocatorEvents.LEAK)).singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("allocator")).isEqualTo("DebugAllocator[SystemAlloc]");
                    assertThat(event.getString("site")).isEqualTo(site);
                    assertThat(event.getString("tag")).isEqualTo("strings");
                    assertThat(event.getLong("blocks")).isEqualTo(3);
                    assertThat(event.getLong("bytes")).isEqualTo(33);
                    assertThat(event.getDuration("age").toMillis()).isEqualTo(2);
                });
    }

    @Test
    void misuse_isABlockFault() throws IOException {
        DebugAllocator debug = new DebugAllocator(SystemAlloc.INSTANCE);
        assertThat(record(() -> catchThrowableOfType(BlockFaultException.class, () -> debug.realloc(0x10, 8, 0)),
                AllocatorEvents.BLOCK_FAULT)).singleElement().satisfies(event -> {
                    assertThat(event.getLong("block")).isEqualTo(0x10);
                    assertThat(event.getString("message"))
                            .isEqualTo("a block was not obtained here: block=0x10, osize=8, nsize=0");
                });
        debug.close();
    }

    @Test
    void publishedAllocator_isInEveryRecordingUntilClosed() throws IOException {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        long block = stats.realloc(stats.realloc(0, 0, 100), 100, 60);
        try (Registration published = AllocatorEvents.publish("scripts", stats)) {
            assertThat(published).isNotNull();
            assertThat(record(() -> {}, AllocatorEvents.STATISTICS)).isNotEmpty().allSatisfy(event -> {
                assertThat(event.getString("name")).isEqualTo("scripts");
                assertThat(event.getLong("liveBytes")).isEqualTo(60);
                assertThat(event.getLong("peakBytes")).isEqualTo(100);
                assertThat(event.getLong("liveBlocks")).isEqualTo(1);
                assertThat(event.getLong("allocations")).isEqualTo(1);
                assertThat(event.getLong("frees")).isZero();
                assertThat(event.getLong("grows")).isZero();
                assertThat(event.getLong("shrinks")).isEqualTo(1);
                assertThat(event.getLong("failures")).isZero();
            });
        }
        assertThat(record(() -> {}, AllocatorEvents.STATISTICS)).isEmpty();
        stats.realloc(block, 60, 0);
    }

    @Test
    void publishedPool_isInEveryRecordingUntilClosed() throws IOException {
        try (PoolAllocator pool = new PoolAllocator()) {
            pool.realloc(0, 0, 100);
            Registration published = AllocatorEvents.publish("pool", pool);
            assertThat(record(() -> {}, AllocatorEvents.POOL_STATISTICS)).isNotEmpty().allSatisfy(event -> {
                assertThat(event.getString("name")).isEqualTo("pool");
                assertThat(event.getLong("liveBytes")).isEqualTo(100);
                assertThat(event.getLong("reservedBytes")).isEqualTo(pool.reservedBytes()).isPositive();
                assertThat(event.getLong("peakReservedBytes")).isEqualTo(pool.peakReservedBytes());
            });
            published.close();
            published.close(); // a second time does nothing
            assertThat(record(() -> {}, AllocatorEvents.POOL_STATISTICS)).isEmpty();
        }
    }
}
