package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

/// The part of the C API that reaches into objects: entries of tables, metatables, environments, upvalues.
///
/// Storing goes through the barriers of [Collector]. Only a new key of a table needs memory.
public abstract sealed class LuaObjects extends LuaStack permits LuaState {
    LuaObjects(GlobalState global, long address) {
        super(global, address);
    }

    // ------------------------------------------------------------------------------------------------------- tables

    /// Replaces the topmost value, a key, by its value in a table; `__index` is asked if need be.
    ///
    /// @param index of the table, or of what has the metamethod
    /// @lua lua_gettable lapi.c:532
    public final void getTable(int index) {
        long l = enter();
        requireValues(l, 1);
        long t = validAt(l, index);
        long top = LuaThread.top(l) - TValue.SIZE;
        Machine.getTable(self(), TValue.bits(t), TValue.tag(t), TValue.bits(top), TValue.tag(top), top);
    }

    /// Pushes the value of a string key in a table; `__index` is asked if need be.
    ///
    /// @param index of the table, or of what has the metamethod
    /// @param key the key
    /// @lua lua_getfield lapi.c:544
    public final void getField(int index, String key) {
        long l = enterToPush();
        long t = validAt(l, index);
        long ts = Strings.intern(self(), key);
        Machine.getTable(self(), TValue.bits(t), TValue.tag(t), ts, TValue.STRING, LuaThread.top(l));
        LuaThread.setTop(l, LuaThread.top(l) + TValue.SIZE);
    }

    /// Replaces the topmost value, a key, by its value in a table.
    ///
    /// @param index of the table
    /// @lua lua_rawget lapi.c:557
    public final void rawGet(int index) {
        long l = enter();
        requireValues(l, 1);
        long t = tableAt(l, index);
        long top = LuaThread.top(l) - TValue.SIZE;
        TValue.copy(Tables.get(t, TValue.bits(top), TValue.tag(top)), top);
    }

    /// Pushes the value of an integer key in a table.
    ///
    /// @param index of the table
    /// @param n the key
    /// @lua lua_rawgeti lapi.c:567
    public final void rawGetI(int index, int n) {
        long l = enterToPush();
        long top = LuaThread.top(l);
        TValue.copy(Tables.getNum(tableAt(l, index), n), top);
        LuaThread.setTop(l, top + TValue.SIZE);
    }

    /// Pops a value and a key below it and stores them in a table; `__newindex` is asked if need be.
    ///
    /// @param index of the table, or of what has the metamethod
    /// @lua lua_settable lapi.c:645
    public final void setTable(int index) {
        long l = enter();
        requireValues(l, 2);
        long t = validAt(l, index);
        long key = LuaThread.top(l) - 2 * TValue.SIZE;
        Machine.setTable(self(), TValue.bits(t), TValue.tag(t), TValue.bits(key), TValue.tag(key), key + TValue.SIZE);
        LuaThread.setTop(l, LuaThread.top(l) - 2 * TValue.SIZE);
    }

    /// Pops a value and stores it under a string key in a table; `__newindex` is asked if need be.
    ///
    /// @param index of the table, or of what has the metamethod
    /// @param key the key
    /// @lua lua_setfield lapi.c:657
    public final void setField(int index, String key) {
        long l = enter();
        requireValues(l, 1);
        long t = validAt(l, index);
        long ts = Strings.intern(self(), key);
        Machine.setTable(self(), TValue.bits(t), TValue.tag(t), ts, TValue.STRING, LuaThread.top(l) - TValue.SIZE);
        LuaThread.setTop(l, LuaThread.top(l) - TValue.SIZE);
    }

    /// Pops a value and a key below it and stores them in a table.
    ///
    /// @param index of the table
    /// @throws org.lmem.core.LuaRuntimeException where the key is nil or NaN
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_rawset lapi.c:671
    public final void rawSet(int index) {
        long l = enter();
        requireValues(l, 2);
        long t = tableAt(l, index);
        long key = LuaThread.top(l) - 2 * TValue.SIZE;
        long value = key + TValue.SIZE;
        TValue.copy(value, Tables.set(self(), t, TValue.bits(key), TValue.tag(key)));
        Collector.barrierBack(global.address, t, value);
        LuaThread.setTop(l, key);
    }

    /// Pops a value and stores it under an integer key in a table.
    ///
    /// @param index of the table
    /// @param n the key
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_rawseti lapi.c:684
    public final void rawSetI(int index, int n) {
        long l = enter();
        requireValues(l, 1);
        long t = tableAt(l, index);
        long value = LuaThread.top(l) - TValue.SIZE;
        TValue.copy(value, Tables.setNum(self(), t, n));
        Collector.barrierBack(global.address, t, value);
        LuaThread.setTop(l, value);
    }

    /// Replaces the topmost value, a key, by the next key of a table and its value, or by nothing behind the last one. The
    /// key nil comes before the first.
    ///
    /// @param index of the table
    /// @return whether there is a next key
    /// @throws org.lmem.core.LuaRuntimeException where the key is not in the table
    /// @lua lua_next lapi.c:973
    public final boolean next(int index) {
        long l = enterToPush();
        requireValues(l, 1);
        boolean more = Tables.next(self(), tableAt(l, index), LuaThread.top(l) - TValue.SIZE);
        LuaThread.setTop(l, LuaThread.top(l) + (more ? TValue.SIZE : -TValue.SIZE));
        return more;
    }

