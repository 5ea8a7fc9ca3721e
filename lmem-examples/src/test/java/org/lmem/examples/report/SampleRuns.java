package org.lmem.examples.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Records of runs as `lmem run --record` wrote them, so that the page is tested where there is no library of Lua too.
final class SampleRuns {
    private SampleRuns() {}

    /// A run that ended because it wanted a gigabyte under a limit of 16 MiB.
    static JsonObject limited(String program) {
        try (InputStream in = SampleRuns.class.getResourceAsStream("limited.json")) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            JsonObject run = JsonParser.parseString(json).getAsJsonObject();
            run.getAsJsonArray("programs").set(0, new com.google.gson.JsonPrimitive(program));
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
