package org.lmem.examples.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.StringJoiner;

/// Makes reports of what is known of a run.
public final class Reports {
    private Reports() {}

    /// A report of a run, with what every report shows beside it: ways to grow, and a collection in single steps.
    ///
    /// @param run as `lmem run --record` writes it
    /// @return the report
    /// @throws IllegalArgumentException where it is no record of a run
    public static Report ofRun(JsonObject run) {
        requireRun(run);
        JsonObject data = new JsonObject();
        data.add("run", run);
        data.add("growth", GrowthCurves.compute());
        data.add("film", CollectionFilm.make());
        return new Report(title(run), data);
    }

    private static String title(JsonObject run) {
        StringJoiner names = new StringJoiner(", ");
        run.getAsJsonArray("programs").forEach(name -> names.add(name.getAsString()));
        return "lmem: the memory of " + names;
    }

    private static void requireRun(JsonObject run) {
        requireArray(run, "programs");
        requireArray(run, "samples");
        requireArray(run, "sites");
        requireArray(run, "leaks");
        for (JsonElement sample : run.getAsJsonArray("samples"))
            if (!sample.isJsonArray() || sample.getAsJsonArray().size() != 5)
                throw new IllegalArgumentException("no record of a run: a sample has five numbers: sample=" + sample);
        for (String name : new String[]{"allocator", "nanos", "profile", "afterClose"})
            if (!run.has(name))
                throw new IllegalArgumentException("no record of a run: missing=" + name);
    }

    private static void requireArray(JsonObject run, String name) {
        JsonElement array = run.get(name);
        if (!(array instanceof JsonArray))
            throw new IllegalArgumentException("no record of a run: missing=" + name);
    }
}
