package org.lmem.gc;

import java.util.Arrays;

/// Who keeps whom alive: the way from the roots to each node, and the node that every such way passes last.
final class Dominators {
    /*
     * A node d dominates a node n if every path from the roots to n passes d; without d, n would be garbage. What a node
     * retains is its own size and that of all it dominates. The immediate dominators form a tree, so that one pass from the
     * leaves up adds them.
     *
     * They are found as in K. D. Cooper, T. J. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001: in reverse
     * postorder, the dominator of a node is the meeting point of those of its predecessors, until nothing changes. For
     * heaps two or three rounds suffice.
     *
     * Weak edges keep nothing alive and are left out. Garbage hangs on a node of its own, which then dominates each piece of
     * it directly.
     */

    private static final int NONE = -1;

    private final SnapshotGraph graph;
    private final int[] viaEdge; // the edge by which a node was reached first, on a shortest path
    private final int[] viaNode;
    private final int[] order; // reverse postorder
    private final int[] position;
    private final int[] dominator;
    private final long[] retained;

    Dominators(SnapshotGraph graph, int garbage) {
        this.graph = graph;
        int n = graph.countNodes();
        viaEdge = new int[n];
        viaNode = new int[n];
        order = new int[n];
        position = new int[n];
        dominator = new int[n];
        reach(garbage);
        number();
        dominate();
        retained = retain();
    }

    // ---------------------------------------------------------------------------------------------------- reaching

    /// Goes the shortest ways; what is not reached becomes an edge of the garbage, the last edges of all.
    private void reach(int garbage) {
        Arrays.fill(viaNode, NONE);
        int[] queue = new int[graph.countNodes()];
        viaNode[SnapshotGraph.ROOTS] = SnapshotGraph.ROOTS;
        int tail = 1;
        for (int head = 0; head < tail; head++) {
            int from = queue[head];
            int end = from < garbage ? graph.first[from + 1] : graph.first[from]; // no edges from the garbage on
            for (int e = graph.first[from]; e < end; e++) {
                int to = graph.target(e);
                if (!graph.isWeak(e) && viaNode[to] == NONE) {
                    viaNode[to] = from;
                    viaEdge[to] = e;
                    queue[tail++] = to;
                }
            }
        }
        for (int i = 0; i < garbage; i++) {
            if (viaNode[i] == NONE)
                graph.edge(i, SnapshotGraph.UNREACHABLE, 0, false);
        }
        graph.end();
    }

    boolean isReachable(int node) {
        return viaNode[node] != NONE;
    }

    int viaEdge(int node) {
        return viaEdge[node];
    }

    int viaNode(int node) {
        return viaNode[node];
    }

    // ---------------------------------------------------------------------------------------------------- dominating

    /// Numbers the nodes in reverse postorder, by a depth-first walk that keeps its own stack.
    private void number() {
        int n = graph.countNodes();
        boolean[] seen = new boolean[n];
        int[] stack = new int[n];
        int[] next = new int[n];
        int depth = 1;
        int free = n;
        seen[SnapshotGraph.ROOTS] = true;
        next[SnapshotGraph.ROOTS] = graph.first[SnapshotGraph.ROOTS];
        while (depth > 0) {
            int node = stack[depth - 1];
            int child = unseenChild(node, next, seen);
            if (child == NONE) {
                order[--free] = node;
                position[node] = free;
                depth--;
            } else {
                seen[child] = true;
                next[child] = graph.first[child];
                stack[depth++] = child;
            }
        }
    }

    private int unseenChild(int node, int[] next, boolean[] seen) {
        while (next[node] < graph.first[node + 1]) {
            int e = next[node]++;
            if (!graph.isWeak(e) && !seen[graph.target(e)])
                return graph.target(e);
        }
        return NONE;
    }

    private void dominate() {
        Arrays.fill(dominator, NONE);
        dominator[SnapshotGraph.ROOTS] = SnapshotGraph.ROOTS;
        Predecessors before = new Predecessors(graph);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 1; i < order.length; i++) {
                int node = order[i];
                int meeting = meetingPoint(node, before);
                changed |= dominator[node] != meeting;
                dominator[node] = meeting;
            }
        }
    }

    private int meetingPoint(int node, Predecessors before) {
        int meeting = NONE;
        for (int i = before.first[node]; i < before.first[node + 1]; i++) {
            int p = before.from[i];
            if (dominator[p] != NONE)
                meeting = meeting == NONE ? p : intersect(p, meeting);
        }
        return meeting;
    }

    private int intersect(int a, int b) {
        int x = a;
        int y = b;
        while (x != y) {
            while (position[x] > position[y])
                x = dominator[x];
            while (position[y] > position[x])
                y = dominator[y];
        }
        return x;
    }

    int dominator(int node) {
        return dominator[node];
    }

    private long[] retain() {
        long[] bytes = graph.sizes.clone();
        for (int i = order.length - 1; i > 0; i--)
            bytes[dominator[order[i]]] += bytes[order[i]];
        return bytes;
    }

    /// What a node keeps alive, itself included, in bytes.
    long retained(int node) {
        return retained[node];
    }

    /// The nodes that have an edge to each node, weak edges apart.
    static final class Predecessors {
        final int[] first;
        final int[] from;

        Predecessors(SnapshotGraph graph) {
            int n = graph.countNodes();
            first = new int[n + 1];
            for (int e = 0; e < graph.countEdges(); e++) {
                if (!graph.isWeak(e))
                    first[graph.target(e) + 1]++;
            }
            for (int i = 0; i < n; i++)
                first[i + 1] += first[i];
            from = new int[first[n]];
            int[] free = Arrays.copyOf(first, n);
            for (int i = 0; i < n; i++) {
                for (int e = graph.first[i]; e < graph.first[i + 1]; e++) {
                    if (!graph.isWeak(e))
                        from[free[graph.target(e)]++] = i;
                }
            }
        }
    }
}
