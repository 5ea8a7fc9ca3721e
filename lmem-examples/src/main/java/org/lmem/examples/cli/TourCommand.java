package org.lmem.examples.cli;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.Budget;
import org.lmem.examples.Catalog;
import org.lmem.examples.Tour;
import org.lmem.examples.lua.Program;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs the examples as a guided text.
@Command(name = "tour", mixinStandardHelpOptions = true, description = {
        "Run the examples, each explained and with the numbers that it makes here and now.",
        "Without an id: a real Lua script on the pool first, then all of them."}, footer = {"", "Examples:",
                "  lmem tour --list        what there is", "  lmem tour --lang zh     with Chinese titles",
                "  lmem tour E19 E20       two of them",
                "  lmem tour | less        all of them"})
final class TourCommand implements Callable<Integer> {
    private static final int BROKEN_PIPE = 141; // as a program in C that nobody listens to any more
    private static final String SCRIPT = """
            local function tree(depth)
              if depth == 0 then return {} end
              return {tree(depth - 1), tree(depth - 1)}
            end
            local nodes = 0
            local function count(t)
              nodes = nodes + 1
              if t[1] then count(t[1]); count(t[2]) end
            end
            for i = 1, 20 do count(tree(12)) end
            print("  a real Lua script counted " .. nodes .. " nodes of 20 binary trees, on " .. _VERSION)
            """;

    private final Streams streams;

    @Option(names = "--list", description = "List the examples and run none.")
    private boolean list;
    @Option(names = "--lang", defaultValue = "en", paramLabel = "LANG", description = "Language of the titles: en or zh; the text of the examples is English (default: ${DEFAULT-VALUE}).")
    private String language = "en";
    @Option(names = "--json", description = "With --list: one JSON object a line.")
    private boolean json;
    @Parameters(paramLabel = "ID", description = "The examples to run, as E19.")
    private List<String> ids = new ArrayList<>();
    @Spec
    private @Nullable CommandSpec spec;

    TourCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (json && !list)
            throw usage("--json goes with --list");
        Words words = words();
        List<Example> chosen = chosen();
        if (list)
            chosen.forEach(example -> streams.out().println(json
                    ? toJson(example, words)
                    : example.id() + "  " + words.title(example)));
        else if (ids.isEmpty())
            everything(words);
        else
            chosen.stream().takeWhile(example -> !streams.out().checkError())
                    .forEach(new Page(streams.out(), words)::example);
        return streams.out().checkError() ? BROKEN_PIPE : 0;
    }

    private Words words() {
        try {
            return Words.of(language);
        } catch (IllegalArgumentException e) {
            throw usage(Objects.requireNonNullElse(e.getMessage(), "no such language"));
        }
    }

    private static JsonObject toJson(Example example, Words words) {
        JsonObject json = new JsonObject();
        json.addProperty("id", example.id());
        json.addProperty("title", words.title(example));
        json.addProperty("chapter", words.title(example.chapter()));
        return json;
    }

    private ParameterException usage(String message) {
        return new ParameterException(Objects.requireNonNull(spec, "spec").commandLine(), message);
    }

    private List<Example> chosen() {
        if (ids.isEmpty())
            return Catalog.examples();
        return ids.stream().map(this::example).toList();
    }

    private Example example(String id) {
        return Catalog.examples().stream().filter(example -> example.id().equals(id.toUpperCase(Locale.ROOT)))
                .findFirst().orElseThrow(() -> usage("there is no example " + id));
    }

    private void everything(Words words) {
        realScript(new Page(streams.out(), words));
        if (!streams.out().checkError())
            Tour.run(streams.out(), words);
    }

    /// A real script in C on the pool in Java, and what memory it took.
    private void realScript(Page page) {
        page.heading("A real Lua 5.1.5 script on lmem's pool");
        if (!RealLua.isAvailable()) {
            page.text("There is no library of Lua 5.1.5 for this platform; the tour goes on without.");
            return;
        }
        page.code(SCRIPT.lines().toList());
        PrintStream out = streams.out();
        out.flush(); // C prints next
        RunRecord run = LuaRun.run(new LuaRun.Settings(AllocatorKind.POOL, 0, Budget.UNLIMITED, Budget.UNLIMITED, true,
                false, false), List.of(Program.of("trees.lua", SCRIPT)));
        var closed = Objects.requireNonNull(run.books().closed(), "closed");
        page.result("milliseconds", Math.round(run.running().nanos() / 1e6));
        page.result("requests of its allocator", closed.requests());
        page.result("new blocks", closed.allocations());
        page.result("bytes in use at the peak", closed.peakBytes());
        page.result("bytes that the pool took from the system for it", run.books().peakReserved());
        page.result("bytes in use after the state was closed", closed.liveBytes());
        page.text("The same with your own script: lmem run --stats script.lua");
    }
}
