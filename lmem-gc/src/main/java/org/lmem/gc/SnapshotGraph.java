package org.lmem.gc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The nodes and edges of a snapshot, in vectors.
///
/// ```
///   node     0 the roots │ 1 … n the objects, by address │ garbage │ the blocks that are no objects
///   first[i] ─► the edges of node i, up to first[i + 1]:   to, kind, detail, weak
/// ```
///
/// - `inv.csr`: edges are added in the order of their nodes.
final class SnapshotGraph {
    static final int ROOTS = 0;

    /// What a node is of that is no object: tags beyond those of values.
    static final int ROOT_TYPE = 16;
    static final int GARBAGE_TYPE = 17;
    static final int GLOBAL_TYPE = 18;
    static final int BUCKETS_TYPE = 19;
    static final int BUFFER_TYPE = 20;
    static final int OTHER_TYPE = 21;

    private static final List<References.Kind> KINDS = List.of(References.Kind.values());
    private static final byte ELEMENT = code(References.Kind.ELEMENT);
    private static final byte VALUE = code(References.Kind.VALUE);

    /// What an edge is beyond the kinds of references.
    static final byte PART = (byte) KINDS.size();
    static final byte FIXED = (byte) (KINDS.size() + 1);
    static final byte UNREACHABLE = (byte) (KINDS.size() + 2);

    final long[] addresses;
    final byte[] types;
    final long[] sizes;
    final String[] labels;
    final int[] first;
    private int[] to = new int[64];
    private byte[] kinds = new byte[64];
    private int[] details = new int[64];
    private boolean[] weak = new boolean[64];
    private int edges;
    private int current;
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> nameIndex = new HashMap<>();

    SnapshotGraph(int nodes) {
        addresses = new long[nodes];
        types = new byte[nodes];
        sizes = new long[nodes];
        labels = new String[nodes];
        first = new int[nodes + 1];
    }

    /// A kind of reference as the kind of an edge.
    static byte code(References.Kind kind) {
        return (byte) KINDS.indexOf(kind);
    }

    int countNodes() {
        return addresses.length;
    }

    int countEdges() {
        return edges;
    }

    void node(int i, long address, int type, long size, String label) {
        addresses[i] = address;
        types[i] = (byte) type;
        sizes[i] = size;
        labels[i] = label;
    }

    /// Begins the edges of the next node.
    void begin(int node) {
        while (current < node)
            first[++current] = edges;
    }

    /// Ends the edges of the last node.
    void end() {
        begin(countNodes());
    }

    /// Adds an edge of the node begun last.
    void edge(int target, byte kind, int detail, boolean isWeak) {
        if (edges == to.length) {
            to = Arrays.copyOf(to, 2 * edges);
            kinds = Arrays.copyOf(kinds, 2 * edges);
            details = Arrays.copyOf(details, 2 * edges);
            weak = Arrays.copyOf(weak, 2 * edges);
        }
        to[edges] = target;
        kinds[edges] = kind;
        details[edges] = detail;
        weak[edges++] = isWeak;
    }

    /// The number of a text, which is the detail of an edge that has a name.
    int name(String text) {
        Integer known = nameIndex.putIfAbsent(text, names.size());
        if (known != null)
            return known;
        names.add(text);
        return names.size() - 1;
    }

    int target(int edge) {
        return to[edge];
    }

    boolean isWeak(int edge) {
        return weak[edge];
    }

    /// Whether an edge has a number instead of a name: the key of an element.
    boolean isElement(int edge) {
        return kinds[edge] == ELEMENT;
    }

    boolean isProperty(int edge) {
        return kinds[edge] == VALUE;
    }

    int detail(int edge) {
        return details[edge];
    }

    /// An edge as a step of a path.
    String edgeName(int edge) {
        byte kind = kinds[edge];
        if (kind == PART)
            return "(block)";
        if (kind == FIXED)
            return "(fixed string)";
        if (kind == UNREACHABLE)
            return "(garbage)";
        References.Kind reference = KINDS.get(kind);
        return reference == References.Kind.VALUE || reference == References.Kind.KEY
                ? names.get(details[edge])
                : References.name(reference, details[edge]);
    }

    static String typeName(int type) {
        return switch (type) {
            case ROOT_TYPE -> "roots";
            case GARBAGE_TYPE -> "garbage";
            case GLOBAL_TYPE -> "global state";
            case BUCKETS_TYPE -> "string table";
            case BUFFER_TYPE -> "buffer";
            case OTHER_TYPE -> "other blocks";
            default -> References.typeName(type);
        };
    }
}
