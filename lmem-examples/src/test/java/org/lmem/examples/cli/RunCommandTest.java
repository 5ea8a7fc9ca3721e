package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmem.allocators.Trace;

@EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
class RunCommandTest {
    @TempDir
    private Path folder;

    private String script(String text) throws IOException {
        return Files.writeString(folder.resolve("script.lua"), text).toString();
    }

    private static JsonObject json(String text) {
        return new Gson().fromJson(text, JsonObject.class);
    }

    @Test
    void script_withoutError_isSilent() throws IOException {
        assertThat(Session.of("run", script("assert(... == '--limit' and arg[2] == '3')"), "--limit", "3"))
                .isEqualTo(new Session(0, "", ""));
    }

    @Test
    void error_comesWithPlaceAndTraceback() throws IOException {
        String file = script("#!/usr/bin/lua\nlocal function f()\n  error('boom')\nend\nf()");
        assertThat(Session.of("run", file)).isEqualTo(Session.failure(file + ":3: boom\nstack traceback:\n"
                + "\t[C]: in function 'error'\n\t" + file + ":3: in function 'f'\n\t" + file
                + ":5: in main chunk"));
    }

    @Test
    void errorThatIsNoString_isSaidAsLuaDoes() {
        assertThat(Session.of("run", "-e", "error(nil)")).isEqualTo(new Session(1, "", ""));
        assertThat(Session.of("run", "-e", "error(true)"))
                .isEqualTo(Session.failure("(error object is not a string)"));
        assertThat(Session.of("run", "-e", "error({})")).isEqualTo(Session.failure("(error object is not a string)"));
    }

    @Test
    void syntaxError_isOneLine() throws IOException {
        String file = script("x = = 1");
        assertThat(Session.of("run", file)).isEqualTo(Session.failure(file + ":1: unexpected symbol near '='"));
    }

    @Test
    void input_mayBeTheScript() {
        assertThat(Session.withInput("error(... .. arg[0], 0)", "run", "-", "a").err()).startsWith("lmem: astdin\n");
        assertThat(Session.withInput("x = = 1", "run", "-"))
                .isEqualTo(Session.failure("stdin:1: unexpected symbol near '='"));
    }

    @Test
    void chunks_runBeforeTheScript_inTheSameState() throws IOException {
        assertThat(Session.of("run", "-e", "x = 1", "-e", "x = x + 1", script("assert(x == 2)")).status()).isZero();
        assertThat(Session.of("run", "-e", "error('no')", script("os.exit(9)")).err())
                .startsWith("lmem: (command line):1: no\n");
    }

    @Test
    void script_thatIsNotThere_isOneLine() {
        assertThat(Session.of("run", "/nowhere/x.lua")).isEqualTo(Session.failure("cannot open /nowhere/x.lua"));
        assertThat(Session.of("run")).isEqualTo(Session.usage("no script was given", "lmem run"));
    }

    @ParameterizedTest
    @CsvSource({"--limit=64q, 'Invalid value for option ''--limit'': ''64q'' is no size (as 65536, 64k, 64m, 1g)'",
            "--alloc=region --region=15, --region is 16 bytes to 16g",
            "--limit=1m --soft-limit=2m, --soft-limit is not above --limit"})
    void options_outOfRange_areWrongUsage(String options, String message) {
        String[] args = ("run " + options + " -e x=1").split(" ", -1);
        assertThat(Session.of(args)).isEqualTo(Session.usage(message, "lmem run"));
    }

