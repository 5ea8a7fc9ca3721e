package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.NativeLua.quiet;
import static org.lmem.gc.oracle.NativeLua.raising;

import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.oracle.NativeLua.Function;

/// A `lua_State` of the real library.
///
/// Each method is the C function of the same name; `lua_newtable`, `lua_pop` and `luaL_addchar` are macros in C and
/// their expansion here.
final class NativeMachine implements Machine {
    private static final Function CALL = raising("lua_call");
    private static final Function CHECKSTACK = raising("lua_checkstack");
    private static final Function CLOSE = quiet("lua_close");
    private static final Function CONCAT = raising("lua_concat");
    private static final Function CPCALL = quiet("lua_cpcall");
    private static final Function CREATETABLE = raising("lua_createtable");
    private static final Function EQUAL = raising("lua_equal");
    private static final Function ERROR = raising("lua_error");
    private static final Function GC = raising("lua_gc");
    private static final Function GCPARAM = quiet("lua_gc"); // where it does no more than get or set a number
    private static final Function GETFENV = quiet("lua_getfenv");
    private static final Function GETFIELD = raising("lua_getfield");
    private static final Function GETMETATABLE = quiet("lua_getmetatable");
    private static final Function GETTABLE = raising("lua_gettable");
    private static final Function GETTOP = quiet("lua_gettop");
    private static final Function GETUPVALUE = quiet("lua_getupvalue");
    private static final Function INSERT = quiet("lua_insert");
    private static final Function LESSTHAN = raising("lua_lessthan");
    private static final Function NEWSTATE = quiet("lua_newstate");
    private static final Function NEWTHREAD = raising("lua_newthread");
    private static final Function NEWUSERDATA = raising("lua_newuserdata");
    private static final Function NEXT = raising("lua_next");
    private static final Function OBJLEN = raising("lua_objlen");
    private static final Function PCALL = quiet("lua_pcall");
    private static final Function PUSHBOOLEAN = quiet("lua_pushboolean");
    private static final Function PUSHCCLOSURE = raising("lua_pushcclosure");
    private static final Function PUSHINTEGER = quiet("lua_pushinteger");
    private static final Function PUSHLIGHTUSERDATA = quiet("lua_pushlightuserdata");
    private static final Function PUSHLSTRING = raising("lua_pushlstring");
    private static final Function PUSHNIL = quiet("lua_pushnil");
    private static final Function PUSHSTRING = raising("lua_pushstring");
    private static final Function PUSHTHREAD = quiet("lua_pushthread");
    private static final Function PUSHVALUE = quiet("lua_pushvalue");
    private static final Function RAWEQUAL = quiet("lua_rawequal");
    private static final Function RAWGET = quiet("lua_rawget");
    private static final Function RAWGETI = quiet("lua_rawgeti");
    private static final Function RAWSET = raising("lua_rawset");
    private static final Function RAWSETI = raising("lua_rawseti");
    private static final Function REMOVE = quiet("lua_remove");
    private static final Function REPLACE = quiet("lua_replace");
    private static final Function SETFENV = quiet("lua_setfenv");
    private static final Function SETFIELD = raising("lua_setfield");
    private static final Function SETMETATABLE = quiet("lua_setmetatable");
    private static final Function SETTABLE = raising("lua_settable");
    private static final Function SETTOP = quiet("lua_settop");
    private static final Function SETUPVALUE = quiet("lua_setupvalue");
    private static final Function TOBOOLEAN = quiet("lua_toboolean");
    private static final Function TOINTEGER = quiet("lua_tointeger");
    private static final Function TOLSTRING = raising("lua_tolstring");
    private static final Function TOPOINTER = quiet("lua_topointer");
    private static final Function TOTHREAD = quiet("lua_tothread");
    private static final Function TOUSERDATA = quiet("lua_touserdata");
    private static final Function TYPE = quiet("lua_type");
    private static final Function XMOVE = quiet("lua_xmove");

    private final NativeWorld world;
    private final long state;

    NativeMachine(NativeWorld world, long state) {
        this.world = world;
        this.state = state;
    }

    /// `lua_newstate`.
    ///
    /// @return null where the memory did not suffice
    static @Nullable Machine newState(RecordingAllocator allocator) {
        NativeWorld world = new NativeWorld(allocator);
        long state = world.newState(NEWSTATE);
        if (state != 0)
            return new NativeMachine(world, state);
        world.close();
        return null;
    }

    @Override
    public void close() {
        world.call(state, CLOSE, state, 0, 0, 0);
        world.close();
    }

    @Override
    public Machine newThread() {
        return new NativeMachine(world, call(NEWTHREAD));
    }

    @Override
    public int getTop() {
        return (int) call(GETTOP);
    }

    @Override
    public void setTop(int index) {
        call(SETTOP, index);
    }

    @Override
    public void pushValue(int index) {
        call(PUSHVALUE, index);
    }

    @Override
    public void insert(int index) {
        call(INSERT, index);
    }

    @Override
    public void remove(int index) {
        call(REMOVE, index);
    }

    @Override
    public void replace(int index) {
        call(REPLACE, index);
    }

    @Override
    public boolean checkStack(int extra) {
        return isTrue(call(CHECKSTACK, extra));
    }

    @Override
    public void xmove(Machine to, int n) {
        call(XMOVE, ((NativeMachine) to).state, n);
    }

    @Override
    public void pushNil() {
        call(PUSHNIL);
    }

    @Override
    public void pushBoolean(boolean b) {
        call(PUSHBOOLEAN, b ? 1 : 0);
    }

    @Override
    public void pushNumber(double n) {
        NativeLua.pushNumber(state, n);
    }

