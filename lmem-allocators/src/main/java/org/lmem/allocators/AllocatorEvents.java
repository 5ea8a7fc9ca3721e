package org.lmem.allocators;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.Unsigned;
import org.lmem.core.LuaAlloc;

/// What the allocators tell Java's flight recorder.
///
/// | event | when | told by |
/// |---|---|---|
/// | [#ALLOCATION_FAILURE] | a request was refused | [StatsAllocator], [DebugAllocator] |
/// | [#LIMIT_REACHED] | a budget had no room for a request | [LimitAllocator] |
/// | [#NEW_SEGMENT] | memory was taken from the system | [PoolAllocator] |
/// | [#LEAK] | an allocator was closed over blocks in use: one event per allocation site | [DebugAllocator] |
/// | [#BLOCK_FAULT] | a block was misused | [DebugAllocator] |
/// | [#STATISTICS], [#POOL_STATISTICS] | every second, or as often as the recording says | what was given to [#publish] |
///
/// All are off until a recording turns them on by name, for example
/// `-XX:StartFlightRecording:org.lmem.AllocationFailure#enabled=true`. While they are off they cost nothing: none is on
/// the way of a request that succeeds, and without a recorder in the process not even the classes of the events are loaded.
///
/// A refusal is told by each allocator that watches, so that in a nest of two one request makes two events; they
/// differ in `allocator`.
public final class AllocatorEvents {
    /// A request was refused.
    public static final String ALLOCATION_FAILURE = "org.lmem.AllocationFailure";
    /// A budget had no room for a request.
    public static final String LIMIT_REACHED = "org.lmem.LimitReached";
    /// A pool took memory from the system.
    public static final String NEW_SEGMENT = "org.lmem.NewSegment";
    /// Blocks were still in use when their allocator was closed.
    public static final String LEAK = "org.lmem.Leak";
    /// A block was misused.
    public static final String BLOCK_FAULT = "org.lmem.BlockFault";
    /// The counts of a published [StatsAllocator].
    public static final String STATISTICS = "org.lmem.Statistics";
    /// The figures of a published [PoolAllocator].
    public static final String POOL_STATISTICS = "org.lmem.PoolStatistics";

    private AllocatorEvents() {}

