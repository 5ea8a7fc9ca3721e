package org.lmem.allocators;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block with everything that is remembered of it. It stays the same object while the block moves; what it leaves
/// behind at the old address is a [#ghost].
final class WatchedBlock {
    /// Where and when a block came to be.
    ///
    /// @param number of the block
    /// @param operation that allocated it
    /// @param nanos when
    /// @param tag what it is for
    /// @param thread who allocated it
    /// @param site where
    record Birth(long number, long operation, long nanos, String tag, String thread, AllocationSite site) {}

    private static final long LIVE = -1;

    final Birth birth;
    final History history;
    long address;
    long size;
    long freedAt = LIVE;
    boolean immortal;

    WatchedBlock(Birth birth, History history) {
        this.birth = birth;
        this.history = history;
    }

    /// The place that a block leaves when it moves.
    WatchedBlock ghost(long operation) {
        WatchedBlock ghost = new WatchedBlock(birth, history);
        ghost.address = address;
        ghost.size = size;
        ghost.freedAt = operation;
        return ghost;
    }

    boolean isLive() {
        return freedAt == LIVE;
    }

    boolean contains(long place) {
        return place >= address && place - address < size;
    }

    BlockInfo info(long operation, long nanos) {
        return new BlockInfo(address, size, birth.number, birth.tag, birth.thread, birth.site,
                operation - birth.operation, Duration.ofNanos(nanos - birth.nanos), immortal);
    }

    /// The first event of a block, and the last ones.
    static final class History {
        private final int capacity;
        private final Deque<DebugEvent> last = new ArrayDeque<>(2);
        private @Nullable DebugEvent first;

        History(int capacity) {
            this.capacity = capacity;
        }

        void add(DebugEvent event) {
            if (first == null) {
                first = event;
                return;
            }
            if (last.size() == capacity - 1)
                last.poll(); // also where there is room for the first one only
            if (capacity > 1)
                last.add(event);
        }

        List<DebugEvent> events() {
            List<DebugEvent> events = new ArrayList<>(last.size() + 1);
            if (first != null)
                events.add(first);
            events.addAll(last);
            return events;
        }
    }
}
