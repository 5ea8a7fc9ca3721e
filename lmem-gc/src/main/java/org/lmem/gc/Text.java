package org.lmem.gc;

import java.nio.charset.StandardCharsets;

/// Formatted strings, made piece by piece on the stack as Lua makes them: a part of `lobject.c`.
///
/// @lua lobject lobject.c
final class Text {
    private Text() {}

    /// Pushes a formatted string.
    ///
    /// @param format with `%s` (a string), `%d` (an int), `%f` (a double), `%c` (a char), `%p` (an address) and `%%`
    /// @lua luaO_pushvfstring lobject.c:111
    static void pushFString(LuaState state, String format, Object... arguments) {
        int pieces = 1;
        int argument = 0;
        push(state, "");
        int from = 0;
        for (int e = format.indexOf('%'); e >= 0; e = format.indexOf('%', from)) {
            push(state, format.substring(from, e));
            char c = e + 1 < format.length() ? format.charAt(e + 1) : '\0';
            switch (c) {
                case 's' -> push(state, String.valueOf(arguments[argument++]));
                case 'c' -> push(state, String.valueOf((char) arguments[argument++]));
                case 'd' -> pushNumber(state, (int) arguments[argument++]);
                case 'f' -> pushNumber(state, (double) arguments[argument++]);
                case 'p' -> push(state, Messages.hex((long) arguments[argument++]));
                case '%' -> push(state, "%");
                default -> push(state, "%" + c);
            }
            pieces += 2;
            from = Math.min(e + 2, format.length());
        }
        push(state, format.substring(from));
        long l = state.address;
        Machine.concat(state, pieces + 1, lastIndex(l));
        LuaThread.setTop(l, LuaThread.top(l) - pieces * TValue.SIZE);
    }

    /// The index of the topmost value, counted from 0 at the base.
    static int lastIndex(long l) {
        return (int) ((LuaThread.top(l) - LuaThread.base(l)) >> TValue.SHIFT) - 1;
    }

    /// @lua pushstr lobject.c:104
    private static void push(LuaState state, String text) {
        long ts = Strings.intern(state, text);
        TValue.set(LuaThread.top(state.address), ts, TValue.STRING);
        Calls.incrementTop(state);
    }

    private static void pushNumber(LuaState state, double n) {
        TValue.setNumber(LuaThread.top(state.address), n);
        Calls.incrementTop(state);
    }

    /// A number as a new string.
    ///
    /// @lua luaV_tostring lvm.c:47
    static boolean toStringInPlace(LuaState state, long o) {
        if (!TValue.isNumber(o))
            return false;
        byte[] digits = Numbers.format(TValue.number(o)).getBytes(StandardCharsets.ISO_8859_1);
        TValue.set(o, Strings.intern(state, digits, 0, digits.length), TValue.STRING);
        return true;
    }
}
