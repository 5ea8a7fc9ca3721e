package org.lmem.examples.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.lmem.examples.lua.RealLua;

/// A command that was run in this process, and what it printed. What the script itself prints is not in it: that goes to
/// the process's own standard output.
record Session(int status, String out, String err) {
    /// Whether scripts can be run here.
    static boolean hasLua() {
        return RealLua.isAvailable();
    }

    static Session of(String... args) {
        return withInput("", args);
    }

    static Session withInput(String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), print(out),
                print(err), false);
        int status = Lmem.run(streams, args);
        return new Session(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    static Session usage(String message, String command) {
        return new Session(2, "", command + ": " + message + "; try: " + command + " --help\n");
    }

    static Session failure(String message) {
        return new Session(1, "", "lmem: " + message + "\n");
    }
}
