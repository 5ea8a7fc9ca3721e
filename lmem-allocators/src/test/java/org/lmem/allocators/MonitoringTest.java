package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.DebugAllocator.Leftover;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;

/// The document's monitor and its report, and what was wrong with them.
class MonitoringTest {
    private final AtomicLong clock = new AtomicLong();
    private final DebugAllocator monitor = new DebugAllocator(SystemAlloc.INSTANCE,
            DebugOptions.FULL.withNanoClock(clock::get));

    private long allocate(long size) {
        return monitor.realloc(0, 0, size);
    }

    private static List<Long> sizes(DebugReport report) {
        return report.blocks().stream().map(BlockInfo::size).toList();
    }

    @Nested
    @DisplayName("E15 allocation without release: the leak report")
    class E15 {
        @Test
        @DisplayName("three blocks and 5040 bytes leak, each with the line that asked for it")
        void leaks() {
            LuaMemory memory = new LuaMemory(monitor);
            memory.malloc(1024);
            memory.malloc(16);
            memory.malloc(100 * 40);
            assertThat(memory.totalBytes()).isEqualTo(5040);
            DebugReport report = monitor.close(Leftover.RELEASE);
            assertThat(report.leakedBlocks()).isEqualTo(3);
            assertThat(report.leakedBytes()).isEqualTo(5040);
            assertThat(report.leaksBySite()).extracting(DebugReport.Group::bytes).containsExactly(4000L, 1024L, 16L);
            assertThat(report.leaks()).allSatisfy(leak -> assertThat(leak.site().toString())
                    .startsWith("org.lmem.allocators.MonitoringTest$E15.leaks(MonitoringTest.java:"));
        }
    }

    @Test
    @DisplayName("E34 the record of a block: address, size, tag, thread, place, age")
    void e34() {
        long block = monitor.tagged("buffer").realloc(0, 0, 100);
        clock.set(1_500_000_000);
        allocate(1);
        BlockInfo info = monitor.report().block(block).orElseThrow();
        assertThat(info).returns(block, BlockInfo::address).returns(100L, BlockInfo::size)
                .returns(1L, BlockInfo::number).returns("buffer", BlockInfo::tag)
                .returns(Thread.currentThread().getName(), BlockInfo::thread).returns(1L, BlockInfo::ageOperations)
                .returns(Duration.ofMillis(1500), BlockInfo::age);
        monitor.close(Leftover.RELEASE);
    }

    @Test
    @DisplayName("E35 the monitor follows each block through resize and free")
    void e35() {
        long a = allocate(100);
        long b = allocate(200);
        monitor.realloc(b, 200, 0);
        assertThat(sizes(monitor.report())).containsExactly(100L);
        a = monitor.realloc(a, 100, 150);
        assertThat(sizes(monitor.report())).containsExactly(150L);
        monitor.realloc(a, 150, 0);
        assertThat(monitor.report().liveBlocks()).isZero();
        monitor.close();
    }

    @Nested
    @DisplayName("E36 the memory report")
    class E36 {
        @Test
        @DisplayName("64 is small, 65 and 1024 are medium, 1025 is large")
        void classes() {
            for (int size : new int[]{64, 65, 1024, 1025})
                allocate(size);
            DebugReport report = monitor.report();
            assertThat(report.small()).isEqualTo(new DebugReport.SizeClass(1, 1, 64));
            assertThat(report.medium()).isEqualTo(new DebugReport.SizeClass(2, 2, 65 + 1024));
            assertThat(report.large()).isEqualTo(new DebugReport.SizeClass(1, 1, 1025));
            monitor.close(Leftover.RELEASE);
        }

