package org.lmem.gc;

import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaException;

/// Tells Java's flight recorder what a collector does.
///
/// | event | when |
/// |---|---|
/// | [#STEP] | a step, a full collection or an emergency collection has ended |
/// | [#CYCLE] | a cycle has ended |
/// | [#FINALIZER_ERROR] | a finaliser has failed |
/// | [#PRESSURE] | the soft limit of a [PressurePolicy] was reached, or its hard limit refused a request |
///
/// ```java
/// state.collector().addListener(new CollectorRecording("script"));
/// ```
///
/// The events are off until a recording turns them on by name, for example
/// `-XX:StartFlightRecording:org.lmem.CollectorStep#enabled=true`. A state without this listener costs nothing; with it the
/// collector works one single step at a time, as for any listener.
public final class CollectorRecording implements CollectorListener {
    /// A step or a collection has ended.
    public static final String STEP = "org.lmem.CollectorStep";
    /// A cycle has ended.
    public static final String CYCLE = "org.lmem.CollectorCycle";

    /// A finaliser has failed.
    public static final String FINALIZER_ERROR = "org.lmem.FinalizerError";
    /// A limit was reached.
    public static final String PRESSURE = "org.lmem.MemoryPressure";

    private final String name;

    /// A listener that makes events of what it hears.
    ///
    /// @param name of the state in the events
    public CollectorRecording(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    @Override
    public void onEvent(CollectorEvent event) {
        if (event.kind() != CollectorEvent.Kind.SINGLE)
            new Step(name, event).commit();
    }

    @Override
    public void onCycle(CycleMetrics cycle) {
        new Cycle(name, cycle).commit();
    }

    @Override
    public void onFinalizerError(LuaException error) {
        new FinalizerError(name, error).commit();
    }

    @Override
    public void onPressure(PressureEvent event) {
        new Pressure(name, event).commit();
    }

    @Name(STEP)
    @Label("Lua Collector Step")
    @Description("The collector of a Lua state has done a step or a collection")
    @Category({"lmem", "Collector"})
    @Enabled(false)
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the recorder reads them
    private static final class Step extends Event {
        @Label("State")
        private final String state;
        @Label("Kind")
        private final String kind;
        @Label("Phase Before")
        private final String before;
        @Label("Phase After")
        private final String after;
        @Label("Cost")
        private final long cost;
        @Label("Bytes Before")
        @DataAmount
        private final long bytesBefore;
        @Label("Bytes After")
        @DataAmount
        private final long bytes;
        @Label("Threshold")
        @DataAmount
        private final long threshold;
        @Label("Estimate")
        @DataAmount
        private final long estimate;
        @Label("Blocks Freed")
        private final long freedBlocks;

        Step(String state, CollectorEvent event) {
            this.state = state;
            kind = event.kind().toString();
            before = event.before().toString();
            after = event.after().toString();
            cost = event.cost();
            bytesBefore = event.bytesBefore();
            bytes = event.bytes();
            threshold = event.threshold();
            estimate = event.estimate();
            freedBlocks = event.freedBlocks();
        }
    }

    @Name(CYCLE)
    @Label("Lua Collector Cycle")
    @Description("The collector of a Lua state has finished a cycle")
    @Category({"lmem", "Collector"})
    @Enabled(false)
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the recorder reads them
    private static final class Cycle extends Event {
        @Label("State")
        private final String state;
        @Label("Number")
        private final long number;
        @Label("Steps")
        private final long steps;
        @Label("Objects Freed")
        private final long freedObjects;
        @Label("Bytes Freed")
        @DataAmount
        private final long freedBytes;
        @Label("Finalizers")
        private final long finalizers;
        @Label("Bytes Before")
        @DataAmount
        private final long bytesBefore;
        @Label("Bytes After")
        @DataAmount
        private final long bytesAfter;
        @Label("Mark Time")
        @Timespan(Timespan.NANOSECONDS)
        private final long mark;
        @Label("Sweep Time")
        @Timespan(Timespan.NANOSECONDS)
        private final long sweep;
        @Label("Finalizer Time")
        @Timespan(Timespan.NANOSECONDS)
        private final long finalizer;

        Cycle(String state, CycleMetrics cycle) {
            this.state = state;
            number = cycle.number();
            steps = cycle.steps();
            freedObjects = cycle.freedObjects();
            freedBytes = cycle.freedBytes();
            finalizers = cycle.finalizers();
            bytesBefore = cycle.bytesBefore();
            bytesAfter = cycle.bytesAfter();
            mark = cycle.markNanos();
            sweep = cycle.sweepNanos();
            finalizer = cycle.finalizeNanos();
        }
    }

    @Name(FINALIZER_ERROR)
    @Label("Lua Finalizer Error")
    @Description("A finaliser of a Lua state has failed")
    @Category({"lmem", "Collector"})
    @Enabled(false)
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the recorder reads them
    private static final class FinalizerError extends Event {
        @Label("State")
        private final String state;
        @Label("Status")
        private final String status;
        @Label("Message")
        private final @Nullable String message;

        FinalizerError(String state, LuaException error) {
            this.state = state;
            status = error.status().toString();
            message = error.getMessage();
        }
    }

    @Name(PRESSURE)
    @Label("Lua Memory Pressure")
    @Description("A Lua state has reached a limit of its memory")
    @Category({"lmem", "Collector"})
    @Enabled(false)
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the recorder reads them
    private static final class Pressure extends Event {
        @Label("State")
        private final String state;
        @Label("Kind")
        private final String kind;
        @Label("Bytes in Use")
        @DataAmount
        private final long bytes;
        @Label("Limit")
        @DataAmount
        private final long limit;
        @Label("Wanted")
        @DataAmount
        private final long wanted;

        Pressure(String state, PressureEvent event) {
            this.state = state;
            kind = event.kind().toString();
            bytes = event.bytes();
            limit = event.limit();
            wanted = event.wanted();
        }
    }
}
