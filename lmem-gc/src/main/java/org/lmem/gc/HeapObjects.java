package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// All objects that the lists of a state hold, found without trusting them: no link is followed that leads out of memory
/// or in a circle.
///
/// | list | holds |
/// |---|---|
/// | [Place#ROOT] | all objects but strings and open upvalues, the main thread, and behind it the userdata |
/// | [Place#BUCKET] | the strings of one bucket |
/// | [Place#OPEN] | the open upvalues of one thread |
/// | [Place#RING] | the userdata whose finalisers are due |
final class HeapObjects {
    /// Which list an object was found on.
    enum Place {
        ROOT, BUCKET, OPEN, RING
    }

    /// An object and where it was found.
    ///
    /// @param swept whether the sweep in progress has passed it
    record Found(long address, Place place, long owner, boolean swept) {}

    private record Step(long from, References.Kind kind, long detail) {}

    final Map<Long, Found> all = new HashMap<>();
    final List<Found> inOrder = new ArrayList<>();
    private final long g;
    private final AddressSpace space;
    private final BiConsumer<Long, String> broken;
    private boolean ringIsClosed;
    private final Map<Long, Step> steps = new HashMap<>();

    /// @param broken is told the object (0 for none) and what is wrong with a link
    HeapObjects(long g, AddressSpace space, BiConsumer<Long, String> broken) {
        this.g = g;
        this.space = space;
        this.broken = broken;
    }

    // ----------------------------------------------------------------------------------------------------- finding

    void find() {
        Phase phase = Global.phase(g);
        boolean swept = phase != Phase.SWEEPSTRING || Global.sweepBucket(g) > 0;
        if (space.isReadable(Global.buckets(g), (long) Global.countBuckets(g) * Long.BYTES)) {
            for (int i = 0; i < Global.countBuckets(g); i++)
                walk(getLong(Global.bucket(g, i)), Place.BUCKET, i,
                        swept && (phase != Phase.SWEEPSTRING || i < Global.sweepBucket(g)));
        } else {
            broken.accept(NULL, "the string table is not in memory");
        }
        walkRoot(phase);
        walkRing();
    }

    private void walkRoot(Phase phase) {
        long limit = phase == Phase.SWEEP ? Global.sweepLink(g) : NULL;
        boolean swept = phase == Phase.PAUSE || phase == Phase.FINALIZE
                || (phase == Phase.SWEEP && limit != g + Global.ROOTGC);
        for (long o = Global.root(g); o != NULL; o = GCHeader.next(o)) {
            if (!add(o, Place.ROOT, NULL, swept))
                return;
            if (GCHeader.type(o) == TValue.THREAD)
                walk(LuaThread.openUpval(o), Place.OPEN, o, swept);
            if (o + GCHeader.NEXT == limit)
                swept = false;
        }
    }

    private void walk(long first, Place place, long owner, boolean swept) {
        for (long o = first; o != NULL; o = GCHeader.next(o)) {
            if (!add(o, place, owner, swept))
                return;
        }
    }

    private void walkRing() {
        long last = Global.lastToFinalize(g);
        ringIsClosed = last == NULL;
        if (last == NULL || !add(last, Place.RING, NULL, false))
            return;
        for (long u = GCHeader.next(last); u != last; u = GCHeader.next(u)) {
            if (!add(u, Place.RING, NULL, false))
                return;
        }
        ringIsClosed = true;
    }

    private boolean add(long o, Place place, long owner, boolean swept) {
        if (!space.isReadable(o, TString.HEAD)) {
            broken.accept(NULL, "a link leads out of memory: address=" + Messages.hex(o) + ", list=" + place);
            return false;
        }
        Found found = new Found(o, place, owner, swept);
        if (all.putIfAbsent(o, found) != null) {
            broken.accept(o, "is linked twice: list=" + place);
            return false;
        }
        inOrder.add(found);
        return true;
    }

    boolean contains(long o) {
        return all.containsKey(o);
    }

    @Nullable
    Found get(long o) {
        return all.get(o);
    }

    // ---------------------------------------------------------------------------------------------------- reaching

    /// Goes from the roots along all references that are not weak, the shortest way.
    ///
    /// @param sound the objects whose parts can be read
    void reach(LongPredicate sound) {
        ArrayDeque<Long> queue = new ArrayDeque<>();
        References.Visitor visitor = (from, kind, detail, weak, to) -> {
            if (!weak && contains(to) && steps.putIfAbsent(to, new Step(from, kind, detail)) == null)
                queue.add(to);
        };
        if (ringIsClosed)
            References.ofRoots(g, visitor);
        while (!queue.isEmpty()) {
            long o = queue.remove();
            if (sound.test(o))
                References.of(g, o, visitor);
        }
    }

    boolean isReachable(long o) {
        return steps.containsKey(o);
    }

    /// The way to an object, from a root on.
    List<String> path(long o) {
        List<String> path = new ArrayList<>();
        for (Step step = steps.get(o); step != null; step = steps.get(step.from))
            path.add(References.name(step.kind, step.detail));
        Collections.reverse(path);
        return path;
    }
}
