package org.lmem.examples.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.lmem.allocators.PoolMap;
import org.lmem.examples.lua.SiteBook;

/// Parts of a run's record as JSON.
final class RunJson {
    /// What the records of this version say of themselves.
    static final String FORMAT = "lmem-run-1";

    private RunJson() {}

    /// `{"live":…,"reserved":…,"spans":[[address,bytes,touched,"BLOCKS",blockBytes,blocks,capacity],…]}`, addresses as
    /// distances from the first.
    static JsonObject pool(PoolMap map) {
        JsonObject json = new JsonObject();
        json.addProperty("live", map.liveBytes());
        json.addProperty("reserved", map.reservedBytes());
        json.addProperty("used", map.usedBytes());
        JsonArray spans = new JsonArray();
        long first = map.spans().isEmpty() ? 0 : map.spans().getFirst().address();
        map.spans().forEach(span -> spans.add(span(span, first)));
        json.add("spans", spans);
        return json;
    }

    private static JsonArray span(PoolMap.Span span, long first) {
        JsonArray one = new JsonArray();
        one.add(span.use() == PoolMap.Use.HUGE ? 0 : span.address() - first); // its mapping lies somewhere else
        one.add(span.bytes());
        one.add(span.touchedBytes());
        one.add(span.use().name());
        one.add(span.blockBytes());
        one.add(span.blocks());
        one.add(span.capacity());
        return one;
    }

    /// `[{"where":"script.lua:12","allocations":…,"allocatedBytes":…,"liveBlocks":…,"liveBytes":…},…]`.
    static JsonArray sites(List<SiteBook.Site> sites) {
        JsonArray array = new JsonArray();
        for (SiteBook.Site site : sites) {
            JsonObject one = new JsonObject();
            one.addProperty("where", site.where());
            one.addProperty("allocations", site.allocations());
            one.addProperty("allocatedBytes", site.allocatedBytes());
            one.addProperty("liveBlocks", site.liveBlocks());
            one.addProperty("liveBytes", site.liveBytes());
            array.add(one);
        }
        return array;
    }
}
