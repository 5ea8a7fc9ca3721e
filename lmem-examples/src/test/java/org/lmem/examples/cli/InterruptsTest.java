package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Ctrl-C as the terminal sends it, in a process of its own.
@EnabledOnOs({OS.LINUX, OS.MAC})
@EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
class InterruptsTest {
    private static final String BEGUN = "print('begun') io.stdout:flush() ";

    private static Process start(String chunk) throws IOException {
        Process process = new ProcessBuilder(Fork.command(Lmem.class, List.of("run", "--stats", "-e", BEGUN + chunk)))
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("begun");
        return process;
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
