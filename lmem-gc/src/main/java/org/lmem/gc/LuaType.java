package org.lmem.gc;

/// The type of a value, with the number and the name that Lua gives it.
public enum LuaType {
    /// No value: an index that is acceptable but not in use.
    NONE(-1, "no value"),
    /// The absence of a useful value.
    NIL(TValue.NIL, "nil"),
    /// True or false.
    BOOLEAN(TValue.BOOLEAN, "boolean"),
    /// An address of the host's.
    LIGHTUSERDATA(TValue.LIGHTUSERDATA, "userdata"),
    /// A double.
    NUMBER(TValue.NUMBER, "number"),
    /// A sequence of bytes.
    STRING(TValue.STRING, "string"),
    /// A table.
    TABLE(TValue.TABLE, "table"),
    /// A function, of the host or of Lua.
    FUNCTION(TValue.FUNCTION, "function"),
    /// A block of the host's that the collector owns.
    USERDATA(TValue.USERDATA, "userdata"),
    /// A thread.
    THREAD(TValue.THREAD, "thread");

    private static final LuaType[] ALL = values();

    private final int tag;
    private final String luaName;

    LuaType(int tag, String luaName) {
        this.tag = tag;
        this.luaName = luaName;
    }

    static LuaType of(int tag) {
        return ALL[tag + 1];
    }

    /// The number in Lua's C API.
    ///
    /// @return −1 to 8, see `lua.h:74-84`
    public int tag() {
        return tag;
    }

    /// The name as Lua's messages have it.
    ///
    /// @return for example `table`; both kinds of userdata are `userdata`
    /// @lua luaT_typenames ltm.c:22
    public String luaName() {
        return luaName;
    }
}
