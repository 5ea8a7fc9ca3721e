package org.lmem.examples.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real Chromium without a window, led through its DevTools protocol (a web socket, JSON messages).
///
/// ```
///   process ──writes──► DevToolsActivePort ──► web socket of the browser ──► Target.createTarget ──► session of a page
/// ```
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int PATIENCE_SECONDS = 120; // how long a test waits before it fails, never what it measures

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();
    private final String session;
    private int calls;

    private Chromium(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
        this.socket = HttpClient.newHttpClient().newWebSocketBuilder()
                .buildAsync(URI.create(address(process, profile)), new Listener()).join();
        String target = call(null, "Target.createTarget", Map.of("url", "about:blank")).get("targetId").getAsString();
        session = call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true)).get("sessionId")
                .getAsString();
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
        call("Network.enable", Map.of());
    }

    /// Whether there is one on this machine.
    static boolean isInstalled() {
        return program() != null;
    }

    private static String program() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable).map(Path::toString).findFirst().orElse(null);
    }

    static Chromium start() throws IOException {
        Path profile = Files.createTempDirectory("lmem-chromium");
        Process process = new ProcessBuilder(program(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", "--user-data-dir=" + profile,
                "about:blank").redirectErrorStream(true).redirectOutput(profile.resolve("output.txt").toFile()).start();
        return new Chromium(process, profile);
    }

    private static String address(Process process, Path profile) {
        Path file = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
                if (lines.size() == 2)
                    return "ws://127.0.0.1:" + lines.get(0) + lines.get(1);
                Thread.sleep(20);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("Chromium did not say where it listens: alive=" + process.isAlive()
                + ", profile=" + profile);
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                JsonObject json = JsonParser.parseString(message.toString()).getAsJsonObject();
                message.setLength(0);
                if (json.has("id"))
                    answers.get(json.get("id").getAsInt()).complete(json);
                else
                    events.add(json);
            }
            webSocket.request(1);
            return null;
        }
    }

    private JsonObject call(String inSession, String method, Map<String, ?> parameters) {
        JsonObject message = new JsonObject();
        int id = ++calls;
        message.addProperty("id", id);
        message.addProperty("method", method);
        if (inSession != null)
            message.addProperty("sessionId", inSession);
        message.add("params", new com.google.gson.Gson().toJsonTree(parameters));
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(message.toString(), true).join();
        JsonObject result = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        if (result.has("error"))
            throw new IllegalStateException(method + ": " + result.get("error"));
        return result.getAsJsonObject("result");
    }

    /// Calls a method of the page.
    JsonObject call(String method, Map<String, ?> parameters) {
        return call(session, method, parameters);
    }

    /// Shows a file at a width, and waits for its script's end.
    void open(Path file, int width, boolean dark) {
        events.clear();
        call("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", 900, "deviceScaleFactor", 1,
                "mobile", width < 600));
        call("Emulation.setEmulatedMedia", Map.of("media", "", "features", List.of(Map.of("name",
                "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        call("Page.navigate", Map.of("url", file.toUri().toString()));
        evaluate("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))");
    }

    /// The value of an expression, awaited where it is a promise.
    JsonElement evaluate(String expression) {
        JsonObject result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true,
                "awaitPromise", true));
        if (result.has("exceptionDetails"))
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        return result.getAsJsonObject("result").get("value");
    }

    String text(String expression) {
        return evaluate("String(" + expression + ")").getAsString();
    }

    /// Presses and releases a key.
    void press(String key) {
        call("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode",
                virtualKey(key)));
        call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode",
                virtualKey(key)));
    }

    private static int virtualKey(String key) {
        return switch (key) {
            case "ArrowLeft" -> 37;
            case "ArrowUp" -> 38;
            case "ArrowRight" -> 39;
            case "ArrowDown" -> 40;
            default -> throw new IllegalArgumentException(key);
        };
    }

    /// What went wrong in the page: exceptions, refused contents, messages of errors.
    List<String> complaints() {
        List<String> found = new ArrayList<>();
        for (JsonObject event : events) {
            String method = event.get("method").getAsString();
            boolean isError = method.equals("Log.entryAdded")
                    && event.getAsJsonObject("params").getAsJsonObject("entry")
                            .get("level").getAsString().equals("error");
            if (method.equals("Runtime.exceptionThrown") || isError)
                found.add(event.toString());
        }
        return found;
    }

    /// Addresses that the page asked for.
    List<String> requests() {
        return events.stream().filter(event -> event.get("method").getAsString().equals("Network.requestWillBeSent"))
                .map(event -> event.getAsJsonObject("params").getAsJsonObject("request").get("url").getAsString())
                .toList();
    }

    /// A picture of the whole page.
    byte[] screenshot() {
        return Base64.getDecoder().decode(call("Page.captureScreenshot", Map.of("format", "png",
                "captureBeyondViewport", true)).get("data").getAsString());
    }

    byte[] pdf() {
        return Base64.getDecoder().decode(call("Page.printToPDF", Map.of("printBackground", true)).get("data")
                .getAsString());
    }

    JsonArray accessibilityTree() {
        return call("Accessibility.getFullAXTree", Map.of()).getAsJsonArray("nodes");
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
