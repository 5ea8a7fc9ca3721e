package org.lmem.gc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A program that is run, and what it prints.
final class Child {
    private Child() {}

    /// Whether a program is installed.
    static boolean isInstalled(String program) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, program)))
                return true;
        }
        return false;
    }

    /// Runs a program and waits for its end.
    ///
    /// @param preload a library that is loaded before all others
    /// @return the lines of its standard output
    /// @throws IOException where it fails
    static List<String> output(List<String> command, @Nullable Path preload) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (preload != null)
            builder.environment().put("LD_PRELOAD", preload.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0)
            throw new IOException("a program failed: status=" + status + ", command=" + String.join(" ", command));
        return output.lines().toList();
    }

    /// The same command on the last processor alone, so that it is not moved about.
    static List<String> pinned(List<String> command) {
        List<String> pinned = new ArrayList<>();
        if (isInstalled("taskset"))
            pinned.addAll(List.of("taskset", "-c", String.valueOf(Runtime.getRuntime().availableProcessors() - 1)));
        pinned.addAll(command);
        return pinned;
    }
}
