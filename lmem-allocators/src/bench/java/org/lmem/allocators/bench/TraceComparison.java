package org.lmem.allocators.bench;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/// Compares allocators of lmem with allocators in C on recorded traces, in turn, and prints two tables for the times and one
/// for the memory taken.
///
/// ```
///   each round, each trace:   cc's realloc │ + mimalloc │ + jemalloc │ + tcmalloc │ lmem's, each named
///                             a process each, pinned to one processor where taskset is there
/// ```
///
/// What is not installed (a C compiler, one of the libraries) is left out, and said so.
public final class TraceComparison {
    private static final List<String> LIBRARIES = List.of("libmimalloc.so.2", "libjemalloc.so.2",
            "libtcmalloc_minimal.so.4");
    private static final List<Path> PLACES = List.of(Path.of("/usr/lib/x86_64-linux-gnu"),
            Path.of("/usr/lib/aarch64-linux-gnu"), Path.of("/usr/lib64"), Path.of("/usr/lib"));
    private static final Pattern FIGURE = Pattern.compile("\"(median|min|footprint)\":([0-9.]+)");
    private static final String DIRECT = "direct:";
    private static final int LEAST_REPLAYS = 7;
    private static final int LEAST_REQUESTS = 30_000_000;
    private static final int REQUEST_BYTES = 12; // in a trace

    /// A measurement of one allocator on one trace.
    private record Figures(double median, double least, double footprint) {}

    /// One column: what is run on a trace.
    private record Column(String name, Function<Path, ProcessBuilder> command) {}

    private final Path work = Files.createTempDirectory("lmem-traces");
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Map<String, List<Figures>>> results = new LinkedHashMap<>();

    private TraceComparison() throws IOException {}

