package org.lmem.gc;

import org.lmem.core.LuaRuntimeException;
import org.lmem.core.LuaStatus;

/// An error raised in a thread. The error value is on top of the thread's stack; this carries its text.
///
/// While it travels to a recovery point of the same thread the value stays where it is, so that any value can be thrown.
/// Elsewhere, in Java code or in another thread, the text is all there is.
final class LuaError extends LuaRuntimeException {
    private static final long serialVersionUID = 1;

    /// Where the error value is.
    private final transient LuaState origin;

    LuaError(LuaState origin, LuaStatus status, String luaMessage, String facts) {
        super(status, luaMessage, facts);
        this.origin = origin;
    }

    boolean isFrom(LuaState state) {
        return origin == state;
    }
}
