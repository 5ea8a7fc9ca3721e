package org.lmem.gc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Runs every workload in turn on [org.lmem.gc.LuaState] and on real Lua, several rounds, and prints medians and ratios.
///
/// Every workload has a process of its own in each round, because a virtual machine compiles for what it has seen; and two
/// of lmem: one as any program is started, and one with the option that lets raw memory go through `sun.misc.Unsafe`.
public final class SpeedComparison {
    private static final List<Variant> VARIANTS = List.of(new Variant("lmem", List.of()),
            new Variant("lmem direct", List.of("--sun-misc-unsafe-memory-access=allow")));

    private record Rival(String label, @Nullable Path preload) {}

    /// A way to start lmem.
    private record Variant(String label, List<String> options) {}

    private final int rounds;
    private final int runs;
    private final List<Workload> workloads;
    private final List<Rival> rivals = new ArrayList<>();
    private @Nullable Path program;
    private final Map<Workload, Map<String, List<Long>>> times = new EnumMap<>(Workload.class);
    private final Map<Workload, Long> garbage = new EnumMap<>(Workload.class);

    private SpeedComparison(int rounds, int runs, String regex) {
        this.rounds = rounds;
        this.runs = runs;
        this.workloads = Arrays.stream(Workload.values()).filter(w -> w.label.matches(regex)).toList();
    }

    /// Runs the comparison.
    ///
    /// @param args directory of the module; rounds; runs of a round; a regular expression of workloads
    /// @throws IOException where a program cannot be run
    /// @throws InterruptedException where this thread is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 4) {
            System.err.println("usage: SpeedComparison MODULE ROUNDS RUNS REGEX");
            System.exit(2);
        }
        SpeedComparison comparison = new SpeedComparison(Integer.parseInt(args[1]), Integer.parseInt(args[2]), args[3]);
        comparison.findRivals(Path.of(args[0]));
        for (int i = 0; i < comparison.rounds; i++)
            comparison.round();
        comparison.print();
    }

    private void findRivals(Path module) throws IOException, InterruptedException {
        if (!Child.isInstalled("gcc")) {
            System.out.println("gcc is not installed: real Lua is left out");
            return;
        }
        program = RealLua.compile(module.resolve("src/bench/c/workloads.c"), module.resolve("target/bench"));
        rivals.add(new Rival("C", null));
        Optional<Path> mimalloc = RealLua.mimalloc();
        if (mimalloc.isPresent())
            rivals.add(new Rival("C+mimalloc", mimalloc.get()));
        else
            System.out.println("mimalloc is not installed: real Lua runs with malloc alone");
    }

    // ------------------------------------------------------------------------------------------------------ running

    private void round() throws IOException, InterruptedException {
        for (Workload workload : workloads) {
            Map<String, List<Long>> byName = times.computeIfAbsent(workload, w -> new LinkedHashMap<>());
            for (Rival rival : rivals)
                record(workload, byName, rival.label, Child.output(onRealLua(workload), rival.preload));
            for (Variant variant : VARIANTS)
                record(workload, byName, variant.label, Child.output(onLuaState(workload, variant), null));
        }
    }

    private int runsOf(Workload workload) {
        return workload == Workload.LONGEST_STEP ? 1 : runs;
    }

    private List<String> onRealLua(Workload workload) {
        return placed(workload, List.of(String.valueOf(program), workload.label, String.valueOf(runsOf(workload))));
    }

    private List<String> onLuaState(Workload workload, Variant variant) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(variant.options);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Workload.class.getName(), workload.label, String.valueOf(runsOf(workload))));
        return placed(workload, command);
    }

    /// On one processor a step would be measured together with a turn of the virtual machine's own threads.
    private static List<String> placed(Workload workload, List<String> command) {
        return workload == Workload.LONGEST_STEP ? command : Child.pinned(command);
    }

    private void record(Workload workload, Map<String, List<Long>> byName, String name, List<String> lines) {
        List<Long> list = byName.computeIfAbsent(name, n -> new ArrayList<>());
        for (String line : lines) {
            if (line.startsWith("heap "))
                garbage.merge(workload, Long.parseLong(line.substring(5)), Math::max);
            else
                list.add(Long.parseLong(line));
        }
    }

    // ----------------------------------------------------------------------------------------------------- printing

    private void print() throws IOException {
        System.out
                .println("Nanoseconds for each operation: medians of " + rounds + " × " + runs + " runs; " + machine());
        System.out.println();
        StringBuilder head = new StringBuilder("| workload |");
        for (Rival rival : rivals)
            head.append(' ').append(rival.label).append(" |");
        for (Variant variant : VARIANTS) {
            head.append(' ').append(variant.label).append(" |");
            for (Rival rival : rivals)
                head.append(" ÷ ").append(rival.label).append(" |");
        }
        System.out.println(head.append(" Java heap, bytes a run |"));
        System.out.println("|---|" + "--:|".repeat(rivals.size() + VARIANTS.size() * (1 + rivals.size()) + 1));
        for (Workload workload : workloads) {
            if (workload != Workload.LONGEST_STEP)
                System.out.println(row(workload));
        }
        if (workloads.contains(Workload.LONGEST_STEP))
            printSteps();
    }

    private String row(Workload workload) {
        Map<String, List<Long>> byName = times.get(workload);
        StringBuilder row = new StringBuilder("| " + workload.label + " |");
        List<Double> theirs = rivals.stream().map(r -> median(byName.get(r.label)) / workload.operations).toList();
        theirs.forEach(time -> row.append(String.format(Locale.ROOT, " %.1f |", time)));
        for (Variant variant : VARIANTS) {
            double ours = median(byName.get(variant.label)) / workload.operations;
            row.append(String.format(Locale.ROOT, " %.1f |", ours));
            theirs.forEach(time -> row.append(String.format(Locale.ROOT, " %.2f |", ours / time)));
        }
        return row.append(' ').append(garbage.get(workload)).append(" |").toString();
    }

    private static double median(List<Long> list) {
        long[] sorted = list.stream().mapToLong(Long::longValue).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
    }

    /// The steps of all rounds together.
    private void printSteps() {
        System.out.println();
        System.out.println("A step of the collector at default settings, in microseconds:");
        System.out.println();
        System.out.println("| | steps | 50 % | 99 % | 99.9 % | longest |");
        System.out.println("|---|--:|--:|--:|--:|--:|");
        times.get(Workload.LONGEST_STEP).forEach((name, list) -> System.out.println(steps(name, list)));
    }

    private static String steps(String name, List<Long> list) {
        Histogram histogram = new Histogram(3);
        LongStream.of(list.stream().mapToLong(Long::longValue).toArray()).forEach(histogram::recordValue);
        return String.format(Locale.ROOT, "| %s | %d | %.2f | %.2f | %.2f | %.2f |", name, histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3, histogram.getMaxValue() / 1e3);
    }

    private static String machine() throws IOException {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        String cpu = Files.isReadable(cpuinfo)
                ? Files.readAllLines(cpuinfo).stream().filter(l -> l.startsWith("model name")).findFirst()
                        .map(l -> l.substring(l.indexOf(':') + 2)).orElse("unknown CPU")
                : System.getProperty("os.arch");
        return cpu + " × " + Runtime.getRuntime().availableProcessors() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", Java " + Runtime.version();
    }
}
