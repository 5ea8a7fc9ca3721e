package org.lmem.gc;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The heap of a state at one moment: every object, its size, what it refers to, and what it keeps alive.
///
/// ```
///   roots ─► main thread ─(slot 1)─► table ─.name─► string
///     ├────► registry
///     ├────► fixed strings
///     ├────► garbage ─────► what no root leads to, not freed yet
///     └────► global state, string table, buffer, other blocks        what is counted and is no object
/// ```
///
/// - `inv.sum`: the bytes of all nodes add up to the bytes in use, and the roots retain all of them.
///
/// A snapshot is made of plain vectors and no longer depends on the state: any thread may read it, also after the state was
/// closed. Making it changes nothing in the state and asks nothing of its allocator. It takes about 160 bytes of Java's heap
/// for each object, its references included.
public final class HeapSnapshot {
    private final long state;
    private final SnapshotGraph graph;
    private final int objects;
    private final Dominators dominators;

    private HeapSnapshot(long state, SnapshotGraph graph) {
        this.state = state;
        this.graph = graph;
        int garbage = 0;
        while (graph.types[garbage] != SnapshotGraph.GARBAGE_TYPE)
            garbage++;
        this.objects = garbage - 1;
        this.dominators = new Dominators(graph, garbage);
    }

    /// Writes a heap down, at whatever point of a collection.
    ///
    /// @param state any thread of the state
    /// @return its objects
    /// @throws IllegalStateException where the state is closed, or its objects take more than is in use
    /// @throws WrongThreadException where the state belongs to another thread of Java's
    public static HeapSnapshot of(LuaState state) {
        Objects.requireNonNull(state, "state").enter();
        long g = state.global.address;
        return new HeapSnapshot(g, SnapshotBuilder.build(g, state.global.memory.totalBytes()));
    }

    // ----------------------------------------------------------------------------------------------------- objects

    /// The number of objects.
    ///
    /// @return without the blocks that are none
    public int count() {
        return objects;
    }

    /// The bytes in use.
    ///
    /// @return the sum of all objects, and of the blocks that are none
    public long totalBytes() {
        return Arrays.stream(graph.sizes).sum();
    }

    /// All objects.
    ///
    /// @return by address
    public Stream<HeapObject> objects() {
        return IntStream.rangeClosed(1, objects).mapToObj(this::object);
    }

    /// An object.
    ///
    /// @param address of it, as [LuaState#toPointer] gives it
    /// @return the object
    /// @throws IllegalArgumentException where there is none
    public HeapObject object(long address) {
        return object(node(address));
    }

    private HeapObject object(int node) {
        return new HeapObject(graph.addresses[node], SnapshotGraph.typeName(graph.types[node]), graph.sizes[node],
                graph.labels[node]);
    }

    private int node(long address) {
        int i = Arrays.binarySearch(graph.addresses, 1, objects + 1, address);
        if (i < 0)
            throw new IllegalArgumentException("no object of this snapshot: address=" + Messages.hex(address)
                    + ", objects=" + objects);
        return i;
    }

    /// The objects of one type, counted.
    ///
    /// @param type as in [HeapObject#type]
    /// @param count how many there are
    /// @param bytes of all of them
    public record TypeSummary(String type, int count, long bytes) {}

    /// The types, those of the blocks that are no objects among them.
    ///
    /// @return those with the most bytes first
    public List<TypeSummary> summary() {
        return byType().values().stream()
                .sorted(Comparator.comparingLong(TypeSummary::bytes).reversed().thenComparing(TypeSummary::type))
                .toList();
    }

    private Map<String, TypeSummary> byType() {
        Map<String, TypeSummary> types = new TreeMap<>();
        for (int i = 1; i < graph.countNodes(); i++) {
            if (graph.sizes[i] > 0)
                types.merge(SnapshotGraph.typeName(graph.types[i]),
                        new TypeSummary(SnapshotGraph.typeName(graph.types[i]), 1, graph.sizes[i]),
                        (a, b) -> new TypeSummary(a.type, a.count + b.count, a.bytes + b.bytes));
        }
        return types;
    }

    // -------------------------------------------------------------------------------------------------- references

    /// What an object refers to.
    ///
    /// @param address of the object
    /// @return its references, in the order in which they lie in it
    /// @throws IllegalArgumentException where there is no such object
    public List<HeapReference> referencesOf(long address) {
        int node = node(address);
        return IntStream.range(graph.first[node], graph.first[node + 1]).mapToObj(e -> reference(node, e)).toList();
    }

    /// What refers to an object.
    ///
    /// @param address of the object
    /// @return the references to it, those of the roots first
    /// @throws IllegalArgumentException where there is no such object
    public List<HeapReference> referencesTo(long address) {
        int node = node(address);
        List<HeapReference> references = new ArrayList<>();
        for (int from = 0; from <= objects; from++) {
            for (int e = graph.first[from]; e < graph.first[from + 1]; e++) {
                if (graph.target(e) == node)
                    references.add(reference(from, e));
            }
        }
        return references;
    }

    private HeapReference reference(int from, int edge) {
        return new HeapReference(graph.addresses[from], graph.addresses[graph.target(edge)], graph.edgeName(edge),
                graph.isWeak(edge));
    }

    /// Whether a root leads to an object. What is not reachable will be freed.
    ///
    /// @param address of the object
    /// @return false for garbage
    /// @throws IllegalArgumentException where there is no such object
    public boolean isReachable(long address) {
        return dominators.isReachable(node(address));
    }

