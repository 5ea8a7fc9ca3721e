package org.lmem.examples.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lmem.core.SystemAlloc;
import org.lmem.gc.CollectorEvent;
import org.lmem.gc.ColoredObject;
import org.lmem.gc.GCOption;
import org.lmem.gc.HeapObject;
import org.lmem.gc.HeapReference;
import org.lmem.gc.HeapSnapshot;
import org.lmem.gc.LuaState;

/// One collection of a small heap, single step by single step.
///
/// ```
///   registry ─► globals ─► config ─► limits          what stays
///       │          ├─────► handler (an upvalue)
///       │          ├─────► cache, weak values ┄┄► a value that only it knows
///       │          └─────► worker, a coroutine
///       └─► a metatable with __gc
///   two tables that know each other │ a list of three │ a userdata with a finaliser       what does not
/// ```
///
/// The heap is made with the interface of C, on this project's collector; colours are looked at after every single step.
final class CollectionFilm {
    private static final int ENOUGH = 1 << 20; // for a step to go through a whole cycle

    private final LuaState lua;
    private final Map<Long, Integer> numbers = new LinkedHashMap<>();
    private final JsonArray steps = new JsonArray();

    private CollectionFilm(LuaState lua) {
        this.lua = lua;
    }

    /// The film:
    ///
    /// ```
    ///   {"objects": [{"type": …, "label": …, "name": …, "bytes": …, "depth": …}, …],
    ///    "edges":   [[from, to, name, weak], …],
    ///    "steps":   [{"phase": …, "before": …, "bytes": …, "cost": …, "freed": …, "colors": "WGB.…"}, …]}
    /// ```
    ///
    /// Depth is the distance from a root, −1 of what no root leads to. A colour is the first letter of its name, or a point
    /// where the object is not there any more.
    static JsonObject make() {
        try (LuaState lua = LuaState.newState(SystemAlloc.INSTANCE)) {
            return new CollectionFilm(lua).film();
        }
    }

    private JsonObject film() {
        lua.gc(GCOption.STOP, 0);
        build();
        lua.gc(GCOption.COLLECT, 0); // a clean beginning: the last step of a collection leaves the collector at rest
        lua.gc(GCOption.STOP, 0);
        garbage();
        HeapSnapshot heap = lua.collector().snapshot();
        heap.objects().forEach(object -> numbers.put(object.address(), numbers.size()));
        JsonObject json = new JsonObject();
        json.add("objects", objects(heap));
        json.add("edges", edges(heap));
        frame(null);
        lua.collector().addListener(this::onEvent);
        lua.gc(GCOption.STEP, ENOUGH);
        json.add("steps", steps);
        return json;
    }

    private void onEvent(CollectorEvent event) {
        if (event.kind() == CollectorEvent.Kind.SINGLE)
            frame(event);
    }

    // ---------------------------------------------------------------------------------------------------- the heap

    private void build() {
        lua.newTable();
        lua.newTable();
        lua.pushString("64 MiB");
        lua.setField(-2, "memory");
        lua.setField(-2, "limits");
        lua.setField(LuaState.GLOBALSINDEX, "config");

        lua.newTable();
        lua.pushCClosure(state -> 0, 1);
        lua.setField(LuaState.GLOBALSINDEX, "handler");

        lua.newTable(); // cache
        lua.newTable();
        lua.pushString("v");
        lua.setField(-2, "__mode");
        lua.setMetatable(-2);
        lua.setField(LuaState.GLOBALSINDEX, "cache");

        LuaState worker = lua.newThread();
        worker.newTable();
        lua.setField(LuaState.GLOBALSINDEX, "worker");

        lua.newTable(); // metatable of files
        lua.pushCFunction(state -> 0);
        lua.setField(-2, "__gc");
        lua.setField(LuaState.REGISTRYINDEX, "FILE*");
    }