    /// Runs the comparison.
    ///
    /// @param args the folder of this module, a folder of traces (`.lmtr` or `.lmtr.xz`), the number of rounds, and names of
    ///   allocators as [ReplayBench] knows them; behind `direct:`, raw memory goes through `sun.misc.Unsafe`
    /// @throws IOException where a trace cannot be read or a program fails
    /// @throws InterruptedException where the run is interrupted
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 4) {
            System.err.println("usage: TraceComparison MODULE TRACES ROUNDS ALLOCATOR…, of " + Subjects.names());
            System.exit(2);
        }
        TraceComparison comparison = new TraceComparison();
        comparison.addRivals(Path.of(args[0]).resolve("src/bench/c/replay.c"));
        Arrays.stream(args).skip(3).forEach(comparison::addSubject);
        comparison.run(comparison.traces(Path.of(args[1])), Integer.parseInt(args[2]));
        comparison.print("nanoseconds per request, least of the rounds' medians", Figures::median);
        comparison.print("nanoseconds per request, least of all replays: what disturbs one only adds", Figures::least);
        comparison.print("memory taken from the system at the peak / bytes in use at the peak", Figures::footprint);
    }

    private void addRivals(Path source) throws IOException, InterruptedException {
        Path program = work.resolve("replay");
        if (!isInstalled("cc")) {
            System.out.println("no C compiler: the allocators in C are left out");
            return;
        }
        output(new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString()));
        columns.add(new Column("libc", trace -> pinned(program.toString(), trace.toString(), replays(trace))));
        for (String library : LIBRARIES)
            addPreloaded(program, library);
    }

    private void addPreloaded(Path program, String library) {
        String name = library.replaceAll("^lib|(_minimal)?\\.so.*", "");
        Path file = PLACES.stream().map(place -> place.resolve(library)).filter(Files::exists).findFirst().orElse(null);
        if (file == null) {
            System.out.println(name + " is not installed: left out (Debian: libmimalloc2.0, libjemalloc2, "
                    + "libtcmalloc-minimal4)");
            return;
        }
        columns.add(new Column(name, trace -> {
            ProcessBuilder builder = pinned(program.toString(), trace.toString(), replays(trace));
            builder.environment().put("LD_PRELOAD", file.toString());
            return builder;
        }));
    }

    private void addSubject(String allocator) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        boolean isDirect = allocator.startsWith(DIRECT);
        List<String> command = new ArrayList<>(List.of(java, "--enable-native-access=ALL-UNNAMED"));
        if (isDirect)
            command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ReplayBench.class.getName()));
        String subject = isDirect ? allocator.substring(DIRECT.length()) : allocator;
        columns.add(new Column(allocator, trace -> {
            List<String> run = new ArrayList<>(command);
            run.addAll(List.of(trace.toString(), replays(trace), subject));
            return pinned(run.toArray(String[]::new));
        }));
    }

    /// How often a trace is replayed: of a short one, a few times would all fall into one disturbance of the machine.
    private static String replays(Path trace) {
        int requests = (int) Math.max(trace.toFile().length() / REQUEST_BYTES, 1);
        return "" + Math.max(LEAST_REPLAYS, LEAST_REQUESTS / requests);
    }

    private List<Path> traces(Path folder) throws IOException {
        List<Path> unpacked = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().matches(".*\\.lmtr(\\.xz)?")).sorted().toList())
                unpacked.add(unpack(file));
        }
        if (unpacked.isEmpty())
            throw new IOException("no traces there: folder=" + folder);
        return unpacked;
    }

    private Path unpack(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!name.endsWith(".xz"))
            return file;
        Path target = work.resolve(name.substring(0, name.length() - 3));
        try (InputStream in = new XZInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            Files.copy(in, target);
        }
        return target;
    }

    private void run(List<Path> traces, int rounds) throws IOException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            for (Path trace : traces) {
                String name = trace.getFileName().toString().replace(".lmtr", "");
                for (Column column : columns)
                    results.computeIfAbsent(name, n -> new LinkedHashMap<>())
                            .computeIfAbsent(column.name, n -> new ArrayList<>())
                            .add(figures(output(column.command.apply(trace))));
            }
            System.err.println("round " + round + " of " + rounds);
        }
    }

    private static Figures figures(String json) {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Matcher m = FIGURE.matcher(json); m.find();)
            values.put(m.group(1), Double.parseDouble(m.group(2)));
        return new Figures(values.get("median"), values.get("min"), values.get("footprint"));
    }

    private void print(String title, Function<Figures, Double> figure) {
        System.out.println("\n" + title);
        StringBuilder head = new StringBuilder(String.format("%-18s", "trace"));
        columns.forEach(c -> head.append(String.format(" %14s", c.name)));
        System.out.println(head);
        Map<String, Double> logs = new LinkedHashMap<>();
        results.forEach((trace, row) -> {
            StringBuilder line = new StringBuilder(String.format("%-18s", trace));
            for (Column c : columns) {
                double value = Collections.min(row.get(c.name).stream().map(figure).toList());
                logs.merge(c.name, Math.log(value), Double::sum); // of 0, which is unknown: minus infinity
                line.append(cell(value));
            }
            System.out.println(line);
        });
        StringBuilder mean = new StringBuilder(String.format("%-18s", "geometric mean"));
        logs.values().forEach(sum -> mean.append(cell(Math.exp(sum / results.size()))));
        System.out.println(mean);
    }

    private static String cell(double value) {
        return value == 0 ? String.format(" %14s", "unknown") : String.format(Locale.ROOT, " %14.2f", value);
    }

    private static ProcessBuilder pinned(String... command) {
        List<String> all = new ArrayList<>();
        if (isInstalled("taskset"))
            all.addAll(List.of("taskset", "-c", "" + (Runtime.getRuntime().availableProcessors() - 1)));
        all.addAll(List.of(command));
        return new ProcessBuilder(all);
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0)
            throw new IOException("a program failed: status=" + process.exitValue() + ", command=" + builder.command());
        return output;
    }
}
