package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// `lmem.jar` as a user has it: one file, started by whatever `java` there is.
class JarIT {
    private static final Path JAR = Path.of(System.getProperty("lmem.jar"));

    @TempDir
    private Path folder;

    private record Ended(int status, String out, String err) {}

    private Ended lmem(Path java, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString(), "-jar", JAR.toString()));
        command.addAll(Arrays.asList(args));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile()).start();
        int status = process.waitFor();
        return new Ended(status, Files.readString(out), Files.readString(err));
    }

    private static Path newJava() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static Path javaOfThePath() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(place -> Path.of(place, "java"))
                .filter(Files::isExecutable).findFirst().orElseThrow();
    }

    /// Whether `java` alone is one that is too old for lmem.
    static boolean javaOfThePathIsOld() throws IOException {
        Path home = javaOfThePath().toRealPath().getParent().getParent();
        return !Launcher.isNewEnough(home.toFile());
    }

    static boolean hasLua() {
        return org.lmem.examples.lua.RealLua.isAvailable();
    }

    @Test
    @EnabledIf("hasLua")
    void script_runs_andItsStatusIsTheProcesses() throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("s.lua"), "print(_VERSION, ...) error('boom', 0)");
        Ended ended = lmem(newJava(), "run", script.toString(), "a b");
        assertThat(ended.out).isEqualTo("Lua 5.1\ta b\n");
        assertThat(ended.err).startsWith("lmem: boom\nstack traceback:\n");
        assertThat(ended.status).isEqualTo(1);
    }

    @Test
    @EnabledIf("hasLua")
    void report_isWritten_withAllPartsFromTheJar() throws IOException, InterruptedException {
        assertThat(lmem(newJava(), "run", "--report", "r.html", "-e", "x = {}")).isEqualTo(new Ended(0, "", ""));
        assertThat(Files.readString(folder.resolve("r.html"))).contains("uPlot").contains("\"film\"");
    }

    @Test
    void tour_showsTheCodeThatRuns() throws IOException, InterruptedException {
        Ended ended = lmem(newJava(), "tour", "E19");
        assertThat(ended.status).isZero();
        assertThat(ended.err).isEmpty();
        assertThat(ended.out).contains("── E19  The growth function ").contains("  │ ");
    }

    @Test
    void chinese_isUtf8_whateverTheSystemSays() throws IOException, InterruptedException {
        assertThat(lmem(newJava(), "tour", "--list", "--lang", "zh", "E19"))
                .isEqualTo(new Ended(0, "E19  增长函数\n", ""));
    }

    @Test
    void wrongUsage_isTwo() throws IOException, InterruptedException {
        assertThat(lmem(newJava(), "nonsense").status).isEqualTo(2);
    }

    @Test
    @EnabledIf(value = "javaOfThePathIsOld", disabledReason = "java on the PATH is new enough by itself")
    void oldJava_startsTheNewOne() throws IOException, InterruptedException {
        assertThat(lmem(javaOfThePath(), "tour", "--list", "E19"))
                .isEqualTo(new Ended(0, "E19  The growth function\n", ""));
    }
}