    // ----------------------------------------------------------------------------------- metatables and environments

    /// Pushes the metatable of a value, if it has one.
    ///
    /// @param index of the value
    /// @return whether it has one
    /// @lua lua_getmetatable lapi.c:587
    public final boolean getMetatable(int index) {
        long l = enterToPush();
        long o = at(l, index);
        long mt = TagMethods.metatable(global.address, TValue.bits(o), TValue.tag(o));
        if (mt == NULL)
            return false;
        pushed(mt, TValue.TABLE);
        return true;
    }

    /// Pops a table, or nil, and makes it the metatable of a value (of all values of a type without metatables of their
    /// own).
    ///
    /// @param index of the value
    /// @lua lua_setmetatable lapi.c:697
    public final void setMetatable(int index) {
        long l = enter();
        requireValues(l, 1);
        long o = validAt(l, index);
        long top = LuaThread.top(l) - TValue.SIZE;
        long mt = TValue.isNil(top) ? NULL : tableAt(l, -1);
        long g = global.address;
        switch (TValue.tag(o)) {
            case TValue.TABLE -> {
                Table.setMetatable(TValue.object(o), mt);
                if (mt != NULL)
                    Collector.objectBarrierBack(g, TValue.object(o), mt);
            }
            case TValue.USERDATA -> {
                Udata.setMetatable(TValue.object(o), mt);
                if (mt != NULL)
                    Collector.objectBarrier(g, TValue.object(o), mt);
            }
            default -> Global.setMetatable(g, TValue.tag(o), mt);
        }
        LuaThread.setTop(l, top);
    }

    /// Pushes the environment of a function, userdata or thread; nil for other values.
    ///
    /// @param index of the value
    /// @lua lua_getfenv lapi.c:616
    public final void getEnvironment(int index) {
        long l = enterToPush();
        long o = validAt(l, index);
        switch (TValue.tag(o)) {
            case TValue.FUNCTION -> pushed(Closure.env(TValue.object(o)), TValue.TABLE);
            case TValue.USERDATA -> pushed(Udata.env(TValue.object(o)), TValue.TABLE);
            case TValue.THREAD -> pushed(TValue.object(LuaThread.globals(TValue.object(o))), TValue.TABLE);
            default -> pushNil();
        }
    }

    /// Pops a table and makes it the environment of a function, userdata or thread.
    ///
    /// @param index of the value
    /// @return whether it is one of these
    /// @lua lua_setfenv lapi.c:734
    public final boolean setEnvironment(int index) {
        long l = enter();
        requireValues(l, 1);
        long o = validAt(l, index);
        long env = tableAt(l, -1);
        boolean done = true;
        switch (TValue.tag(o)) {
            case TValue.FUNCTION -> Closure.setEnv(TValue.object(o), env);
            case TValue.USERDATA -> Udata.setEnv(TValue.object(o), env);
            case TValue.THREAD -> TValue.set(LuaThread.globals(TValue.object(o)), env, TValue.TABLE);
            default -> done = false;
        }
        if (done)
            Collector.objectBarrier(global.address, TValue.object(o), env);
        LuaThread.setTop(l, LuaThread.top(l) - TValue.SIZE);
        return done;
    }

    /// Pushes an upvalue of a host function.
    ///
    /// @param index of the function
    /// @param n the upvalue, from 1
    /// @return whether there is one; otherwise nothing is pushed
    /// @lua lua_getupvalue lapi.c:1057
    public final boolean getUpvalue(int index, int n) {
        long l = enterToPush();
        long upvalue = upvalueAt(at(l, index), n);
        if (upvalue == NULL)
            return false;
        pushed(TValue.bits(upvalue), TValue.tag(upvalue));
        return true;
    }

    /// Pops a value and makes it an upvalue of a host function.
    ///
    /// @param index of the function
    /// @param n the upvalue, from 1
    /// @return whether there is one; otherwise nothing is popped
    /// @lua lua_setupvalue lapi.c:1071
    public final boolean setUpvalue(int index, int n) {
        long l = enter();
        requireValues(l, 1);
        long function = at(l, index);
        long upvalue = upvalueAt(function, n);
        if (upvalue == NULL)
            return false;
        long top = LuaThread.top(l) - TValue.SIZE;
        TValue.copy(top, upvalue);
        Collector.barrier(global.address, TValue.object(function), top);
        LuaThread.setTop(l, top);
        return true;
    }

    /// @lua aux_upvalue lapi.c:1039
    private static long upvalueAt(long o, int n) {
        if (!TValue.isFunction(o) || n < 1 || n > Closure.countUpvalues(TValue.object(o)))
            return NULL;
        long c = TValue.object(o);
        return Closure.isC(c) ? Closure.upvalue(c, n - 1) : UpVal.v(Closure.upval(c, n - 1));
    }
}
