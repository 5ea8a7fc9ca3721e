package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.lmem.examples.Catalog;

class ReportCommandTest {
    @TempDir
    private Path folder;

    private static JsonObject run(Path html) throws IOException {
        String text = Files.readString(html);
        int from = text.indexOf("id=\"data\">") + 10;
        return JsonParser.parseString(text.substring(from, text.indexOf("</script>", from))).getAsJsonObject()
                .getAsJsonObject("run");
    }

    private Path trace() throws IOException {
        Path file = folder.resolve("ring.lmtr.xz");
        try (InputStream in = Catalog.class.getResourceAsStream("coroutine_ring.lmtr.xz");
                OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
        return file;
    }

    @Test
    void trace_isReplayedAndShown() throws IOException {
        Path file = trace();
        Path html = folder.resolve("ring.lmtr.xz.html");
        assertThat(Session.of("report", file.toString())).isEqualTo(new Session(0, html + "\n", ""));
        JsonObject run = run(html);
        assertThat(run.getAsJsonObject("afterClose").get("liveBytes").getAsLong()).isZero();
        assertThat(run.getAsJsonObject("pool").get("live").getAsLong())
                .isEqualTo(run.getAsJsonObject("afterClose").get("peakBytes").getAsLong());
        assertThat(run.getAsJsonArray("samples")).hasSizeBetween(2048, Meter.MAX);
    }

    @Test
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void recordOfARun_isShown() throws IOException {
        Path record = folder.resolve("run.json");
        assertThat(Session.of("run", "--sites", "--record", record.toString(), "-e", "x = {}").status()).isZero();
        Path html = folder.resolve("r.html");
        assertThat(Session.of("report", record.toString(), "-o", html.toString()))
                .isEqualTo(new Session(0, html + "\n", ""));
        assertThat(run(html)).isEqualTo(JsonParser.parseString(Files.readString(record)));
        assertThat(run(html).get("message").getAsString()).isEmpty();
        assertThat(run(html).getAsJsonArray("sites").toString()).contains("\"where\":\"(command line):1\"");
    }

    @Test
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void run_writesItsReport_alsoWhenItFails() throws IOException {
        Path html = folder.resolve("r.html");
        Session session = Session.of("run", "--limit", "4m", "--report", html.toString(), "-e",
                "local s = 'x' while true do s = s .. s end");
        assertThat(session.status()).isEqualTo(1);
        assertThat(session.err()).startsWith("lmem: not enough memory\nlmem: requests refused: 1, the last one: ");
        JsonObject run = run(html);
        assertThat(run.get("message").getAsString()).isEqualTo("not enough memory");
        assertThat(run.getAsJsonObject("lastRefusal").get("refusedBy").getAsString()).isEqualTo("memory");
        assertThat(run.getAsJsonObject("afterClose").get("liveBytes").getAsLong()).isZero();
    }

    @Test
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void sites_areSaid() throws IOException {
        Path script = Files.writeString(folder.resolve("s.lua"), "local t = {}\nfor i = 1, 100 do\n  t[i] = {}\nend");
        assertThat(Session.of("run", "--sites", script.toString()).err()).contains(
                "lmem: lines that asked for memory ").contains("s.lua:3 ");
    }

    @Test
    void otherFiles_areRefusedInOneLine() throws IOException {
        Path text = Files.writeString(folder.resolve("a.json"), "no json {");
        assertThat(Session.of("report", text.toString())).isEqualTo(
                Session.failure(text + ": neither a trace (.lmtr, .lmtr.xz) nor the record of a run"));
        Path other = Files.writeString(folder.resolve("b.json"), "{\"programs\":[]}");
        assertThat(Session.of("report", other.toString())).isEqualTo(
                Session.failure(other + ": no record of a run: wanted format=lmem-run-1"));
        Path empty = Files.writeString(folder.resolve("c.json"), "{\"format\":\"lmem-run-1\"}");
        assertThat(Session.of("report", empty.toString())).isEqualTo(
                Session.failure(empty + ": no record of a run: missing=programs"));
        Path bytes = Files.write(folder.resolve("d.json"), new byte[]{(byte) 0xFF, (byte) 0xFE, 0});
        assertThat(Session.of("report", bytes.toString())).isEqualTo(
                Session.failure(bytes + ": neither a trace (.lmtr, .lmtr.xz) nor the record of a run"));
        Path missing = folder.resolve("e.lmtr");
        assertThat(Session.of("report", missing.toString()))
                .isEqualTo(Session.failure("no such file: " + missing));
        Path broken = Files.writeString(folder.resolve("f.lmtr"), "something else, and long enough");
        assertThat(Session.of("report", broken.toString()).err()).startsWith("lmem: " + broken + ": ");
    }

    @Test
    void noFile_isUsage() {
        assertThat(Session.of("report")).isEqualTo(Session.usage("Missing required parameter: 'FILE'", "lmem report"));
    }
}
