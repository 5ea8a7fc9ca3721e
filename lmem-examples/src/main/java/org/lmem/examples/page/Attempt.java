package org.lmem.examples.page;

import org.lmem.core.LuaException;
import org.lmem.core.LuaStatus;

/// How an action ended, as a protected call (`lua_pcall`) would tell it.
///
/// @param status [LuaStatus#OK] where there was no error
/// @param luaMessage the message as a Lua program gets it, empty where there was no error
/// @param message the same with the facts
public record Attempt(LuaStatus status, String luaMessage, String message) {
    /// Makes an attempt.
    ///
    /// @param action what may end in one of Lua's errors
    /// @return how it ended
    public static Attempt of(Runnable action) {
        try {
            action.run();
            return new Attempt(LuaStatus.OK, "", "");
        } catch (LuaException e) {
            return new Attempt(e.status(), e.luaMessage(), String.valueOf(e.getMessage()));
        }
    }

    /// The status with its number, and the message.
    @Override
    public String toString() {
        return "status " + status.code() + (status == LuaStatus.OK ? "" : ", " + message);
    }
}
