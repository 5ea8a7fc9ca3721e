package org.lmem.examples.cli;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;

import com.google.gson.JsonPrimitive;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.AllocationProfile;
import org.lmem.allocators.Budget;
import org.lmem.allocators.LimitAllocator.Refusal;
import org.lmem.allocators.PoolMap;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.examples.lua.Figures;
import org.lmem.examples.lua.Outcome;
import org.lmem.examples.lua.SiteBook;

/// What is known of a run after it.
///
/// @param programs their names, in the order in which they ran
/// @param settings what lay between them and their memory
/// @param running what was seen before the state was closed
/// @param books what was counted until it was closed
/// @param trace every request, where they were recorded
record RunRecord(List<String> programs, LuaRun.Settings settings, Running running, Books books,
        @Nullable Trace trace) {
    private static final long EXACT_IN_JSON = 1L << 53;

    /// What was seen before the state was closed.
    ///
    /// @param outcome how the last program ended
    /// @param nanos it took, libraries included
    /// @param figures of the collector at the end
    /// @param profile of the allocator at the end, where it was counted
    /// @param pool what the pool's pages were used for at the end, where there is one
    /// @param sites what each line had asked for by then, where that was booked
    record Running(Outcome outcome, long nanos, Figures figures, @Nullable AllocationProfile profile,
            @Nullable PoolMap pool, List<SiteBook.Site> sites) {}

    /// What was counted.
    ///
    /// @param closed the counts after the state was closed, where it was counted
    /// @param samples of the memory over time
    /// @param refusals how many requests were refused by the limit
    /// @param lastRefusal the last of them
    /// @param softPasses how often the soft limit was passed
    /// @param reserved bytes that the allocator has of the system at the end, or [AllocatorKind#UNKNOWN]
    /// @param peakReserved the most that it had, or [AllocatorKind#UNKNOWN]
    /// @param leaks the lines after the state was closed: what they have in use then is lost
    record Books(StatsAllocator.@Nullable Snapshot closed, List<Meter.Sample> samples, long refusals,
            @Nullable Refusal lastRefusal, long softPasses, long reserved, long peakReserved,
            List<SiteBook.Site> leaks) {}

    /// All of it as a JSON object.
    JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("format", RunJson.FORMAT);
        json.add("programs", array(programs));
        json.addProperty("allocator", settings.kind().toString());
        json.add("limit", limit(settings.limit()));
        json.add("softLimit", limit(settings.softLimit()));
        json.addProperty("status", running.outcome.status());
        json.addProperty("message", running.outcome.text());
        json.addProperty("nanos", running.nanos);
        json.add("collector", figures(running.figures));
        json.add("profile", running.profile == null ? JsonNull.INSTANCE : parsed(running.profile.toJson()));
        json.add("afterClose", books.closed == null ? JsonNull.INSTANCE : parsed(books.closed.toJson()));
        json.add("reserved", known(books.reserved));
        json.add("peakReserved", known(books.peakReserved));
        json.addProperty("softPasses", books.softPasses);
        json.addProperty("refusals", books.refusals);
        json.add("lastRefusal", books.lastRefusal == null ? JsonNull.INSTANCE : refusal(books.lastRefusal));
        json.add("samples", samples());
        json.add("pool", running.pool == null ? JsonNull.INSTANCE : RunJson.pool(running.pool));
        json.add("sites", RunJson.sites(running.sites));
        json.add("leaks", RunJson.sites(books.leaks.stream().filter(site -> site.liveBlocks() != 0).toList()));
        return json;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static JsonElement parsed(String json) {
        return new Gson().fromJson(json, JsonElement.class);
    }

    private static JsonElement limit(long bytes) {
        return bytes == Budget.UNLIMITED ? JsonNull.INSTANCE : new JsonPrimitive(bytes);
    }

    private static JsonElement known(long bytes) {
        return bytes == AllocatorKind.UNKNOWN ? JsonNull.INSTANCE : new JsonPrimitive(bytes);
    }

    /// A figure of the collector; none where it is stopped and its threshold is as large as can be.
    private static JsonElement figure(long bytes) {
        return bytes < 0 || bytes > EXACT_IN_JSON ? JsonNull.INSTANCE : new JsonPrimitive(bytes);
    }

    private static JsonObject figures(Figures figures) {
        JsonObject json = new JsonObject();
        json.addProperty("totalBytes", figures.totalBytes());
        json.add("threshold", figure(figures.threshold()));
        json.add("estimate", figure(figures.estimate()));
        return json;
    }

    private static JsonObject refusal(Refusal refusal) {
        JsonObject json = new JsonObject();
        json.addProperty("osize", refusal.osize());
        json.addProperty("nsize", Long.toUnsignedString(refusal.nsize()));
        json.addProperty("reason", refusal.reason().name());
        json.addProperty("refusedBy", refusal.refusedBy());
        JsonArray levels = new JsonArray();
        for (var level : refusal.levels()) {
            JsonObject one = new JsonObject();
            one.addProperty("name", level.name());
            one.addProperty("used", level.used());
            one.add("limit", limit(level.limit()));
            one.addProperty("peak", level.peak());
            levels.add(one);
        }
        json.add("levels", levels);
        return json;
    }

    private JsonArray samples() {
        JsonArray array = new JsonArray();
        for (Meter.Sample sample : books.samples) {
            JsonArray one = new JsonArray();
            one.add(sample.nanos());
            one.add(sample.requests());
            one.add(sample.bytes());
            one.add(figure(sample.threshold()));
            one.add(figure(sample.estimate()));
            array.add(one);
        }
        return array;
    }
}