    private void garbage() {
        lua.newTable();
        lua.newTable();
        lua.pushValue(-2);
        lua.setField(-2, "parent");
        lua.setField(-2, "child");
        lua.pop(1);

        lua.pushNil();
        for (int i = 0; i < 3; i++) { // a list: each has the rest of it
            lua.newTable();
            lua.insert(-2);
            lua.setField(-2, "next");
        }
        lua.pop(1);

        lua.getField(LuaState.GLOBALSINDEX, "cache");
        lua.newTable();
        lua.setField(-2, "thumbnail");
        lua.pop(1);

        lua.newUserdata(32);
        lua.getField(LuaState.REGISTRYINDEX, "FILE*");
        lua.setMetatable(-2);
        lua.pop(1);

        lua.pushString("nobody refers to this text");
        lua.pop(1);
        lua.getField(LuaState.GLOBALSINDEX, "config");
        lua.newTable();
        lua.setField(-2, "recent");
        lua.setTop(0);
    }

    private JsonArray objects(HeapSnapshot heap) {
        Map<Long, Integer> depths = depths(heap);
        JsonArray array = new JsonArray();
        for (HeapObject object : heap.objects().toList()) {
            JsonObject one = new JsonObject();
            one.addProperty("type", object.type());
            one.addProperty("label", object.label());
            one.addProperty("name", name(heap, object.address()));
            one.addProperty("bytes", object.bytes());
            one.addProperty("depth", depths.getOrDefault(object.address(), -1));
            array.add(one);
        }
        return array;
    }

    /// How a reference calls an object, that of a shortest way from a root first; empty where none leads to it.
    private static String name(HeapSnapshot heap, long address) {
        List<String> path = heap.rootPath(address);
        String name = path.isEmpty()
                ? heap.referencesTo(address).stream().map(HeapReference::name).findFirst().orElse("")
                : path.getLast();
        return name.startsWith(".") ? name.substring(1) : name;
    }

    private Map<Long, Integer> depths(HeapSnapshot heap) {
        Map<Long, Integer> depths = new HashMap<>();
        ArrayDeque<Long> queue = new ArrayDeque<>();
        for (long address : numbers.keySet())
            if (heap.isReachable(address) && heap.referencesTo(address).stream().anyMatch(r -> r.from() == 0)) {
                depths.put(address, 0);
                queue.add(address);
            }
        while (!queue.isEmpty()) {
            long from = queue.remove();
            int next = depths.getOrDefault(from, 0) + 1;
            for (HeapReference reference : heap.referencesOf(from))
                if (!reference.weak() && depths.putIfAbsent(reference.to(), next) == null)
                    queue.add(reference.to());
        }
        return depths;
    }

    private JsonArray edges(HeapSnapshot heap) {
        JsonArray array = new JsonArray();
        for (long address : numbers.keySet())
            for (HeapReference reference : heap.referencesOf(address)) {
                Integer to = numbers.get(reference.to());
                if (to == null)
                    continue; // a block that is no object
                JsonArray one = new JsonArray();
                one.add(numbers.get(address));
                one.add(to);
                one.add(reference.name());
                one.add(reference.weak());
                array.add(one);
            }
        return array;
    }

    // ---------------------------------------------------------------------------------------------------- the steps

    private void frame(@Nullable CollectorEvent event) {
        JsonObject frame = new JsonObject();
        frame.addProperty("phase", lua.collector().phase().name());
        frame.addProperty("bytes", lua.collector().totalBytes());
        frame.addProperty("cost", event == null ? 0 : event.cost());
        frame.addProperty("freed", event == null ? 0 : event.freedBlocks());
        frame.add("before", event == null ? JsonNull.INSTANCE : new JsonPrimitive(event.before().name()));
        frame.addProperty("colors", colors());
        steps.add(frame);
    }

    private String colors() {
        StringBuilder colors = new StringBuilder(".".repeat(numbers.size()));
        for (ColoredObject object : lua.collector().colors()) {
            Integer number = numbers.get(object.address());
            if (number != null)
                colors.setCharAt(number, object.color().name().charAt(0));
        }
        return colors.toString();
    }
}