    /// A shortest way to an object.
    ///
    /// @param address of the object
    /// @return the names of the references, from a root on; nothing for garbage
    /// @throws IllegalArgumentException where there is no such object
    public List<String> rootPath(long address) {
        int node = node(address);
        List<String> path = new ArrayList<>();
        for (int i = node; dominators.isReachable(i) && i != SnapshotGraph.ROOTS; i = dominators.viaNode(i))
            path.add(graph.edgeName(dominators.viaEdge(i)));
        Collections.reverse(path);
        return path;
    }

    /// A shortest way to an object as text.
    ///
    /// @param address of the object
    /// @return such as `registry.kept[3] -> (upvalue 1)`; `garbage` where no root leads to it
    /// @throws IllegalArgumentException where there is no such object
    public String describeRootPath(long address) {
        StringBuilder text = new StringBuilder();
        for (String step : rootPath(address))
            text.append(step.startsWith("(") ? " -> " : "").append(step);
        return text.isEmpty() ? "garbage" : text.toString();
    }

    // ------------------------------------------------------------------------------------------------------ retained

    /// The bytes that would be garbage without an object: its own, and those of all that only it leads to.
    ///
    /// @param address of the object
    /// @return bytes; of garbage its own alone
    /// @throws IllegalArgumentException where there is no such object
    public long retainedBytes(long address) {
        return dominators.retained(node(address));
    }

    /// The objects that retain the most.
    ///
    /// @param n how many at most
    /// @return the one that retains most first
    /// @throws IllegalArgumentException where the number is negative
    public List<HeapObject> largest(int n) {
        if (n < 0)
            throw new IllegalArgumentException("no number of objects: n=" + n);
        return IntStream.rangeClosed(1, objects).boxed()
                .sorted(Comparator.comparingLong((Integer i) -> dominators.retained(i)).reversed())
                .limit(n).map(i -> object((int) i)).toList();
    }

    /// The bytes of what no root leads to.
    ///
    /// @return bytes that the next full collection frees, but for those that finalisers keep
    public long garbageBytes() {
        return dominators.retained(objects + 1);
    }

    // ---------------------------------------------------------------------------------------------------------- diff

    /// What has changed since an earlier snapshot of the same state.
    ///
    /// @param earlier the snapshot to begin at
    /// @return the differences
    /// @throws IllegalArgumentException where it is one of another state
    public HeapDiff diff(HeapSnapshot earlier) {
        if (earlier.state != state)
            throw new IllegalArgumentException("snapshots of two states: earlier=" + Messages.hex(earlier.state)
                    + ", later=" + Messages.hex(state));
        List<HeapObject> added = new ArrayList<>();
        List<HeapObject> removed = new ArrayList<>();
        List<HeapDiff.Resized> resized = new ArrayList<>();
        int i = 1;
        int j = 1;
        while (i <= objects || j <= earlier.objects) {
            int order = i > objects ? 1 : j > earlier.objects ? -1 : compare(i, earlier, j);
            if (order < 0) {
                added.add(object(i++));
            } else if (order > 0) {
                removed.add(earlier.object(j++));
            } else {
                if (graph.sizes[i] != earlier.graph.sizes[j])
                    resized.add(new HeapDiff.Resized(object(i), earlier.graph.sizes[j]));
                i++;
                j++;
            }
        }
        Comparator<HeapObject> largestFirst = Comparator.comparingLong(HeapObject::bytes).reversed();
        added.sort(largestFirst);
        removed.sort(largestFirst);
        resized.sort(Comparator.comparingLong(HeapDiff.Resized::change).reversed());
        return new HeapDiff(added, removed, resized, typesSince(earlier));
    }

    private int compare(int i, HeapSnapshot earlier, int j) {
        int order = Long.compare(graph.addresses[i], earlier.graph.addresses[j]);
        return order != 0 ? order : Byte.compare(graph.types[i], earlier.graph.types[j]);
    }

    private List<HeapDiff.TypeDiff> typesSince(HeapSnapshot earlier) {
        Map<String, HeapDiff.TypeDiff> types = new TreeMap<>();
        byType().values().forEach(t -> types.put(t.type, new HeapDiff.TypeDiff(t.type, t.count, t.bytes)));
        earlier.byType().values().forEach(t -> types.merge(t.type, new HeapDiff.TypeDiff(t.type, -t.count, -t.bytes),
                (a, b) -> new HeapDiff.TypeDiff(a.type(), a.count() + b.count(), a.bytes() + b.bytes())));
        return types.values().stream().filter(t -> t.count() != 0 || t.bytes() != 0).toList();
    }

    // -------------------------------------------------------------------------------------------------------- export

    /// Writes the snapshot as Chrome's developer tools read it (Memory, Load profile): a file named `….heapsnapshot`.
    ///
    /// @param file is replaced where it is there
    /// @throws IOException where it cannot be written
    public void writeHeapSnapshot(Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            writeHeapSnapshot(out);
        }
    }

    /// The same to a stream.
    ///
    /// @param out where to; it is flushed and not closed
    /// @throws IOException where it cannot be written
    public void writeHeapSnapshot(OutputStream out) throws IOException {
        new ChromeSnapshot(graph, dominators).write(out);
    }

    @Override
    public String toString() {
        return "HeapSnapshot[objects=" + objects + ", bytes=" + totalBytes() + ", garbage=" + garbageBytes() + "]";
    }
}
