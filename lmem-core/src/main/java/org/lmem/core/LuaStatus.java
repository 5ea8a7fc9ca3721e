package org.lmem.core;

/// How a protected call ended, with the number that Lua's C API gives it.
public enum LuaStatus {
    /// No error.
    OK(0),
    /// A coroutine has yielded.
    YIELD(1),
    /// A run-time error, for example a block too big or a vector at its limit.
    ERRRUN(2),
    /// A chunk that does not compile.
    ERRSYNTAX(3),
    /// Memory that could not be had; the message handler is not called.
    ERRMEM(4),
    /// An error inside the error handler.
    ERRERR(5);

    private final int code;

    LuaStatus(int code) {
        this.code = code;
    }

    /// The number in Lua's C API.
    ///
    /// @return 0 to 5, see `lua.h:43-47`
    public int code() {
        return code;
    }
}
