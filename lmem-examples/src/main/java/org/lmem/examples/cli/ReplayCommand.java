package org.lmem.examples.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceFormatException;
import org.lmem.examples.page.Page;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes the requests of a trace of several allocators and compares them.
@Command(name = "replay", mixinStandardHelpOptions = true, description = {
        "Make every request of a trace once more of each allocator, check every byte, and compare time and memory.",
        "Each allocator has a virtual machine of its own. The time is the median of the passes, after a warm-up; memory "
                + "is what the allocator has of the system when most is in use (unknown for the C library's), and waste "
                + "the share of it that is in no block. A trace may be packed by xz."}, footer = {"", "Examples:",
                        "  lmem replay t.lmtr", "  lmem replay --alloc pool,system --json t.lmtr.xz"})
final class ReplayCommand implements Callable<Integer> {
    private static final int CHECKED_AND_WARM_UP = 4;

    private final Streams streams;

    @Option(names = "--alloc", split = ",", defaultValue = "pool,system,region,debug", paramLabel = "KIND", description = "Which allocators: ${COMPLETION-CANDIDATES} (default: all).")
    private List<AllocatorKind> kinds = new ArrayList<>();
    @Option(names = "--passes", defaultValue = "7", paramLabel = "N", description = "How many timed passes (default: ${DEFAULT-VALUE}).")
    private int passes = 7;
    @Option(names = "--region", paramLabel = "SIZE", converter = ByteSize.Converter.class, description = "Size of the region of --alloc region (default: twice the trace's peak, 1m at least).")
    private @Nullable ByteSize region;
    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;
    @Parameters(paramLabel = "TRACE", description = "The trace, as lmem run --trace writes it.")
    private @Nullable Path file;
    @Spec
    private @Nullable CommandSpec spec;

    ReplayCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        if (passes < 1)
            throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "--passes is 1 or more");
        Path path = Objects.requireNonNull(file, "file");
        Trace trace = read(path);
        Map<AllocatorKind, Map<String, Double>> results = new HashMap<>();
        long bytes = region == null ? Math.max(1 << 20, 2 * trace.peakBytes()) : region.bytes();
        try (ProgressBar bar = bar()) {
            for (AllocatorKind kind : kinds)
                results.put(kind, replay(path, kind, bytes, bar));
        }
        if (json)
            streams.out().println(toJson(trace, results));
        else
            table(trace, results);
        return 0;
    }

    private static Trace read(Path path) throws IOException {
        try {
            return ReplayFork.read(path);
        } catch (TraceFormatException e) {
            throw new Failure(path + ": " + e.getMessage(), e);
        }
    }

    private @Nullable ProgressBar bar() {
        if (!streams.isTerminal())
            return null;
        return new ProgressBarBuilder().setTaskName("replay").hideEta()
                .setInitialMax((long) kinds.size() * (passes + CHECKED_AND_WARM_UP))
                .setConsumer(new ConsoleProgressBarConsumer(streams.err(), 80)).build();
    }

    private Map<String, Double> replay(Path path, AllocatorKind kind, long bytes, @Nullable ProgressBar bar)
            throws IOException {
        Map<String, Double> figures = new HashMap<>();
        Fork.run(ReplayFork.class, List.of(path.toString(), kind.name(), String.valueOf(passes), String.valueOf(bytes)),
                line -> {
                    String[] words = line.split(" ", 2);
                    if (words.length == 2)
                        figures.put(words[0], Double.valueOf(words[1]));
                    else if (bar != null)
                        bar.step();
                });
        return figures;
    }

    private void table(Trace trace, Map<AllocatorKind, Map<String, Double>> results) {
        streams.out().println(String.format(Locale.ROOT, "%,d requests, %,d bytes in use at the peak, %,d at the end",
                trace.size(), trace.peakBytes(), trace.endBytes()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("allocator", "ns a request", "memory at the peak", "waste", "checked"));
        for (AllocatorKind kind : kinds) {
            Map<String, Double> figures = Objects.requireNonNull(results.get(kind));
            double reserved = figure(figures, "reserved");
            boolean known = reserved >= 0;
            rows.add(List.of(kind.toString(), String.format(Locale.ROOT, "%.1f", figure(figures, "nanos")),
                    known ? ByteSize.text(reserved) : "unknown",
                    known ? String.format(Locale.ROOT, "%.1f %%", 100 * waste(trace, reserved)) : "unknown", "ok"));
        }
        new Page(streams.out()).table(rows);
    }

    private static double waste(Trace trace, double reserved) {
        return reserved == 0 ? 0 : 1 - trace.peakBytes() / reserved;
    }

    private static double figure(Map<String, Double> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    private JsonObject toJson(Trace trace, Map<AllocatorKind, Map<String, Double>> results) {
        JsonObject object = new JsonObject();
        object.addProperty("requests", trace.size());
        object.addProperty("peakBytes", trace.peakBytes());
        object.addProperty("endBytes", trace.endBytes());
        JsonArray array = new JsonArray();
        for (AllocatorKind kind : kinds) {
            Map<String, Double> figures = Objects.requireNonNull(results.get(kind));
            JsonObject one = new JsonObject();
            one.addProperty("allocator", kind.toString());
            one.addProperty("nanosPerRequest", figure(figures, "nanos"));
            double reserved = figure(figures, "reserved");
            one.add("reservedAtPeak", reserved < 0 ? JsonNull.INSTANCE : new JsonPrimitive((long) reserved));
            one.add("waste", reserved < 0 ? JsonNull.INSTANCE : new JsonPrimitive(waste(trace, reserved)));
            array.add(one);
        }
        object.add("allocators", array);
        return object;
    }
}
