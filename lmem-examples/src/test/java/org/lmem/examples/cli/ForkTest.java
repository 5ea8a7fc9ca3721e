package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the forks of replay and bench print, seen without forking.
class ForkTest {
    private interface Body {
        void run(PrintStream out) throws IOException;
    }

    @TempDir
    private Path folder;

    private static List<String> lines(Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @EnumSource(AllocatorKind.class)
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void replay_reportsEachPassAndTheFigures(AllocatorKind kind) throws IOException {
        String file = folder.resolve("t.lmtr").toString();
        Session.of("run", "--trace", file, "-e", "local t = {} for i = 1, 500 do t[i] = {i} end");
        List<String> lines = lines(out -> ReplayFork.run(out, file, kind.name(), "2", "1048576"));
        assertThat(lines.stream().filter(line -> line.equals("run"))).hasSize(6); // checked, 3 to warm up, 2 timed
        assertThat(lines).filteredOn(line -> line.startsWith("bytes ")).hasSize(1);
        assertThat(lines.getLast()).matches("nanos \\d+\\.\\d+(E.*)?");
        boolean isKnown = kind == AllocatorKind.POOL || kind == AllocatorKind.REGION;
        assertThat(lines.contains("reserved -1")).isNotEqualTo(isKnown);
        assertThat(lines.contains("peakReserved -1")).isNotEqualTo(isKnown);
    }

    @ParameterizedTest
    @CsvSource({"entry, system, manager", "vector, vector, vector", "trace, traceSystem, tracePool",
            "collector, collector, collector", "lua, own, counted"})
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void bench_reportsMedians(String name, String first, String last) throws IOException {
        List<String> lines = lines(out -> BenchFork.run(out, name, "1"));
        assertThat(lines.getFirst()).matches(first + " \\d+\\.\\d+(E\\d)?");
        assertThat(lines.getLast()).matches(last + " \\d+\\.\\d+(E\\d)?");
    }

    @Test
    void bench_ofSomethingElse_isRefused() {
        assertThatThrownBy(() -> BenchFork.run(System.out, "nonsense", "1"))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("no measurement: name=nonsense");
    }
}
