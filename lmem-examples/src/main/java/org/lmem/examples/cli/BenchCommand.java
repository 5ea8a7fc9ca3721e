package org.lmem.examples.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.page.Page;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures what lmem costs on this machine.
@Command(name = "bench", mixinStandardHelpOptions = true, description = {
        "Measure what lmem costs on this machine: the memory manager over the C library's allocator, a growing vector, a "
                + "recorded trace on the pool and on the C library, a full collection, and a whole run of real Lua "
                + "(binary trees of depth 13) on the pool beside the same library on its own allocator, in turn. Medians "
                + "after a warm-up. Leave the machine alone meanwhile. The modules' own benchmarks (mvn -Pbench) go deeper; "
                + "lmem replay compares allocators."}, footer = {"", "Examples:",
                        "  lmem bench", "  lmem bench --rounds 21 --json"})
final class BenchCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--rounds", defaultValue = "9", paramLabel = "N", description = "Rounds of each, after as many for warm-up (default: ${DEFAULT-VALUE}).")
    private int rounds = 9;
    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;
    @Spec
    private @Nullable CommandSpec spec;

    BenchCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1)
            throw new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), "--rounds is 1 or more");
        Map<String, Double> nanos = new LinkedHashMap<>();
        List<String> measured = new ArrayList<>(List.of("entry", "vector", "trace", "collector"));
        if (RealLua.isAvailable())
            measured.add("lua");
        for (String name : measured)
            Fork.run(BenchFork.class, List.of(name, String.valueOf(rounds)), line -> {
                String[] words = line.split(" ", 2);
                nanos.put(words[0], Double.valueOf(words[1]));
            });
        if (json)
            streams.out().println(toJson(nanos));
        else
            new Page(streams.out()).table(rows(nanos));
        return 0;
    }

    private static JsonObject toJson(Map<String, Double> nanos) {
        JsonObject object = new JsonObject();
        nanos.forEach((name, value) -> object.addProperty(name + "Nanos", value));
        if (nanos.containsKey("pool"))
            object.addProperty("poolToOwn", figure(nanos, "pool") / figure(nanos, "own"));
        return object;
    }

    private static List<List<String>> rows(Map<String, Double> nanos) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("measured", "median", "unit"));
        rows.add(row("64 bytes obtained and freed, C library's allocator", figure(nanos, "system"), "ns"));
        rows.add(row("the same through the memory manager", figure(nanos, "manager"), "ns"));
        rows.add(row("one int added to a growing vector", figure(nanos, "vector"), "ns"));
        rows.add(row("a request of a recorded trace, C library", figure(nanos, "traceSystem"), "ns"));
        rows.add(row("the same on lmem's pool", figure(nanos, "tracePool"), "ns"));
        rows.add(row("a live table in a full collection", figure(nanos, "collector"), "ns"));
        if (nanos.containsKey("pool")) {
            rows.add(row("real Lua, binary trees, on its own allocator", figure(nanos, "own") / 1e6, "ms"));
            rows.add(row("real Lua, binary trees, on lmem's pool", figure(nanos, "pool") / 1e6, "ms"));
            rows.add(row("ratio of the two", figure(nanos, "pool") / figure(nanos, "own"), ""));
            rows.add(row("real Lua, binary trees, on the pool, counted", figure(nanos, "counted") / 1e6, "ms"));
        }
        return rows;
    }

    private static List<String> row(String what, double value, String unit) {
        return List.of(what, String.format(Locale.ROOT, "%.2f", value), unit);
    }

    private static double figure(Map<String, Double> nanos, String name) {
        return Objects.requireNonNull(nanos.get(name), name);
    }
}