        @Test
        @DisplayName("the text has totals, classes, leaks by place, and faults")
        void text() {
            long kept = allocate(100);
            long a = allocate(10);
            a = monitor.realloc(a, 10, 2000);
            monitor.realloc(a, 2000, 0);
            long foreign = kept + 1;
            catchThrowableOfType(BlockFaultException.class, () -> monitor.realloc(foreign, 1, 0));
            AllocationSite site = monitor.report().blocks().getFirst().site();
            String thread = Thread.currentThread().getName();
            String owner = ", size=100, thread=" + thread + ", site=" + site;
            String books = """
                    memory report: level=FULL, operations=5, allocations=2, resizes=1, frees=1, refusals=0, \
                    blocks=1, bytes=100, peak=2100, quarantined=2010
                      small, up to 64 bytes: allocations=1, blocks=0, bytes=0
                      medium, 65 to 1024 bytes: allocations=1, blocks=1, bytes=100
                      large, over 1024 bytes: allocations=0, blocks=0, bytes=0
                    """;
            String fault = "  fault: a block was not obtained here: block=0x" + Long.toHexString(kept + 1)
                    + ", osize=1, nsize=0, inside block=0x" + Long.toHexString(kept) + ", offset=1" + owner + "\n";
            assertThat(monitor.report()).hasToString(books + "  leaks: unknown before close\n" + fault);
            assertThat(monitor.close(Leftover.RELEASE)).hasToString(books + """
                      leaks: blocks=1, bytes=100
                        blocks=1, bytes=100, oldest block: address=0x%x, age in operations=4%s
                    """.formatted(kept, owner) + fault);
        }

        @Test
        @DisplayName("a state of the real Lua: what lives is no leak, and nothing is left after lua_close")
        void realLua() {
            try (RealLua lua = RealLua.withLibraries(monitor)) {
                lua.collect();
                DebugReport report = monitor.report();
                assertThat(report.liveBytes()).isEqualTo(lua.count());
                assertThat(report.blocks()).hasSize((int) report.liveBlocks()).hasSizeGreaterThan(300);
                assertThat(report.small().liveBlocks() + report.medium().liveBlocks() + report.large().liveBlocks())
                        .isEqualTo(report.liveBlocks());
                assertThat(report.leakedBlocks()).isZero();
            }
            monitor.close();
            assertThat(monitor.report().leakedBlocks()).isZero();
            assertThat(monitor.report().faults()).isEmpty();
        }
    }

