package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The exported file, read by the rules that its own `meta` states.
class ChromeSnapshotTest extends StateFixture {
    @TempDir
    private Path folder;

    private JsonObject export() {
        Path file = folder.resolve("state.heapsnapshot");
        try {
            HeapSnapshot.of(state).writeHeapSnapshot(file);
            try (JsonReader reader = new JsonReader(Files.newBufferedReader(file, StandardCharsets.UTF_8))) {
                reader.setStrictness(Strictness.STRICT);
                return JsonParser.parseReader(reader).getAsJsonObject();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int[] ints(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonElement::getAsInt).toArray();
    }

    private static List<String> texts(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsString).toList();
    }

    @Test
    void vectors_fitEachOther() {
        RandomHeap program = new RandomHeap(state, new Random(3));
        for (int i = 0; i < 500; i++)
            program.act();
        JsonObject json = export();
        JsonObject snapshot = json.getAsJsonObject("snapshot");
        int[] nodes = ints(json.getAsJsonArray("nodes"));
        int[] edges = ints(json.getAsJsonArray("edges"));
        int strings = json.getAsJsonArray("strings").size();
        assertThat(nodes).hasSize(7 * snapshot.get("node_count").getAsInt());
        assertThat(edges).hasSize(3 * snapshot.get("edge_count").getAsInt());
        Set<Integer> ids = new HashSet<>();
        long bytes = 0;
        long counted = 0;
        for (int i = 0; i < nodes.length; i += 7) {
            assertThat(nodes[i]).isBetween(0, 14);
            assertThat(nodes[i + 1]).isBetween(0, strings - 1);
            assertThat(nodes[i + 2] % 2).isEqualTo(1);
            assertThat(ids.add(nodes[i + 2])).isTrue();
            bytes += nodes[i + 3];
            counted += nodes[i + 4];
        }
        assertThat(bytes).isEqualTo(state.memory().totalBytes());
        assertThat(counted).isEqualTo(edges.length / 3);
        for (int i = 0; i < edges.length; i += 3) {
            assertThat(edges[i]).isIn(1, 2, 3, 6);
            if (edges[i] != 1)
                assertThat(edges[i + 1]).isBetween(0, strings - 1);
            assertThat(edges[i + 2]).isBetween(0, nodes.length - 7).matches(to -> to % 7 == 0);
        }
        state.setTop(0);
    }

    @Test
    void meta_describesTheVectors() {
        JsonObject meta = export().getAsJsonObject("snapshot").getAsJsonObject("meta");
        assertThat(texts(meta.getAsJsonArray("node_fields"))).containsExactly("type", "name", "id", "self_size",
                "edge_count", "trace_node_id", "detachedness");
        assertThat(texts(meta.getAsJsonArray("edge_fields"))).containsExactly("type", "name_or_index", "to_node");
        assertThat(texts(meta.getAsJsonArray("node_types").get(0).getAsJsonArray())).startsWith("hidden", "array",
                "string", "object", "code", "closure", "regexp", "number", "native", "synthetic");
        assertThat(texts(meta.getAsJsonArray("edge_types").get(0).getAsJsonArray())).containsExactly("context",
                "element", "property", "internal", "hidden", "shortcut", "weak");
    }

    @Test
    void strings_areEscaped() {
        List<String> awkward = List.of("\"quoted\"", "back\\slash",
                "\u00e9\u4e2d\ud83d\ude00",
                "</script>", "");
        awkward.forEach(state::pushString);
        state.pushLString(new byte[]{(byte) 0xFF, (byte) 0xC3}); // no UTF-8
        state.pushString("line\nbreak\t\u0000\u001f");
        assertThat(texts(export().getAsJsonArray("strings"))).containsAll(awkward)
                .contains("\\255\\195", "line\\nbreak\\t\\000\\031");
    }

    @Test
    void controlCharacters_areEscapedInJson() throws IOException {
        StringWriter json = new StringWriter();
        ChromeSnapshot.writeText(json, "a\n\u0000\"\ud83d\ude00");
        assertThat(json).hasToString("a\\u000a\\u0000\\\"\\ud83d\\ude00");
    }

    @Test
    void whatGarbageKeeps_isWeak_andTablesGoByTheirType() {
        state.newTable();
        state.createTable(3, 0);
        state.pushValue(1);
        state.rawSetI(2, 3);
        state.setTop(1);
        JsonObject json = export();
        List<String> strings = texts(json.getAsJsonArray("strings"));
        int[] edges = ints(json.getAsJsonArray("edges"));
        Set<String> weak = new HashSet<>();
        for (int i = 0; i < edges.length; i += 3) {
            if (edges[i] == 6)
                weak.add(strings.get(edges[i + 1]));
        }
        assertThat(weak).containsExactly("[3]");
        assertThat(strings).contains("table").noneMatch(s -> s.startsWith("table ["));
    }

    @Test
    void edges_haveNamesOrNumbers() {
        state.newTable();
        state.newTable();
        state.rawSetI(1, 7);
        state.newTable();
        state.setField(1, "field");
        JsonObject json = export();
        List<String> strings = texts(json.getAsJsonArray("strings"));
        int[] edges = ints(json.getAsJsonArray("edges"));
        Set<String> named = new HashSet<>();
        for (int i = 0; i < edges.length; i += 3)
            named.add(edges[i] + " " + (edges[i] == 1 ? Integer.toString(edges[i + 1]) : strings.get(edges[i + 1])));
        assertThat(named).contains("2 field", "3 registry", "3 main thread", "3 (slot 1)", "3 (fixed string)");
    }
}
