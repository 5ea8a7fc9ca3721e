package org.lmem.gc;

import java.nio.charset.StandardCharsets;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;

/// Errors of a thread: making the message, calling the message handler, leaving: the part of `ldebug.c` that does so.
///
/// There are no source positions in messages, because only host functions run.
///
/// @lua ldebug ldebug.c
final class Errors {
    private Errors() {}

    /// Raises an error with a message, which is made on the stack as `lua_pushfstring` does.
    ///
    /// @return never; the type lets it stand behind `throw`
    /// @lua luaG_runerror ldebug.c:631
    static RuntimeException runError(LuaState state, String facts, String format, Object... arguments) {
        long l = state.address;
        long top = LuaThread.top(l) - LuaThread.stack(l);
        try {
            Text.pushFString(state, format, arguments);
        } catch (LuaMemoryException e) {
            if (!Calls.isProtected(state))
                LuaThread.setTop(l, LuaThread.stack(l) + top); // what was made of the message
            throw e;
        }
        throw errorMessage(state, facts);
    }

    /// Raises the value on top of the stack as an error, by way of the message handler if there is one.
    ///
    /// @return never; the type lets it stand behind `throw`
    /// @lua luaG_errormsg ldebug.c:618
    static RuntimeException errorMessage(LuaState state, String facts) {
        long l = state.address;
        long handler = LuaThread.errorFunction(l);
        if (handler != 0) {
            long function = LuaThread.stack(l) + handler;
            if (!TValue.isFunction(function))
                throw inHandler(state);
            long top = LuaThread.top(l);
            TValue.copy(top - TValue.SIZE, top);
            TValue.copy(function, top - TValue.SIZE);
            Calls.incrementTop(state);
            Calls.call(state, LuaThread.top(l) - 2 * TValue.SIZE, 1);
        }
        String text = textOf(LuaThread.top(l) - TValue.SIZE);
        throw Calls.raise(state, new LuaError(state, LuaStatus.ERRRUN, text, facts));
    }

    /// @lua LUA_ERRERR lua.h:47
    static RuntimeException inHandler(LuaState state) {
        return Calls.raise(state, new LuaError(state, LuaStatus.ERRERR, Calls.ERRORERRORMSG, ""));
    }

    /// An error value as text.
    private static String textOf(long o) {
        return switch (TValue.tag(o)) {
            case TValue.STRING -> new String(TString.toBytes(TValue.object(o)), StandardCharsets.UTF_8);
            case TValue.NUMBER -> Numbers.format(TValue.number(o));
            default -> "(error object is a " + LuaType.of(TValue.tag(o)).luaName() + " value)";
        };
    }

    /// @lua luaG_typeerror ldebug.c:567
    static RuntimeException typeError(LuaState state, int tag, String operation) {
        throw runError(state, "", "attempt to %s a %s value", operation, LuaType.of(tag).luaName());
    }

    /// @lua luaG_concaterror ldebug.c:581
    static RuntimeException concatError(LuaState state, long first, long second) {
        boolean firstIsFine = TValue.isString(first) || TValue.isNumber(first);
        throw typeError(state, TValue.tag(firstIsFine ? second : first), "concatenate");
    }

    /// @lua luaG_ordererror ldebug.c:596
    static RuntimeException orderError(LuaState state, int tag1, int tag2) {
        String name1 = LuaType.of(tag1).luaName();
        String name2 = LuaType.of(tag2).luaName();
        if (name1.charAt(2) == name2.charAt(2)) // 5.1.5's way to see that they are the same
            throw runError(state, "", "attempt to compare two %s values", name1);
        throw runError(state, "", "attempt to compare %s with %s", name1, name2);
    }
}
