package org.lmem.gc.bench;

import java.util.function.Consumer;

/// The workloads, each the calls of its namesake in `src/bench/c/workloads.c`, in the same order.
enum Workload {
    TABLE_FILL_INTEGERS("table_fill_integers", Filling.M, Filling::integers), TABLE_FILL_STRING_KEYS(
            "table_fill_string_keys", Filling.M, Filling::stringKeys), STRINGS_DISTINCT("strings_distinct", Filling.M,
                    runs -> Filling.strings(runs, Filling.M)), STRINGS_REPEATED("strings_repeated", Filling.M,
                            runs -> Filling.strings(runs, 1000)), USERDATA_16("userdata_16", Filling.M,
                                    Filling::userdata), FULL_GC_1M_TABLES("full_gc_1M_tables", Filling.M,
                                            Collecting::tables), FULL_GC_TREE_1M_NODES("full_gc_tree_1M_nodes",
                                                    Collecting.TREE_NODES,
                                                    Collecting::tree), FULL_GC_1M_STRINGS("full_gc_1M_strings",
                                                            Filling.M, Collecting::strings), FULL_GC_200K_FINALISERS(
                                                                    "full_gc_200k_finalisers", Collecting.FINALISERS,
                                                                    Collecting::finalisers), GARBAGE_LOOP_DEFAULT_PACING(
                                                                            "garbage_loop_default_pacing",
                                                                            Garbage.ITERATIONS, Garbage::loop),
    /// Not one time but that of each step which the collector makes in the loop above.
    LONGEST_STEP("longest_step", 1, Garbage::steps);

    final String label;
    /// How many things are done in a run: entries made, objects collected, iterations.
    final int operations;
    private final Consumer<Runs> body;

    Workload(String label, int operations, Consumer<Runs> body) {
        this.label = label;
        this.operations = operations;
        this.body = body;
    }

    static Workload of(String label) {
        for (Workload workload : values()) {
            if (workload.label.equals(label))
                return workload;
        }
        throw new IllegalArgumentException("unknown workload: name=" + label);
    }

    /// Runs one workload and prints the nanoseconds of each run, one a line.
    ///
    /// @param args its name, the number of runs
    public static void main(String[] args) {
        Runs runs = new Runs(Integer.parseInt(args[1]));
        of(args[0]).body.accept(runs);
        runs.print();
    }
}
