package org.lmem.gc;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The last events and cycles of a collector, kept to be read, written, or compared with another run.
///
/// ```java
/// CollectorLog log = new CollectorLog(1000);
/// state.collector().addListener(log);
/// ```
///
/// While no listener is there, the collector does not even look for one in its single steps. The log belongs to the thread
/// of its state.
public final class CollectorLog implements CollectorListener {
    private final int capacity;
    private final ArrayDeque<CollectorEvent> events = new ArrayDeque<>();
    private final ArrayDeque<CycleMetrics> cycles = new ArrayDeque<>();
    private long seen;

    /// A log.
    ///
    /// @param capacity how many events, and how many cycles, are kept; 1 or more
    /// @throws IllegalArgumentException where it is less
    public CollectorLog(int capacity) {
        if (capacity < 1)
            throw new IllegalArgumentException("a log keeps one event at least: capacity=" + capacity);
        this.capacity = capacity;
    }

    @Override
    public void onEvent(CollectorEvent event) {
        keep(events, event);
        seen++;
    }

    @Override
    public void onCycle(CycleMetrics cycle) {
        keep(cycles, cycle);
    }

    private <T> void keep(ArrayDeque<T> list, T entry) {
        if (list.size() == capacity)
            list.removeFirst();
        list.addLast(entry);
    }

    /// The events that are kept.
    ///
    /// @return the oldest first
    public List<CollectorEvent> events() {
        return List.copyOf(events);
    }

    /// The cycles that are kept.
    ///
    /// @return the oldest first
    public List<CycleMetrics> cycles() {
        return List.copyOf(cycles);
    }

    /// How many events there were, those no longer kept included.
    ///
    /// @return 0 or more
    public long seen() {
        return seen;
    }

    /// Writes the events, one a line.
    ///
    /// @param out where to
    /// @throws IOException where it cannot be written
    public void writeText(Appendable out) throws IOException {
        for (CollectorEvent event : events)
            out.append(event.toString()).append('\n');
    }

    /// The events and cycles as a JSON object.
    ///
    /// @return `{"seen":…,"events":[…],"cycles":[…]}`; sizes above 2^63 as the unsigned numbers that they are
    public String toJson() {
        return "{\"seen\":" + seen + ",\"events\":" + list(events.stream().map(CollectorLog::json).toList())
                + ",\"cycles\":" + list(cycles.stream().map(CollectorLog::json).toList()) + "}";
    }

    private static String list(List<String> objects) {
        return objects.stream().collect(Collectors.joining(",", "[", "]"));
    }

    private static String json(CollectorEvent e) {
        return "{\"kind\":\"" + e.kind() + "\",\"before\":\"" + e.before() + "\",\"after\":\"" + e.after() + "\""
                + numbers(List.of("cost", "bytesBefore", "bytes", "threshold", "debt", "estimate", "freedBlocks"),
                        e.cost(), e.bytesBefore(), e.bytes(), e.threshold(), e.debt(), e.estimate(), e.freedBlocks())
                + "}";
    }

    private static String json(CycleMetrics c) {
        String numbers = numbers(
                List.of("number", "steps", "markedBytes", "freedObjects", "freedBlocks", "freedBytes", "finalizers",
                        "bytesBefore", "bytesAfter", "estimate", "largestStep", "markNanos", "sweepNanos",
                        "finalizeNanos"),
                c.number(), c.steps(), c.markedBytes(), c.freedObjects(), c.freedBlocks(), c.freedBytes(),
                c.finalizers(), c.bytesBefore(), c.bytesAfter(), c.estimate(), c.largestStep(), c.markNanos(),
                c.sweepNanos(), c.finalizeNanos());
        return "{" + numbers.substring(1) + "}";
    }

    private static String numbers(List<String> names, long... values) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < values.length; i++)
            members.add(",\"" + names.get(i) + "\":" + Long.toUnsignedString(values[i]));
        return String.join("", members);
    }
}