    @Test
    void report_whileAnotherThreadWorks_isOfOneMoment() throws InterruptedException {
        Thread worker = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 900; i++) {
                long block = allocate(1 + i % 2000);
                block = monitor.realloc(block, 1 + i % 2000, 500);
                if (i % 3 != 0)
                    monitor.realloc(block, 500, 0);
            }
        });
        do {
            DebugReport report = monitor.report();
            assertThat(report.blocks()).hasSize((int) report.liveBlocks());
            assertThat(report.blocks().stream().mapToLong(BlockInfo::size).sum()).isEqualTo(report.liveBytes());
            assertThat(report.small().liveBytes() + report.medium().liveBytes() + report.large().liveBytes())
                    .isEqualTo(report.liveBytes());
            assertThat(report.allocations() - report.frees()).isEqualTo(report.liveBlocks());
        } while (worker.isAlive());
        worker.join();
        assertThat(monitor.close(Leftover.RELEASE).leakedBytes()).isEqualTo(300 * 500);
    }

    @Test
    @DisplayName("X55 a free marks the block that was freed, not the first one on record")
    void x55() {
        allocate(100);
        long b = allocate(200);
        monitor.realloc(b, 200, 0);
        DebugReport report = monitor.close(Leftover.RELEASE);
        assertThat(report.leakedBlocks()).isEqualTo(1);
        assertThat(report.leakedBytes()).as("not 200").isEqualTo(100);
    }

    @Test
    @DisplayName("X56 a resize changes the record of the block and adds none")
    void x56() {
        long a = allocate(100);
        a = monitor.realloc(a, 100, 150);
        assertThat(monitor.report()).returns(1L, DebugReport::liveBlocks).returns(150L, DebugReport::liveBytes)
                .returns(1L, DebugReport::allocations).returns(1L, DebugReport::resizes);
        assertThat(monitor.report().blocks()).singleElement().returns(a, BlockInfo::address)
                .returns(1L, BlockInfo::number);
        monitor.realloc(a, 150, 0);
        monitor.close();
    }

    @Test
    @DisplayName("X57 there is no capacity beyond which blocks are counted in and not out")
    void x57() {
        DebugAllocator tiny = new DebugAllocator(SystemAlloc.INSTANCE, DebugOptions.FULL.withEvents(1, 1));
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 5000; i++)
            blocks.add(tiny.realloc(0, 0, 100));
        assertThat(tiny.report().blocks()).hasSize(5000);
        for (long block : blocks)
            tiny.realloc(block, 100, 0);
        assertThat(tiny.report()).returns(0L, DebugReport::liveBytes).returns(0L, DebugReport::liveBlocks)
                .returns(500_000L, DebugReport::peakBytes);
        tiny.close();
    }

    @Test
    @DisplayName("X58 a record names the caller's line and stack, and the time of a clock")
    void x58() {
        clock.set(7_000);
        allocate(1);
        clock.set(9_000);
        BlockInfo info = monitor.report().blocks().getFirst();
        assertThat(info.site().frames()).extracting(StackTraceElement::getMethodName).startsWith("allocate", "x58");
        assertThat(info.site().frames().getFirst().getFileName()).isEqualTo("MonitoringTest.java");
        assertThat(info.age()).isEqualTo(Duration.ofNanos(2_000));
        monitor.close(Leftover.RELEASE);
    }

    @Test
    @DisplayName("X59 resizes are no allocations, and only what is left at close is a leak")
    void x59() {
        try (RealLua lua = RealLua.withLibraries(monitor)) {
            DebugReport open = monitor.report();
            assertThat(open.resizes()).isPositive();
            assertThat(open.allocations() - open.frees()).isEqualTo(open.liveBlocks());
            assertThat(open.leakedBlocks()).as("on a healthy state").isZero();
            assertThat(lua.run("return 'healthy'").text()).isEqualTo("healthy");
        }
        DebugReport last = monitor.close(Leftover.KEEP);
        assertThat(last.leakedBlocks()).as("after lua_close").isZero();
        assertThat(last.allocations()).isEqualTo(last.frees());
    }

    @Test
    @DisplayName("X60 the allocator prints nothing: events are read afterwards, even after close")
    void x60() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        try {
            long block = monitor.realloc(allocate(10), 10, 20);
            catchThrowableOfType(BlockFaultException.class, () -> monitor.realloc(block, 1, 0));
            monitor.realloc(block, 20, 0);
            monitor.close();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(monitor.events()).extracting(event -> (Object) event.getClass()).containsExactly(
                DebugEvent.Allocated.class, DebugEvent.Resized.class, DebugEvent.Faulted.class,
                DebugEvent.Freed.class);
    }

    @Test
    @DisplayName("X61 the old size is the size of the block: no age, no place, and nothing that must grow in place")
    void x61() {
        int[] moved = {0};
        LuaAlloc movesAlways = (block, osize, nsize) -> {
            long result = monitor.realloc(block, osize, nsize); // throws where osize is not the block's size
            if (block != 0 && nsize != 0) {
                assertThat(result).isNotEqualTo(block);
                moved[0]++;
            }
            return result;
        };
        try (RealLua lua = RealLua.withLibraries(movesAlways)) {
            assertThat(lua.run(
                    "local t = {} for i = 1, 1000 do t[i] = i end local s = 0 for i = 1, #t do s = s + t[i] end return s"))
                    .isEqualTo(new RealLua.Outcome(RealLua.OK, "500500"));
        }
        assertThat(moved[0]).isGreaterThan(10);
        assertThat(monitor.report().faults()).isEmpty();
        monitor.close();
    }
}
