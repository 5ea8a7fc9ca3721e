package org.lmem.examples.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.TraceFormatException;
import org.lmem.examples.report.HtmlReport;
import org.lmem.examples.report.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes a report of what was written down earlier.
@Command(name = "report", mixinStandardHelpOptions = true, description = {
        "Make a report, one HTML file, of a trace or of the record of a run.",
        "A trace is replayed on the pool, whose pages are shown as they were at the peak."}, footer = {"", "Examples:",
                "  lmem report t.lmtr                       writes t.lmtr.html",
                "  lmem run --record run.json script.lua; lmem report run.json -o run.html",
                "  lmem run --report run.html script.lua    without the way round"})
final class ReportCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = {"-o",
            "--output"}, paramLabel = "HTML", description = "Where to write it (default: the file's name and .html).")
    private @Nullable Path output;
    @Parameters(arity = "1", paramLabel = "FILE", description = "A trace (.lmtr, .lmtr.xz), or what lmem run --record wrote.")
    private @Nullable Path file;

    ReportCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        Path path = Objects.requireNonNull(file, "file");
        Path target = output == null ? Path.of(path + ".html") : output;
        try {
            HtmlReport.write(Reports.ofRun(run(path)), target);
        } catch (TraceFormatException | IllegalArgumentException e) {
            throw new Failure(path + ": " + e.getMessage(), e);
        }
        streams.out().println(target);
        return 0;
    }

    private static JsonObject run(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        if (name.toLowerCase(Locale.ROOT).matches(".*\\.lmtr(\\.xz)?"))
            return TraceRun.replay(name, ReplayFork.read(path));
        try {
            JsonElement json = JsonParser.parseString(Files.readString(path));
            if (json instanceof JsonObject run && run.has("format")
                    && run.get("format").equals(new JsonPrimitive(RunJson.FORMAT)))
                return run;
            throw new Failure(path + ": no record of a run: wanted format=" + RunJson.FORMAT);
        } catch (JsonParseException | CharacterCodingException e) {
            throw new Failure(path + ": neither a trace (.lmtr, .lmtr.xz) nor the record of a run", e);
        }
    }
}
