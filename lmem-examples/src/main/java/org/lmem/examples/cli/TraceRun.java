package org.lmem.examples.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.core.LuaAlloc;

/// A trace made once more of a pool, and written down as a run is.
///
/// ```
///   samples   every n-th request          no threshold, no estimate: a trace has no collector
///   pool      at the peak
///   profile   at the end of the trace, before what is left is freed
/// ```
final class TraceRun {
    private final Trace trace;
    private final long[] blocks;
    private final JsonArray samples = new JsonArray();
    private final long every;
    private JsonElement pool = JsonNull.INSTANCE;

    private TraceRun(Trace trace) {
        this.trace = trace;
        blocks = new long[trace.ids()];
        every = trace.size() / Meter.MAX + 1L;
    }

    /// Replays a trace.
    ///
    /// @param name of the trace
    /// @return what [RunRecord#toJson] gives
    /// @throws Failure where a request is refused
    static JsonObject replay(String name, Trace trace) {
        try (PoolAllocator pool = new PoolAllocator()) {
            return new TraceRun(trace).run(name, pool);
        }
    }

    private JsonObject run(String name, PoolAllocator allocator) {
        StatsAllocator stats = new StatsAllocator(allocator);
        long peak = trace.peakBytes();
        long started = System.nanoTime();
        for (int i = 0; i < trace.size(); i++) {
            request(stats, i);
            if ((i + 1) % every == 0)
                samples.add(sample(System.nanoTime() - started, i + 1, stats.liveBytes()));
            if (stats.liveBytes() == peak && pool.isJsonNull())
                pool = RunJson.pool(allocator.map());
        }
        long nanos = System.nanoTime() - started;
        JsonObject json = new JsonObject();
        json.addProperty("format", RunJson.FORMAT);
        JsonArray programs = new JsonArray();
        programs.add(name);
        json.add("programs", programs);
        json.addProperty("allocator", "pool");
        json.addProperty("message", "");
        json.addProperty("nanos", nanos);
        json.add("profile", JsonParser.parseString(stats.profile().toJson()));
        json.addProperty("peakReserved", allocator.peakReservedBytes());
        json.addProperty("refusals", 0);
        json.add("afterClose", JsonParser.parseString(stats.snapshot().toJson()));
        json.add("samples", samples);
        json.add("pool", pool);
        json.add("sites", new JsonArray());
        json.add("leaks", new JsonArray());
        return json;
    }

    private void request(LuaAlloc alloc, int i) {
        int id = trace.id(i);
        long block = alloc.realloc(blocks[id], trace.osize(i), trace.nsize(i));
        if (block == LuaAlloc.NULL && trace.nsize(i) != 0)
            throw new Failure("a request was refused: record=" + i + ", osize=" + trace.osize(i) + ", nsize="
                    + trace.nsize(i));
        blocks[id] = block;
    }

    private static JsonArray sample(long nanos, long requests, long bytes) {
        JsonArray one = new JsonArray();
        one.add(nanos);
        one.add(requests);
        one.add(bytes);
        one.add(JsonNull.INSTANCE);
        one.add(JsonNull.INSTANCE);
        return one;
    }
}
