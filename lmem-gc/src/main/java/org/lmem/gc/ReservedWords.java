package org.lmem.gc;

import java.util.List;

/// The words that Lua's compiler reserves: a state makes their strings when it is born, compiler or not.
///
/// @lua llex llex.c
final class ReservedWords {
    private static final List<String> WORDS = List.of("and", "break", "do", "else", "elseif", "end", "false", "for",
            "function", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while");

    private ReservedWords() {}

    /// @lua luaX_init llex.c:64
    static void init(LuaState state) {
        for (int i = 0; i < WORDS.size(); i++)
            TString.setReserved(Strings.fixed(state, WORDS.get(i)), i + 1);
    }
}
