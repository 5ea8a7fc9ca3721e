package org.lmem.gc;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The format of Chrome's heap snapshots: JSON with flat vectors, which its `meta` describes.
///
/// ```
///   nodes  │ type, name, id, self_size, edge_count, trace_node_id, detachedness │ …     name: index of a string
///   edges  │ type, name_or_index, to_node │ …     those of the first node, of the second …; to_node: index in nodes
///   strings│ …
/// ```
///
/// The first node is the root. Chrome's tools group objects by their names: tables and userdata go by their types there.
/// References from garbage to what is alive keep nothing and are weak. Nothing is held in memory but the strings.
final class ChromeSnapshot {
    private static final String META = """
            {"snapshot":{"meta":{\
            "node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],\
            "node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic",\
            "concatenated string","sliced string","symbol","bigint","object shape"],\
            "string","number","number","number","number","number"],\
            "edge_fields":["type","name_or_index","to_node"],\
            "edge_types":[["context","element","property","internal","hidden","shortcut","weak"],\
            "string_or_number","node"],\
            "trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],\
            "trace_node_fields":["id","function_info_index","count","size","children"],\
            "sample_fields":["timestamp_us","last_assigned_id"],\
            "location_fields":["object_index","script_id","line","column"]},\
            "trace_function_count":0,""";
    private static final int NODE_FIELDS = 7;
    private static final int STRING = 2;
    private static final int OBJECT = 3;
    private static final int CODE = 4;
    private static final int CLOSURE = 5;
    private static final int NATIVE = 8;
    private static final int SYNTHETIC = 9;
    private static final int ELEMENT = 1;
    private static final int PROPERTY = 2;
    private static final int INTERNAL = 3;
    private static final int WEAK = 6;

    private final SnapshotGraph graph;
    private final Dominators dominators;
    private final List<String> strings = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();

    ChromeSnapshot(SnapshotGraph graph, Dominators dominators) {
        this.dominators = dominators;
        this.graph = graph;
    }

    void write(OutputStream out) throws IOException {
        Writer json = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        json.write(META + "\"node_count\":" + graph.countNodes() + ",\"edge_count\":" + graph.countEdges() + "},\n");
        json.write("\"nodes\":[");
        for (int i = 0; i < graph.countNodes(); i++)
            writeNode(json, i);
        json.write("],\n\"edges\":[");
        for (int i = 0; i < graph.countNodes(); i++) {
            for (int e = graph.first[i]; e < graph.first[i + 1]; e++)
                writeEdge(json, i, e);
        }
        json.write("],\n\"trace_function_infos\":[],\"trace_tree\":[],\"samples\":[],\"locations\":[],\n\"strings\":[");
        for (int i = 0; i < strings.size(); i++) {
            json.write(i == 0 ? "\"" : ",\n\"");
            writeText(json, strings.get(i));
            json.write('"');
        }
        json.write("]}\n");
        json.flush();
    }

    private void writeNode(Writer json, int i) throws IOException {
        if (i > 0)
            json.write(",\n");
        String id = Integer.toString(2 * i + 1);
        json.write(nodeType(i) + "," + index(name(i)) + "," + id + "," + graph.sizes[i] + ","
                + (graph.first[i + 1] - graph.first[i]) + ",0,0");
    }

    private String name(int i) {
        int type = graph.types[i];
        return type == TValue.TABLE || type == TValue.USERDATA ? SnapshotGraph.typeName(type) : graph.labels[i];
    }

    private int nodeType(int i) {
        return switch (graph.types[i]) {
            case TValue.STRING -> STRING;
            case TValue.FUNCTION -> CLOSURE;
            case TValue.PROTO -> CODE;
            case TValue.USERDATA -> NATIVE;
            case TValue.TABLE, TValue.THREAD, TValue.UPVAL -> OBJECT;
            default -> SYNTHETIC;
        };
    }

    private void writeEdge(Writer json, int from, int e) throws IOException {
        if (e > 0)
            json.write(",\n");
        int type = !dominators.keeps(from, e)
                ? WEAK
                : graph.isElement(e) ? ELEMENT : graph.isProperty(e) ? PROPERTY : INTERNAL;
        String text = graph.edgeName(e);
        int name = type == ELEMENT
                ? graph.detail(e)
                : index(type == PROPERTY && text.startsWith(".") ? text.substring(1) : text);
        json.write(type + "," + name + "," + NODE_FIELDS * graph.target(e));
    }

    private int index(String text) {
        Integer known = indexes.putIfAbsent(text, strings.size());
        if (known != null)
            return known;
        strings.add(text);
        return strings.size() - 1;
    }

    static void writeText(Writer json, String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\')
                json.write('\\');
            if (c < ' ' || Character.isSurrogate(c))
                json.write(String.format("\\u%04x", (int) c));
            else
                json.write(c);
        }
    }
}
