package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Ctrl-C as the terminal sends it, in a process of its own.
@EnabledOnOs({OS.LINUX, OS.MAC})
@EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
class InterruptsTest {
    private static final long SIGINT_BIT = 1L << (2 - 1);
    private static final String BEGUN = "print('begun') io.stdout:flush() ";

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String chunk) throws IOException {
        List<String> command = new ArrayList<>();
        if (isIgnored())
            command.addAll(List.of("env", "--default-signal=INT"));
        command.addAll(Fork.command(Lmem.class, List.of("run", "--stats", "-e", BEGUN + chunk)));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("begun");
        return process;
    }

    /// Whether this process was started to ignore Ctrl-C, as shells start what runs in the background: its children would, too.
    private static boolean isIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status))
            return false;
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0);
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor()).isZero();
    }

    @Test
    void first_endsTheScript_evenInsideItsOwnProtectedCalls() throws IOException, InterruptedException {
        Process process = start("while true do pcall(function() while true do local t = {} end end) end");
        interrupt(process);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(err).startsWith("lmem: interrupted!\n").contains("lmem: bytes in use after closing ");
    }

    @Test
    void second_endsTheProcess() throws IOException, InterruptedException {
        // a match that takes forever, in C: no instruction of Lua ends it
        Process process = start("string.find(string.rep('a', 60), string.rep('a-', 30) .. 'b')");
        for (int i = 0; process.isAlive(); i++) {
            interrupt(process);
            process.waitFor(500, java.util.concurrent.TimeUnit.MILLISECONDS);
            assertThat(i).isLessThan(20);
        }
        assertThat(process.waitFor()).isEqualTo(130);
    }
}
