package org.lmem.examples.lua;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// A program in Lua and the arguments of its run.
public final class Program {
    private final String name;
    private final byte[] source;
    private final List<String> arguments;

    /// A program. A first line that begins with `#` is left out, as `lua` does: it is for the shell.
    ///
    /// @param name of its file, in messages and in `arg[0]`
    /// @param source as it stands in the file
    /// @param arguments of the run
    public Program(String name, byte[] source, List<String> arguments) {
        this.name = Objects.requireNonNull(name, "name");
        this.source = withoutShellLine(source);
        this.arguments = List.copyOf(arguments);
    }

    /// A program from its text.
    ///
    /// @param name in messages
    /// @param text of the program
    /// @param arguments of the run
    /// @return the program
    public static Program of(String name, String text, String... arguments) {
        return new Program(name, text.getBytes(StandardCharsets.UTF_8), List.of(arguments));
    }

    /// A program from its file.
    ///
    /// @param file with the source, or with what `luac` made of it
    /// @param arguments of the run
    /// @return the program
    /// @throws IOException where it cannot be read
    public static Program read(Path file, List<String> arguments) throws IOException {
        return new Program(file.toString(), Files.readAllBytes(file), arguments);
    }

    private static byte[] withoutShellLine(byte[] source) {
        byte[] copy = source.clone();
        if (copy.length > 0 && copy[0] == '#') {
            for (int i = 0; i < copy.length && copy[i] != '\n'; i++)
                copy[i] = ' '; // lines keep their numbers
        }
        return copy;
    }

    /// What is compiled.
    byte[] source() {
        return source;
    }

    /// The name of its file.
    ///
    /// @return as in messages
    public String name() {
        return name;
    }

    /// What Lua calls the chunk: a file by its name.
    String chunkName() {
        return "@" + name;
    }

    /// A piece of Lua that sets `arg`, and gives a handler of errors and the arguments. It is the protected way to hand
    /// them over: pushing strings by the API is not.
    byte[] prologue() {
        StringBuilder lua = new StringBuilder("arg={[0]=").append(literal(name));
        for (String argument : arguments)
            lua.append(',').append(literal(argument));
        lua.append("}local traceback=debug.traceback return function(e) if type(e)~='string' and type(e)~='number' "
                + "then return e end return traceback(e,2)end,unpack(arg)");
        return lua.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String literal(String text) {
        StringBuilder lua = new StringBuilder("\"");
        for (byte b : text.getBytes(StandardCharsets.UTF_8))
            lua.append(b >= ' ' && b < 0x7F && b != '"' && b != '\\'
                    ? String.valueOf((char) b)
                    : String.format("\\%03d", b & 0xFF));
        return lua.append('"').toString();
    }

    @Override
    public String toString() {
        return "Program[" + name + ", " + source.length + " bytes, arguments=" + arguments + "]";
    }
}