    /// Lets recordings have the counts of an allocator from time to time.
    ///
    /// @param name of the allocator in the events
    /// @param allocator whose counts they are
    /// @return ends it when closed
    public static Registration publish(String name, StatsAllocator allocator) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(allocator, "allocator");
        return publish(Statistics.class, () -> new Statistics(name, allocator.snapshot()).commit());
    }

    /// Lets recordings have the figures of a pool from time to time. They are read while the pool works, and may be of
    /// slightly different moments.
    ///
    /// @param name of the pool in the events
    /// @param pool whose figures they are
    /// @return ends it when closed
    public static Registration publish(String name, PoolAllocator pool) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(pool, "pool");
        return publish(PoolStatistics.class, () -> new PoolStatistics(name, pool).commit());
    }

    private static Registration publish(Class<? extends Event> type, Runnable hook) {
        FlightRecorder.addPeriodicEvent(type, hook);
        return () -> FlightRecorder.removePeriodicEvent(hook);
    }

    private static boolean isRecording() {
        return FlightRecorder.isInitialized();
    }

    static void refused(LuaAlloc by, long block, long osize, long nsize) {
        if (isRecording())
            AllocationFailure.tell(by, block, osize, nsize);
    }

    static void limitReached(Budget budget, long nsize) {
        if (isRecording())
            LimitReached.tell(budget, nsize);
    }

    static void newSegment(long address, long bytes) {
        if (isRecording())
            NewSegment.tell(address, bytes);
    }

    static void leaked(LuaAlloc by, DebugReport report) {
        if (isRecording())
            report.leaksBySite().forEach(group -> Leak.tell(by, group));
    }

    static void found(LuaAlloc by, BlockFault fault) {
        if (isRecording())
            Fault.tell(by, fault);
    }

    @Name(ALLOCATION_FAILURE)
    @Label("Allocation Failure")
    @Category({"lmem"})
    @Description("A request for memory was refused")
    @Enabled(false)
    static final class AllocationFailure extends Event {
        @Label("Allocator")
        String allocator;
        @Label("Block")
        @Description("The block that was to grow, 0 for a new one")
        @MemoryAddress
        long block;
        @Label("Old Size")
        @DataAmount
        @Unsigned
        long osize;
        @Label("Size Wanted")
        @DataAmount
        @Unsigned
        long nsize;

        private AllocationFailure(LuaAlloc by, long block, long osize, long nsize) {
            this.allocator = by.toString();
            this.block = block;
            this.osize = osize;
            this.nsize = nsize;
        }

        static void tell(LuaAlloc by, long block, long osize, long nsize) {
            new AllocationFailure(by, block, osize, nsize).commit();
        }
    }

    @Name(LIMIT_REACHED)
    @Label("Limit Reached")
    @Category({"lmem"})
    @Description("A budget had no room for a request")
    @Enabled(false)
    static final class LimitReached extends Event {
        @Label("Budget")
        String budget;
        @Label("Size Wanted")
        @DataAmount
        @Unsigned
        long nsize;
        @Label("In Use")
        @DataAmount
        long used;
        @Label("Limit")
        @DataAmount
        long limit;

        private LimitReached(Budget budget, long nsize) {
            this.budget = budget.name();
            this.nsize = nsize;
            this.used = budget.used();
            this.limit = budget.limit();
        }

        static void tell(Budget budget, long nsize) {
            new LimitReached(budget, nsize).commit();
        }
    }

    @Name(NEW_SEGMENT)
    @Label("New Segment")
    @Category({"lmem"})
    @Description("A pool took memory from the system")
    @Enabled(false)
    static final class NewSegment extends Event {
        @Label("Address")
        @MemoryAddress
        long address;
        @Label("Size")
        @DataAmount
        long bytes;

        private NewSegment(long address, long bytes) {
            this.address = address;
            this.bytes = bytes;
        }

        static void tell(long address, long bytes) {
            new NewSegment(address, bytes).commit();
        }
    }

    @Name(LEAK)
    @Label("Leak")
    @Category({"lmem"})
    @Description("Blocks from one place were still in use when their allocator was closed")
    @Enabled(false)
    static final class Leak extends Event {
        @Label("Allocator")
        String allocator;
        @Label("Site")
        @Description("The innermost frame of the place that allocated them")
        String site;
        @Label("Tag")
        @Description("The tag of the oldest block")
        String tag;
        @Label("Blocks")
        long blocks;
        @Label("Size")
        @DataAmount
        long bytes;
        @Label("Age")
        @Description("The age of the oldest block")
        @Timespan
        long age;

        private Leak(LuaAlloc by, DebugReport.Group<AllocationSite> group) {
            this.allocator = by.toString();
            this.site = group.key().toString();
            this.tag = group.oldest().tag();
            this.blocks = group.blocks();
            this.bytes = group.bytes();
            this.age = group.oldest().age().toNanos();
        }

        static void tell(LuaAlloc by, DebugReport.Group<AllocationSite> group) {
            new Leak(by, group).commit();
        }
    }

    @Name(BLOCK_FAULT)
    @Label("Block Fault")
    @Category({"lmem"})
    @Description("A block was misused")
    @Enabled(false)
    static final class Fault extends Event {
        @Label("Allocator")
        String allocator;
        @Label("Block")
        @MemoryAddress
        long block;
        @Label("Message")
        String message;

        private Fault(LuaAlloc by, BlockFault fault) {
            this.allocator = by.toString();
            this.block = fault.block();
            this.message = fault.message();
        }

        static void tell(LuaAlloc by, BlockFault fault) {
            new Fault(by, fault).commit();
        }
    }

    @Name(STATISTICS)
    @Label("Allocator Statistics")
    @Category({"lmem"})
    @Enabled(false)
    @Period("1 s")
    @StackTrace(false)
    static final class Statistics extends Event {
        @Label("Name")
        String name;
        @Label("Bytes in Use")
        @DataAmount
        long liveBytes;
        @Label("Peak")
        @DataAmount
        long peakBytes;
        @Label("Blocks in Use")
        long liveBlocks;
        @Label("Allocations")
        long allocations;
        @Label("Frees")
        long frees;
        @Label("Grows")
        long grows;
        @Label("Shrinks")
        long shrinks;
        @Label("Failures")
        long failures;

        private Statistics(String name, StatsAllocator.Snapshot counts) {
            this.name = name;
            this.liveBytes = counts.liveBytes();
            this.peakBytes = counts.peakBytes();
            this.liveBlocks = counts.liveBlocks();
            this.allocations = counts.allocations();
            this.frees = counts.frees();
            this.grows = counts.grows();
            this.shrinks = counts.shrinks();
            this.failures = counts.failures();
        }
    }

    @Name(POOL_STATISTICS)
    @Label("Pool Statistics")
    @Category({"lmem"})
    @Enabled(false)
    @Period("1 s")
    @StackTrace(false)
    static final class PoolStatistics extends Event {
        @Label("Name")
        String name;
        @Label("Bytes in Use")
        @DataAmount
        long liveBytes;
        @Label("Taken from the System")
        @DataAmount
        long reservedBytes;
        @Label("Most Taken from the System")
        @DataAmount
        long peakReservedBytes;

        private PoolStatistics(String name, PoolAllocator pool) {
            this.name = name;
            this.liveBytes = pool.liveBytes();
            this.reservedBytes = pool.reservedBytes();
            this.peakReservedBytes = pool.peakReservedBytes();
        }
    }
}
