package org.lmem.core;

/// An error that Lua's memory manager raises; where C jumps (`luaD_throw`), Java throws one of these.
///
/// Two texts belong to it: [#luaMessage] is what a Lua program sees, to the letter; [#getMessage] is the same followed by
/// the facts, as `text: key=value, key=value`, and is made only when somebody asks for it.
public abstract sealed class LuaException extends RuntimeException permits LuaMemoryException, LuaRuntimeException {
    private static final long serialVersionUID = 1;

    /// How a protected call ends.
    private final LuaStatus status;

    LuaException(LuaStatus status) {
        this.status = status;
    }

    /// The status that `lua_pcall` would return.
    ///
    /// @return [LuaStatus#ERRMEM], [LuaStatus#ERRRUN], or [LuaStatus#ERRERR] from a message handler
    public final LuaStatus status() {
        return status;
    }

    /// The error message as a Lua program gets it.
    ///
    /// @return Lua's own text, without facts
    public abstract String luaMessage();
}