    @Override
    public void pushInteger(long n) {
        call(PUSHINTEGER, n);
    }

    @Override
    public void pushLString(byte[] s) {
        try (CString c = new CString(s)) {
            call(PUSHLSTRING, c.address(), s.length);
        }
    }

    @Override
    public void pushString(String s) {
        try (CString c = new CString(s)) {
            call(PUSHSTRING, c.address());
        }
    }

    @Override
    public void pushLightUserdata(long p) {
        call(PUSHLIGHTUSERDATA, p);
    }

    @Override
    public void pushCClosure(Body f, int upvalues) {
        call(PUSHCCLOSURE, world.functionOf(f), upvalues);
    }

    @Override
    public boolean pushThread() {
        return isTrue(call(PUSHTHREAD));
    }

    @Override
    public @Nullable Type type(int index) {
        int type = (int) call(TYPE, index);
        return type < 0 ? null : Type.values()[type];
    }

    @Override
    public boolean toBoolean(int index) {
        return isTrue(call(TOBOOLEAN, index));
    }

    @Override
    public double toNumber(int index) {
        return NativeLua.toNumber(state, index);
    }

    @Override
    public long toInteger(int index) {
        return call(TOINTEGER, index);
    }

    @Override
    public byte @Nullable [] toLString(int index) {
        try (CString length = new CString(new byte[Long.BYTES])) {
            long s = call(TOLSTRING, index, length.address());
            return s == 0 ? null : bytes(s, (int) RawMemory.getLong(length.address()));
        }
    }

    @Override
    public long objLen(int index) {
        return call(OBJLEN, index);
    }

    @Override
    public boolean rawEqual(int a, int b) {
        return isTrue(call(RAWEQUAL, a, b));
    }

    @Override
    public boolean equal(int a, int b) {
        return isTrue(call(EQUAL, a, b));
    }

    @Override
    public boolean lessThan(int a, int b) {
        return isTrue(call(LESSTHAN, a, b));
    }

    @Override
    public int userInt(int index) {
        return RawMemory.getInt(call(TOUSERDATA, index));
    }

    @Override
    public void setUserInt(int index, int value) {
        RawMemory.putInt(call(TOUSERDATA, index), value);
    }

    @Override
    public long toPointer(int index) {
        return call(TOPOINTER, index);
    }

    @Override
    public Machine toThread(int index) {
        return new NativeMachine(world, call(TOTHREAD, index));
    }

    @Override
    public Object identity() {
        return state;
    }

    @Override
    public void createTable(int arraySize, int hashSize) {
        call(CREATETABLE, arraySize, hashSize);
    }

    @Override
    public void getTable(int index) {
        call(GETTABLE, index);
    }

    @Override
    public void setTable(int index) {
        call(SETTABLE, index);
    }

    @Override
    public void rawGet(int index) {
        call(RAWGET, index);
    }

    @Override
    public void rawSet(int index) {
        call(RAWSET, index);
    }

    @Override
    public void rawGetI(int index, int n) {
        call(RAWGETI, index, n);
    }

    @Override
    public void rawSetI(int index, int n) {
        call(RAWSETI, index, n);
    }

    @Override
    public void getField(int index, String key) {
        try (CString c = new CString(key)) {
            call(GETFIELD, index, c.address());
        }
    }

    @Override
    public void setField(int index, String key) {
        try (CString c = new CString(key)) {
            call(SETFIELD, index, c.address());
        }
    }

    @Override
    public boolean next(int index) {
        return isTrue(call(NEXT, index));
    }

    @Override
    public boolean getMetatable(int index) {
        return isTrue(call(GETMETATABLE, index));
    }

    @Override
    public void setMetatable(int index) {
        call(SETMETATABLE, index);
    }

    @Override
    public void getFEnv(int index) {
        call(GETFENV, index);
    }

    @Override
    public boolean setFEnv(int index) {
        return isTrue(call(SETFENV, index));
    }

    @Override
    public boolean getUpvalue(int index, int n) {
        return call(GETUPVALUE, index, n) != 0;
    }

    @Override
    public boolean setUpvalue(int index, int n) {
        return call(SETUPVALUE, index, n) != 0;
    }

    @Override
    public void newUserdata(long size) {
        call(NEWUSERDATA, size);
    }

    @Override
    public void concat(int n) {
        call(CONCAT, n);
    }

    @Override
    public Buffer buffer() {
        return new NativeBuffer(this);
    }

    @Override
    public void call(int arguments, int results) {
        call(CALL, arguments, results);
    }

    @Override
    public int pcall(int arguments, int results, int handler) {
        return (int) world.call(state, PCALL, state, arguments, results, handler);
    }

    @Override
    public int cpcall(Body f) {
        return (int) world.call(state, CPCALL, state, world.functionOf(f), 0, 0);
    }

    @Override
    public int error() {
        return (int) call(ERROR);
    }

    @Override
    public int gc(Gc what, int data) {
        Function gc = what == Gc.COLLECT || what == Gc.STEP ? GC : GCPARAM;
        return (int) call(gc, what.ordinal(), data);
    }

    long call(Function f, long... arguments) {
        long a = arguments.length > 0 ? arguments[0] : 0;
        long b = arguments.length > 1 ? arguments[1] : 0;
        return world.call(state, f, state, a, b, 0);
    }

    long state() {
        return state;
    }

    NativeWorld world() {
        return world;
    }

    private static boolean isTrue(long result) {
        return (int) result != 0;
    }

    private static byte[] bytes(long address, int length) {
        byte[] s = new byte[length];
        RawMemory.copyOut(address, s, 0, length);
        return s;
    }
}
