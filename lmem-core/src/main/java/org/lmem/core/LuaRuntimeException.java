package org.lmem.core;

/// A run-time error of the memory manager (status 2): a size that cannot be computed, or a vector at its limit.
///
/// @lua LUA_ERRRUN lua.h:44
public final class LuaRuntimeException extends LuaException {
    private static final long serialVersionUID = 1;

    /// Lua's own text.
    private final String luaMessage;
    /// As `key=value, key=value`.
    private final String facts;

    LuaRuntimeException(String luaMessage, String facts) {
        super(LuaStatus.ERRRUN);
        this.luaMessage = luaMessage;
        this.facts = facts;
    }

    @Override
    public String luaMessage() {
        return luaMessage;
    }

    @Override
    public String getMessage() {
        return luaMessage + ": " + facts;
    }
}
