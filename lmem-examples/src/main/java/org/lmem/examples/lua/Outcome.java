package org.lmem.examples.lua;

import java.util.Objects;

/// How a piece of Lua ended.
///
/// @param status as `lua_pcall` or `luaL_loadbuffer` gave it
/// @param text the first result as text, or the error's message; empty where there is none
public record Outcome(int status, String text) {
    /// It ran to its end.
    public static final int OK = 0;
    /// An error of the program.
    public static final int ERRRUN = 2;
    /// The source cannot be compiled.
    public static final int ERRSYNTAX = 3;
    /// Lack of memory.
    public static final int ERRMEM = 4;

    /// Checks the text.
    public Outcome {
        Objects.requireNonNull(text, "text");
    }

    /// Whether it ran to its end.
    ///
    /// @return false after any error
    public boolean isOk() {
        return status == OK;
    }
}