    @ParameterizedTest
    @EnumSource(AllocatorKind.class)
    void realProgram_runsOnEachAllocator_andGivesEverythingBack(AllocatorKind kind)
            throws IOException, URISyntaxException {
        Path program = Path.of(Objects.requireNonNull(RunCommandTest.class.getResource("json.lua")).toURI());
        Path record = folder.resolve("record.json");
        assertThat(Session.of("run", "--alloc", kind.toString(), "--record", record.toString(), program.toString(),
                "90")).isEqualTo(new Session(0, "", ""));
        JsonObject closed = json(Files.readString(record)).getAsJsonObject("afterClose");
        assertThat(closed.get("allocations").getAsLong()).isGreaterThan(1_000_000);
        assertThat(closed.get("frees")).isEqualTo(closed.get("allocations"));
        assertThat(closed.get("liveBytes").getAsLong()).isZero();
        assertThat(closed.get("liveBlocks").getAsLong()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"local s = 'x' while true do s = string.rep(s, 2) end",
            "local t = {} for i = 1, 1e9 do t[i] = i end", "local t = {} while true do t = {t} end"})
    void bomb_underALimit_isRefused_andTheProcessLives(String bomb) {
        for (AllocatorKind kind : AllocatorKind.values()) {
            Session session = Session.of("run", "--alloc", kind.toString(), "--limit", "2m", "-e", bomb);
            assertThat(session.status()).isEqualTo(1);
            assertThat(session.err())
                    .matches("(?s)lmem: not enough memory\n.*lmem: requests refused: \\d, the last one: "
                            + "not enough memory: block=0x.*")
                    .contains("reason=LIMIT, refused by=memory, memory.used=")
                    .endsWith(", memory.limit=2097152\n");
        }
    }

    @Test
    void bomb_caught_goesOn() {
        Session session = Session.of("run", "--limit", "1m", "-e",
                "local ok, m = pcall(string.rep, 'x', 1e8) assert(not ok and m == 'not enough memory')");
        assertThat(session.status()).isZero();
        assertThat(session.err()).startsWith("lmem: requests refused: 1, the last one: ");
    }

    @Test
    void softLimit_makesTheCollectorBeginEarlier() {
        String program = "collectgarbage('setpause', 1000) local t = {} for i = 1, 4000 do t[i] = {} end "
                + "collectgarbage() t = nil for i = 1, 100000 do local x = {} end";
        long without = peak("run", "--json", "-e", program);
        long with = peak("run", "--json", "--soft-limit", "1m", "-e", program);
        assertThat(with).isLessThan(without / 2);
    }

    private static long peak(String... args) {
        return json(Session.of(args).err()).getAsJsonObject("afterClose").get("peakBytes").getAsLong();
    }

    @Test
    void trace_isSoundAndEndsWithNothingInUse() throws IOException {
        Path file = folder.resolve("out.lmtr");
        assertThat(Session.of("run", "--trace", file.toString(), "-e", "local t = {} for i = 1, 100 do t[i] = {} end"))
                .isEqualTo(new Session(0, "", ""));
        Trace trace = Trace.read(Files.newInputStream(file));
        assertThat(trace.size()).isGreaterThan(600);
        assertThat(trace.endBytes()).isZero();
    }

    @Test
    void json_holdsBooksRefusalAndSamples() {
        Session session = Session.of("run", "--json", "--limit", "100k", "-e",
                "error('\"quoted\" \\n' .. ('x'):rep(9e6))");
        assertThat(session.err().lines()).hasSize(2);
        JsonObject json = json(session.err().lines().skip(1).findFirst().orElseThrow());
        assertThat(json.get("status").getAsInt()).isEqualTo(4);
        assertThat(json.get("message").getAsString()).isEqualTo("not enough memory");
        assertThat(json.get("limit").getAsLong()).isEqualTo(102_400);
        assertThat(json.get("softLimit").isJsonNull()).isTrue();
        assertThat(json.getAsJsonObject("lastRefusal").get("reason").getAsString()).isEqualTo("LIMIT");
        assertThat(json.getAsJsonArray("samples")).isNotEmpty();
        assertThat(json.getAsJsonObject("collector").get("threshold").getAsLong()).isPositive();
    }

    @Test
    void stats_areLines() {
        Session session = Session.of("run", "--stats", "-e", "x = 1");
        assertThat(session.status()).isZero();
        assertThat(session.err()).contains("lmem: allocator ", " pool\n", "lmem: bytes in use at the peak ",
                "lmem: bytes in use after closing .................................. 0\n");
    }

    @Test
    void leaks_areBlocksOfTheScriptAndOfTheState() {
        Session session = Session.of("run", "--leaks", "-e", "x = {} for i = 1, 999 do x[i] = {} end");
        assertThat(session.status()).isZero();
        assertThat(session.err()).containsPattern("64 bytes \\(Table\\) \\.+ 1,0\\d\\d\n")
                .contains("blocks in use after closing: leaks .......................... 0\n");
    }
}
