package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;

import java.util.Arrays;
import org.lmem.core.raw.RawMemory;

/// Writes the heap of a state down: first all objects, by address, then what each refers to.
///
/// Nothing of the state changes, and nothing is asked of its allocator. What the sweep is about to free is an object still,
/// but what it refers to may be gone already: of a dead object no reference is followed.
final class SnapshotBuilder {
    private static final int LONGEST_LABEL = 120;
    private static final int PARTS = 5; // the garbage and four kinds of blocks

    private final long g;
    private long[] found = new long[1024];
    private int count;
    private final SnapshotGraph graph;

    private SnapshotBuilder(long g) {
        this.g = g;
        collectAll();
        Arrays.sort(found, 0, count);
        graph = new SnapshotGraph(count + 1 + PARTS);
    }

    /// @param totalBytes in use
    /// @throws IllegalStateException where the objects take more
    static SnapshotGraph build(long g, long totalBytes) {
        SnapshotBuilder builder = new SnapshotBuilder(g);
        builder.describe();
        builder.describeRest(totalBytes);
        builder.connect();
        return builder.graph;
    }

    // ----------------------------------------------------------------------------------------------------- objects

    private void collectAll() {
        for (int i = 0; i < Global.countBuckets(g); i++)
            collectList(getLong(Global.bucket(g, i)));
        collectList(Global.root(g));
        long last = Global.lastToFinalize(g);
        if (last == NULL)
            return;
        for (long u = GCHeader.next(last); u != last; u = GCHeader.next(u))
            add(u);
        add(last);
    }

    private void collectList(long firstObject) {
        for (long o = firstObject; o != NULL; o = GCHeader.next(o)) {
            add(o);
            if (GCHeader.type(o) == TValue.THREAD)
                collectList(LuaThread.openUpval(o));
        }
    }

    private void add(long o) {
        if (count == found.length)
            found = Arrays.copyOf(found, 2 * count);
        found[count++] = o;
    }

    /// The node of an object, negative where it is none.
    private int indexOf(long o) {
        int i = Arrays.binarySearch(found, 0, count, o);
        return i < 0 ? i : i + 1;
    }

    private void describe() {
        graph.node(SnapshotGraph.ROOTS, 0, SnapshotGraph.ROOT_TYPE, 0, "roots");
        for (int i = 0; i < count; i++)
            graph.node(i + 1, found[i], GCHeader.type(found[i]), HeapSizes.of(found[i]), label(found[i]));
        part(0, SnapshotGraph.GARBAGE_TYPE, 0);
        part(1, SnapshotGraph.GLOBAL_TYPE, Global.SIZE); // of the block, the main thread has the rest
        part(2, SnapshotGraph.BUCKETS_TYPE, (long) Global.countBuckets(g) * Long.BYTES);
        part(3, SnapshotGraph.BUFFER_TYPE, Global.bufferSize(g));
    }

    /// What is counted and is nothing that the state knows: blocks of the host, made by the state's memory manager.
    private void describeRest(long totalBytes) {
        long bytes = Arrays.stream(graph.sizes).sum();
        if (bytes > totalBytes)
            throw new IllegalStateException(
                    "objects take more than is counted: bytes=" + bytes + ", totalbytes=" + totalBytes);
        part(4, SnapshotGraph.OTHER_TYPE, totalBytes - bytes);
    }

    private void part(int i, int type, long size) {
        graph.node(count + 1 + i, -1 - i, type, size, SnapshotGraph.typeName(type));
    }

    private String label(long o) {
        return switch (GCHeader.type(o)) {
            case TValue.STRING -> text(o);
            case TValue.TABLE -> Table.sizeArray(o) + (Table.node(o) == Node.DUMMY ? 0 : Table.sizeNode(o)) == 0
                    ? "table"
                    : "table [" + Table.sizeArray(o) + " slots, "
                            + (Table.node(o) == Node.DUMMY ? 0 : Table.sizeNode(o)) + " nodes]";
            case TValue.USERDATA -> "userdata [" + Udata.len(o) + " bytes]";
            case TValue.FUNCTION -> Closure.isC(o) ? "host function" : "function";
            case TValue.THREAD -> o == Global.mainThread(g) ? "main thread" : "thread";
            default -> References.typeName(GCHeader.type(o));
        };
    }

    private static String text(long ts) {
        byte[] bytes = new byte[(int) Math.min(TString.len(ts), LONGEST_LABEL)];
        RawMemory.copyOut(TString.bytes(ts), bytes, 0, bytes.length);
        return TString.len(ts) > LONGEST_LABEL ? Printable.beginning(bytes) + "…" : Printable.text(bytes);
    }

    // -------------------------------------------------------------------------------------------------- references

    private void connect() {
        graph.begin(SnapshotGraph.ROOTS);
        References.ofRoots(g, this::reference);
        for (int i = 0; i < count; i++) {
            if (GCHeader.type(found[i]) == TValue.STRING && GCHeader.test(found[i], GCHeader.FIXED))
                graph.edge(i + 1, SnapshotGraph.FIXED, 0, false);
        }
        for (int i = 0; i < PARTS; i++)
            graph.edge(count + 1 + i, SnapshotGraph.PART, 0, false);
        for (int i = 0; i < count; i++) {
            graph.begin(i + 1);
            if (!Global.isDead(g, found[i]))
                References.of(g, found[i], this::reference);
        }
        graph.begin(count + 1); // the garbage: its edges wait until it is known what can be reached
    }

    @SuppressWarnings("unused") // from: edges come in the order of their nodes
    private void reference(long from, References.Kind kind, long detail, boolean weak, long to) {
        int target = indexOf(to);
        if (target < 0)
            return; // half-built, and not linked yet
        int number = kind == References.Kind.VALUE || kind == References.Kind.KEY
                ? graph.name(entryName(kind, detail))
                : (int) detail;
        graph.edge(target, SnapshotGraph.code(kind), number, weak);
    }

    private String entryName(References.Kind kind, long node) {
        if (!TValue.isString(Node.key(node)))
            return References.name(kind, node);
        String key = graph.labels[indexOf(TValue.object(Node.key(node)))];
        return kind == References.Kind.VALUE ? "." + key : "(key " + key + ")";
    }
}
