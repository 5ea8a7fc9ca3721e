package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Dominators against their definition: what a node dominates is what cannot be reached without it.
class DominatorsTest {
    /// A graph whose last node is the garbage, below the roots.
    ///
    /// @param edges for each node but the last: the nodes it leads to, weakly where negative
    private static SnapshotGraph graph(int[][] edges) {
        int garbage = edges.length;
        SnapshotGraph graph = new SnapshotGraph(garbage + 1);
        for (int i = 0; i <= garbage; i++)
            graph.node(i, i, i == garbage ? SnapshotGraph.GARBAGE_TYPE : TValue.TABLE, i == garbage ? 0 : 1 << i % 20,
                    "n" + i);
        for (int i = 0; i < garbage; i++) {
            graph.begin(i);
            for (int to : edges[i])
                graph.edge(Math.abs(to), SnapshotGraph.code(References.Kind.SLOT), 0, to < 0);
            if (i == SnapshotGraph.ROOTS)
                graph.edge(garbage, SnapshotGraph.PART, 0, false);
        }
        graph.begin(garbage);
        return graph;
    }

    private static int[] dominators(int[][] edges) {
        Dominators dominators = new Dominators(graph(edges), edges.length);
        return IntStream.range(1, edges.length).map(dominators::dominator).toArray();
    }

    @Test
    void theGraphOfLengauerAndTarjan_hasTheTreeOfTheirPaper() {
        // R A B C D E F G H I J K L = 0 … 12
        int[][] edges = {{1, 2, 3}, {4}, {1, 4, 5}, {6, 7}, {12}, {8}, {9}, {9, 10}, {5, 11}, {11}, {9}, {9, 0}, {8}};
        assertThat(dominators(edges)).containsExactly(0, 0, 0, 0, 0, 3, 3, 0, 0, 7, 0, 4);
    }

    @Test
    void weakEdgesAndGarbage_dominateNothingAlive() {
        int[][] edges = {{1}, {-2, 3}, {3, 4}, {}, {}};
        assertThat(dominators(edges)).containsExactly(0, 5, 1, 5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.7, 1.2, 2, 5})
    void randomGraphs_retainWhatIsLostWithoutANode(double density) {
        Random random = new Random(Double.hashCode(density));
        for (int round = 0; round < 100; round++) {
            int[][] edges = randomEdges(random, 2 + random.nextInt(60), density);
            SnapshotGraph graph = graph(edges);
            Dominators dominators = new Dominators(graph, edges.length);
            boolean[] alive = reachable(edges, 0);
            for (int node = 1; node < edges.length; node++) {
                long lost = bytes(graph, alive) - bytes(graph, reachable(edges, node));
                assertThat(dominators.isReachable(node)).isEqualTo(alive[node]);
                assertThat(dominators.retained(node)).isEqualTo(alive[node] ? lost : graph.sizes[node]);
            }
            assertThat(dominators.retained(SnapshotGraph.ROOTS)).isEqualTo(LongStream.of(graph.sizes).sum());
            assertThat(dominators.retained(edges.length))
                    .isEqualTo(LongStream.of(graph.sizes).sum() - bytes(graph, alive));
        }
    }

    private static long bytes(SnapshotGraph graph, boolean[] chosen) {
        return IntStream.range(0, chosen.length).filter(i -> chosen[i]).mapToLong(i -> graph.sizes[i]).sum();
    }

    private static int[][] randomEdges(Random random, int nodes, double density) {
        int[][] edges = new int[nodes][];
        for (int i = 0; i < nodes; i++)
            edges[i] = random.ints((long) (random.nextDouble() * 2 * density + 0.5), 1, nodes)
                    .map(to -> random.nextInt(8) == 0 ? -to : to).toArray();
        return edges;
    }

    /// What the roots, 0, lead to without another node.
    private static boolean[] reachable(int[][] edges, int without) {
        boolean[] seen = new boolean[edges.length];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        seen[0] = true;
        queue.add(0);
        while (!queue.isEmpty()) {
            for (int to : edges[queue.remove()]) {
                if (to > 0 && to != without && !seen[to]) {
                    seen[to] = true;
                    queue.add(to);
                }
            }
        }
        return seen;
    }
}
