package org.lmem.gc;

import java.util.Arrays;

/// Who keeps whom alive: the way from the roots to each node, and the node that every such way passes last.
final class Dominators {
    /*
     * A node d dominates a node n if every path from the roots to n passes d; without d, n would be garbage. What a node
     * retains is its own size and that of all it dominates. The immediate dominators form a tree, so that one pass from the
     * leaves up adds them.
     *
     * They are found as in [1], the simple version: a depth-first walk numbers the nodes; from the last number down, the
     * semidominator of a node is the smallest number from which a path leads to it whose inner nodes all have larger
     * numbers than it. The walk's edges are linked into a forest as the numbers go down, and compressing its paths
     * keeps them short: for m edges and n nodes O(m log n) steps in all. The iteration of [2] is quicker for
     * flow graphs, and quadratic for a long list whose elements share one object, which heaps are full of.
     *
     * The semidominators and dominators are kept by the walk's numbers. Weak edges keep nothing alive and are left out, and
     * so are edges from garbage to what is alive. Garbage hangs on a node of its own, which then dominates each piece of it
     * directly.
     *
     * [1] T. Lengauer, R. E. Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph", TOPLAS 1(1), 1979.
     * [2] K. D. Cooper, T. J. Harvey, K. Kennedy, "A Simple, Fast Dominance Algorithm", 2001.
     */

    private static final int NONE = -1;

    private final SnapshotGraph graph;
    private final int[] viaEdge; // the edge by which a node was reached first, on a shortest path
    private final int[] viaNode;
    private final int[] number; // of a node, in the order of the walk
    private final int[] order; // the node of a number
    private final int[] parent;
    private final int[] dominator;
    private final long[] retained;

    Dominators(SnapshotGraph graph, int garbage) {
        this.graph = graph;
        int n = graph.countNodes();
        viaEdge = new int[n];
        viaNode = new int[n];
        number = new int[n];
        order = new int[n];
        parent = new int[n];
        dominator = new int[n];
        reach(garbage);
        walk();
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

    /// Whether an edge keeps its target alive as the node of the edge is: garbage keeps nothing that is none.
    boolean keeps(int from, int edge) {
        return !graph.isWeak(edge) && (isReachable(from) || !isReachable(graph.target(edge)));
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

    /// Numbers the nodes by a depth-first walk that keeps its own stack.
    private void walk() {
        int[] stack = new int[graph.countNodes()];
        int[] next = graph.first.clone();
        Arrays.fill(number, NONE);
        number[SnapshotGraph.ROOTS] = 0;
        int walked = 1;
        int depth = 1;
        while (depth > 0) {
            int node = stack[depth - 1];
            int child = unseenChild(node, next);
            if (child == NONE) {
                depth--;
            } else {
                parent[walked] = number[node];
                order[walked] = child;
                number[child] = walked++;
                stack[depth++] = child;
            }
        }
    }

    private int unseenChild(int node, int[] next) {
        while (next[node] < graph.first[node + 1]) {
            int e = next[node]++;
            if (keeps(node, e) && number[graph.target(e)] == NONE)
                return graph.target(e);
        }
        return NONE;
    }

    private void dominate() {
        Forest forest = new Forest(order.length);
        Predecessors before = new Predecessors();
        int[] bucket = new int[order.length]; // of a semidominator: a list of those whose it is
        int[] inBucket = new int[order.length];
        Arrays.fill(bucket, NONE);
        for (int w = order.length - 1; w > 0; w--) {
            forest.semi[w] = semidominator(w, before, forest);
            inBucket[w] = bucket[forest.semi[w]];
            bucket[forest.semi[w]] = w;
            forest.link(parent[w], w);
            for (int v = bucket[parent[w]]; v != NONE; v = inBucket[v]) {
                int u = forest.smallest(v);
                dominator[v] = forest.semi[u] < forest.semi[v] ? u : parent[w];
            }
            bucket[parent[w]] = NONE;
        }
        for (int w = 1; w < order.length; w++) {
            if (dominator[w] != forest.semi[w])
                dominator[w] = dominator[dominator[w]];
        }
    }

    private int semidominator(int w, Predecessors before, Forest forest) {
        int node = order[w];
        int semi = w;
        for (int i = before.first[node]; i < before.first[node + 1]; i++)
            semi = Math.min(semi, forest.semi[forest.smallest(number[before.from[i]])]);
        return semi;
    }

    /// The node that every way to a node passes last.
    int dominator(int node) {
        return order[dominator[number[node]]];
    }

    private long[] retain() {
        long[] bytes = graph.sizes.clone();
        for (int w = order.length - 1; w > 0; w--)
            bytes[order[dominator[w]]] += bytes[order[w]];
        return bytes;
    }

    /// What a node keeps alive, itself included, in bytes.
    long retained(int node) {
        return retained[node];
    }

    /// The part of the walk's tree that has been linked so far.
    private static final class Forest {
        final int[] semi;
        private final int[] ancestor;
        private final int[] best; // on the path to the ancestor: who has the smallest semidominator
        private final int[] path;

        Forest(int n) {
            semi = new int[n];
            best = new int[n];
            path = new int[n];
            ancestor = new int[n];
            Arrays.setAll(semi, i -> i);
            Arrays.setAll(best, i -> i);
            Arrays.fill(ancestor, NONE);
        }

        void link(int above, int w) {
            ancestor[w] = above;
        }

        /// Who has the smallest semidominator between a node and the root of its tree, the root excepted.
        int smallest(int v) {
            if (ancestor[v] == NONE)
                return v; // a root?
            compress(v);
            return best[v];
        }

        /// Makes the root the ancestor of all on the path to it.
        private void compress(int v) {
            int length = 0;
            for (int x = v; ancestor[ancestor[x]] != NONE; x = ancestor[x])
                path[length++] = x;
            while (length > 0) {
                int x = path[--length];
                int above = ancestor[x];
                if (semi[best[above]] < semi[best[x]])
                    best[x] = best[above];
                ancestor[x] = ancestor[above];
            }
        }
    }

    /// The nodes that keep each node.
    private final class Predecessors {
        final int[] first;
        final int[] from;

        Predecessors() {
            int n = graph.countNodes();
            first = new int[n + 1];
            forEachEdge((node, to) -> first[to + 1]++);
            for (int i = 0; i < n; i++)
                first[i + 1] += first[i];
            from = new int[first[n]];
            int[] free = Arrays.copyOf(first, n);
            forEachEdge((node, to) -> from[free[to]++] = node);
        }

        private void forEachEdge(Visitor visitor) {
            for (int i = 0; i < graph.countNodes(); i++) {
                for (int e = graph.first[i]; e < graph.first[i + 1]; e++) {
                    if (keeps(i, e))
                        visitor.edge(i, graph.target(e));
                }
            }
        }
    }

    /// Is told of an edge.
    @FunctionalInterface
    private interface Visitor {
        void edge(int from, int to);
    }
}
