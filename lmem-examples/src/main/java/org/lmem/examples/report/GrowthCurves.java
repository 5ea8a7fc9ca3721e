package org.lmem.examples.report;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.lmem.core.GrowthPolicy;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;

/// Ways to grow a vector, each followed over the same appends.
///
/// ```
///   appends    0 … EVERY … 2 × EVERY …                        shared by all
///   capacity   elements there is room for at each of them     of each strategy
/// ```
final class GrowthCurves {
    /// How many elements are appended.
    static final int APPENDS = 10_000;
    /// How many lie between two points of a curve.
    static final int EVERY = 40;

    private record Strategy(String name, GrowthPolicy policy) {}

    private static final List<Strategy> STRATEGIES = List.of(new Strategy("× 2 (Lua)", GrowthPolicy.DOUBLING),
            new Strategy("× 1.5", GrowthPolicy.scaled(3, 2)), new Strategy("× 3", GrowthPolicy.scaled(3, 1)),
            new Strategy("+ 1000", GrowthPolicy.fixed(1000)), new Strategy("+ 1", GrowthPolicy.fixed(1)));

    private GrowthCurves() {}

    /// All of them: `{"appends":[…],"strategies":[{"name":…,"capacity":[…],"growths":…,"copied":…,"peak":…},…]}`. A growth
    /// copies what is there, and holds the old block and the new one at once.
    static JsonObject compute() {
        JsonObject json = new JsonObject();
        JsonArray appends = new JsonArray();
        for (int i = 0; i <= APPENDS; i += EVERY)
            appends.add(i);
        json.add("appends", appends);
        JsonArray strategies = new JsonArray();
        STRATEGIES.forEach(strategy -> strategies.add(follow(strategy)));
        json.add("strategies", strategies);
        return json;
    }

    private static JsonObject follow(Strategy strategy) {
        JsonArray capacities = new JsonArray();
        int growths = 0;
        long copied = 0;
        long peak = 0;
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE);
                LuaVector vector = LuaVector.of(memory, JAVA_INT, LuaMemory.MAX_INT, "too many numbers",
                        strategy.policy)) {
            capacities.add(0);
            for (int i = 1; i <= APPENDS; i++) {
                int before = vector.capacity();
                vector.addInt(i);
                if (vector.capacity() != before) {
                    growths++;
                    copied += before;
                    peak = Math.max(peak, (long) before + vector.capacity());
                }
                if (i % EVERY == 0)
                    capacities.add(vector.capacity());
            }
        }
        JsonObject json = new JsonObject();
        json.addProperty("name", strategy.name);
        json.add("capacity", capacities);
        json.addProperty("growths", growths);
        json.addProperty("copied", copied);
        json.addProperty("peak", peak);
        return json;
    }
}
