package org.lmem.examples.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.AllocationProfile;
import org.lmem.allocators.Budget;
import org.lmem.allocators.RegionAllocator;
import org.lmem.allocators.SizeClass;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.examples.lua.Outcome;
import org.lmem.examples.lua.Program;
import org.lmem.examples.lua.SiteBook;
import org.lmem.examples.report.HtmlReport;
import org.lmem.examples.report.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs a real Lua 5.1.5 script on an allocator of lmem.
@Command(name = "run", mixinStandardHelpOptions = true, description = {
        "Run a script on real Lua 5.1.5, its memory from an allocator of lmem.",
        "Options of lmem come before the script, its own arguments after it. Standard output is the script's; "
                + "what lmem says goes to standard error. Messages and status are those of lua: 1 after an error, also "
                + "after Ctrl-C, which ends the script; a second one ends the process at once (130). os.exit ends the "
                + "process without books."}, footer = {"", "Examples:", "  lmem run script.lua a b",
                        "  lmem run --limit 64m --stats script.lua   'not enough memory' above 64 MiB",
                        "  lmem run --alloc debug --leaks script.lua",
                        "  lmem run -e 'print(collectgarbage(\"count\"))'",
                        "  echo 'print(1)' | lmem run -"})
final class RunCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--alloc", defaultValue = "pool", paramLabel = "KIND", description = "Where memory comes from: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private AllocatorKind kind = AllocatorKind.POOL;
    @Option(names = "--region", defaultValue = "64m", paramLabel = "SIZE", converter = ByteSize.Converter.class, description = "Size of the region of --alloc region (default: ${DEFAULT-VALUE}).")
    private ByteSize region = new ByteSize(64 << 20);
    @Option(names = "--limit", paramLabel = "SIZE", converter = ByteSize.Converter.class, description = "Refuse requests beyond so many bytes in use.")
    private @Nullable ByteSize limit;
    @Option(names = "--soft-limit", paramLabel = "SIZE", converter = ByteSize.Converter.class, description = "Make the collector begin when so many bytes are in use, at its next safe point.")
    private @Nullable ByteSize softLimit;
    @Option(names = "--trace", paramLabel = "FILE", description = "Write every request to a trace, for lmem replay.")
    private @Nullable Path trace;
    @Option(names = "--record", paramLabel = "FILE", description = "Write the books and the memory over time as JSON.")
    private @Nullable Path record;
    @Option(names = "--report", paramLabel = "FILE", description = "Write a report to look at in a browser: one HTML file.")
    private @Nullable Path report;
    @Option(names = "--sites", description = "Find out which line asks for how much, and say so. The script runs several times slower.")
    private boolean sites;
    @Option(names = "--leaks", description = "Say what was still in use when the script ended, and after its state was closed.")
    private boolean leaks;
    @Option(names = "--stats", description = "Say what memory the script took.")
    private boolean stats;
    @Option(names = "--json", description = "Say it as one JSON object, in one line.")
    private boolean json;
    @Option(names = "-e", paramLabel = "CHUNK", description = "Run a piece of Lua first; may be repeated.")
    private List<String> chunks = new ArrayList<>();
    @Parameters(arity = "0..*", paramLabel = "SCRIPT [ARG...]", description = "The script's file, - for standard input; and its arguments.")
    private List<String> script = new ArrayList<>();
    @Spec
    private @Nullable CommandSpec spec;

    RunCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        RunRecord run = LuaRun.run(settings(), programs());
        print(run);
        if (trace != null && run.trace() != null)
            write(run.trace(), trace);
        if (record != null)
            Files.writeString(record, run.toJson() + "\n");
        if (report != null)
            HtmlReport.write(Reports.ofRun(run.toJson()), report);
        boolean leaked = leaks && run.books().closed() != null && run.books().closed().liveBlocks() != 0;
        return run.running().outcome().isOk() && !leaked ? 0 : Lmem.FAILED;
    }

    private LuaRun.Settings settings() {
        if (kind == AllocatorKind.REGION
                && (region.bytes() < RegionAllocator.MIN_BYTES || region.bytes() > RegionAllocator.MAX_BYTES))
            throw usage("--region is " + RegionAllocator.MIN_BYTES + " bytes to 16g");
        if (limit != null && softLimit != null && softLimit.bytes() > limit.bytes())
            throw usage("--soft-limit is not above --limit");
        boolean counted = stats || json || leaks || sites || record != null || report != null;
        return new LuaRun.Settings(kind, region.bytes(), bytes(limit), bytes(softLimit), counted, trace != null, sites);
    }

    private static long bytes(@Nullable ByteSize size) {
        return size == null ? Budget.UNLIMITED : size.bytes();
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), message);
    }

    private List<Program> programs() {
        if (chunks.isEmpty() && script.isEmpty())
            throw usage("no script was given");
        List<Program> programs = new ArrayList<>();
        for (String chunk : chunks)
            programs.add(Program.of("(command line)", chunk));
        if (!script.isEmpty())
            programs.add(program(script.getFirst(), script.subList(1, script.size())));
        return programs;
    }

    private Program program(String name, List<String> arguments) {
        try {
            return name.equals("-")
                    ? new Program("stdin", streams.in().readAllBytes(), arguments)
                    : Program.read(Path.of(name), arguments);
        } catch (IOException | IllegalArgumentException e) { // no path at all
            throw new Failure("cannot open " + name, e);
        }
    }

    private static void write(Trace trace, Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            trace.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(RunRecord run) {
        PrintStream err = streams.err();
        Outcome outcome = run.running().outcome();
        if (!outcome.isOk() && !outcome.text().isEmpty())
            err.println("lmem: " + outcome.text());
        if (run.books().lastRefusal() != null && !json)
            err.println("lmem: requests refused: " + run.books().refusals() + ", the last one: "
                    + run.books().lastRefusal());
        AllocationProfile profile = run.running().profile();
        StatsAllocator.Snapshot closed = run.books().closed();
        if (profile != null && closed != null && !json) {
            if (stats)
                printStats(run, profile, closed);
            if (sites)
                printSites(run.running().sites());
            if (leaks)
                printLeaks(profile, closed);
        }
        if (json)
            err.println(run.toJson());
    }

    private void printStats(RunRecord run, AllocationProfile profile, StatsAllocator.Snapshot closed) {
        line("allocator", run.settings().kind());
        line("time", String.format(Locale.ROOT, "%.3f s", run.running().nanos() / 1e9));
        line("requests", grouped(closed.requests()));
        line("new blocks", grouped(closed.allocations()));
        line("bytes in use at the peak", grouped(closed.peakBytes()));
        line("bytes in use at the script's end", grouped(profile.counts().liveBytes()));
        line("the collector's threshold then", Long.toUnsignedString(run.running().figures().threshold()));
        line("the collector's estimate then", grouped(run.running().figures().estimate()));
        line("bytes in use after closing", grouped(closed.liveBytes()));
        if (run.books().peakReserved() != AllocatorKind.UNKNOWN)
            line("taken from the system at the peak", grouped(run.books().peakReserved()));
        if (run.books().softPasses() != 0)
            line("soft limit passed", run.books().softPasses() + " times");
    }

    private void printSites(List<SiteBook.Site> found) {
        line("lines that asked for memory", grouped(found.size()));
        found.stream().limit(10).forEach(site -> line("  " + site.where(), grouped(site.liveBytes()) + " bytes in use, "
                + grouped(site.allocatedBytes()) + " allocated"));
    }

    private void printLeaks(AllocationProfile profile, StatsAllocator.Snapshot closed) {
        line("blocks in use at the script's end", grouped(profile.counts().liveBlocks()));
        profile.sizes().stream().filter(size -> size.live() != 0)
                .sorted((a, b) -> Long.compare(b.live() * b.to(), a.live() * a.to())).limit(10)
                .forEach(size -> line("  " + name(size), grouped(size.live())));
        line("blocks in use after closing: leaks", grouped(closed.liveBlocks()));
    }

    private static String name(SizeClass size) {
        String bytes = size.from() == size.to() ? size.to() + " bytes" : "up to " + size.to() + " bytes";
        return size.luaName().isEmpty() ? bytes : bytes + " (" + size.luaName() + ")";
    }

    private void line(String what, Object value) {
        streams.err().println("lmem: " + what + " " + ".".repeat(Math.max(2, 60 - what.length())) + " " + value);
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

}
