package org.lmem.examples.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where a command reads and writes.
///
/// @param in standard input
/// @param out standard output
/// @param err standard error
/// @param isTerminal whether a person looks at standard error
record Streams(InputStream in, PrintStream out, PrintStream err, boolean isTerminal) {
    /// Those of the process, in UTF-8 whatever the locale says.
    static Streams ofProcess() {
        return new Streams(System.in, new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8), isTerminalThere());
    }

    private static boolean isTerminalThere() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
