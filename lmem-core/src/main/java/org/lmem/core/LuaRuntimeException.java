package org.lmem.core;

/// A run-time error (status 2): a size that cannot be computed, or a vector at its limit.
///
/// A state has errors of its own, which extend this.
///
/// @lua LUA_ERRRUN lua.h:44
public non-sealed class LuaRuntimeException extends LuaException {
    private static final long serialVersionUID = 1;

    /// Lua's own text.
    private final String luaMessage;
    /// As `key=value, key=value`.
    private final String facts;

    LuaRuntimeException(String luaMessage, String facts) {
        this(LuaStatus.ERRRUN, luaMessage, facts);
    }

    /// An error of a state.
    ///
    /// @param status how a protected call ends that it reaches
    /// @param luaMessage Lua's own text
    /// @param facts as `key=value, key=value`, or empty
    protected LuaRuntimeException(LuaStatus status, String luaMessage, String facts) {
        super(status);
        this.luaMessage = luaMessage;
        this.facts = facts;
    }

    @Override
    public final String luaMessage() {
        return luaMessage;
    }

    @Override
    public final String getMessage() {
        return facts.isEmpty() ? luaMessage : luaMessage + ": " + facts;
    }
}
