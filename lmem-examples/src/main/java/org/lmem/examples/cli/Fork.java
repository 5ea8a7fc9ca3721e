package org.lmem.examples.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A virtual machine of its own for one measurement: what is compiled for one allocator is not shared with the next.
final class Fork {
    private Fork() {}

    /// Runs a main class of this package and hands over each line that it prints.
    ///
    /// @throws Failure where it ends with another status than 0
    static void run(Class<?> main, List<String> args, Consumer<String> line) throws IOException {
        Process process = new ProcessBuilder(command(main, args)).redirectError(Redirect.INHERIT).start();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(line);
            if (process.waitFor() != 0)
                throw new Failure("a measurement failed: " + args + ", status=" + process.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", e);
        } finally {
            process.destroy();
        }
    }

    /// What starts a main class of this package as this virtual machine was started.
    static List<String> command(Class<?> main, List<String> args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Module module = main.getModule();
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty())
            command.addAll(List.of("-cp", classPath));
        if (module.isNamed())
            command.addAll(List.of("--enable-native-access=org.lmem.core", "-p",
                    System.getProperty("jdk.module.path"), "--add-modules", "ALL-MODULE-PATH", "-m",
                    module.getName() + "/" + main.getName()));
        else
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", main.getName()));
        command.addAll(args);
        return command;
    }
}
