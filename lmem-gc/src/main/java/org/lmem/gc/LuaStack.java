package org.lmem.gc;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaMemory;

/// The value stack of a thread: indices, moving values about, reading them, pushing those that need no memory.
///
/// A positive index counts from the first argument of the running function (or the first value of a thread that runs
/// none), which is 1; a negative one from the top, which is −1. Beyond the top, up to the last slot that the function may
/// use, an index is *acceptable*: there is no value ([LuaType#NONE]), and reading it gives nothing. Pseudo-indices name
/// places that are not on the stack: [#REGISTRYINDEX], [#ENVIRONINDEX], [#GLOBALSINDEX], [#upvalueIndex].
///
/// `Differs from Lua:` what C's `api_check` asserts (and a release build believes) is checked: an index that is not
/// acceptable, a push without room, a thread or state that is no more, the wrong Java thread.
public abstract sealed class LuaStack permits LuaObjects {
    /// The table that the host keeps its own values in.
    ///
    /// @lua LUA_REGISTRYINDEX lua.h:36
    public static final int REGISTRYINDEX = -10000;
    /// The environment of the running function.
    ///
    /// @lua LUA_ENVIRONINDEX lua.h:37
    public static final int ENVIRONINDEX = -10001;
    /// The table of globals.
    ///
    /// @lua LUA_GLOBALSINDEX lua.h:38
    public static final int GLOBALSINDEX = -10002;
    /// The most slots that a function may use.
    ///
    /// @lua LUAI_MAXCSTACK luaconf.h:446
    public static final int MAXCSTACK = 8000;

    final GlobalState global;
    /// Of the [LuaThread].
    final long address;
    final LuaMemory memory;
    private @Nullable Thread owner = Thread.currentThread(); // null: closed or collected
    private String end = "";

    LuaStack(GlobalState global, long address) {
        this.global = global;
        this.address = address;
        this.memory = global.memory;
    }

    // ----------------------------------------------------------------------------------------------------- checking

    /// The address of the thread, for its owner alone.
    final long enter() {
        if (Thread.currentThread() != owner)
            throw misuse();
        return address;
    }

    /// The address of the thread where one more value has room.
    final long enterToPush() {
        long l = enter();
        if (LuaThread.top(l) >= CallInfo.top(LuaThread.ci(l)))
            throw new IllegalStateException("stack overflow: values=" + countValues(l) + ", room="
                    + ((CallInfo.top(LuaThread.ci(l)) - LuaThread.base(l)) >> TValue.SHIFT));
        return l;
    }

    private RuntimeException misuse() {
        Thread own = owner;
        return own == null
                ? new IllegalStateException(end)
                : new WrongThreadException(
                        "a state belongs to one thread: owner=" + own.getName() + ", caller="
                                + Thread.currentThread().getName());
    }

    final void die(String reason) {
        owner = null;
        end = reason;
    }

    final boolean isDead() {
        return owner == null;
    }

    /// The number of results that a function returned, where so many values are there.
    final int checkedResults(int n) {
        int values = countValues(enter());
        if (n < 0 || n > values)
            throw new IllegalStateException(
                    "a function returned more results than there are: results=" + n + ", values=" + values);
        return n;
    }

    final void requireValues(long l, int n) {
        if (n < 0 || n > countValues(l))
            throw new IllegalArgumentException(
                    "there are not as many values on the stack: needed=" + n + ", values=" + countValues(l));
    }

    static int countValues(long l) {
        return (int) ((LuaThread.top(l) - LuaThread.base(l)) >> TValue.SHIFT);
    }

    private IllegalArgumentException badIndex(int index) {
        return new IllegalArgumentException("invalid stack index: index=" + index + ", values=" + countValues(address));
    }

    // ------------------------------------------------------------------------------------------------------ indices

    /// The place of the value at an acceptable index, [TValue#ABSENT] where there is none.
    ///
    /// @lua index2adr lapi.c:49
    final long at(long l, int index) {
        if (index > 0) {
            long o = LuaThread.base(l) + ((long) (index - 1) << TValue.SHIFT);
            return o < LuaThread.top(l) ? o : beyondTop(l, index, o);
        }
        if (index <= REGISTRYINDEX)
            return atPseudo(l, index);
        long o = LuaThread.top(l) + ((long) index << TValue.SHIFT);
        if (index == 0 || o < LuaThread.base(l))
            throw badIndex(index);
        return o;
    }

    private long beyondTop(long l, int index, long o) {
        if (o >= CallInfo.top(LuaThread.ci(l)))
            throw badIndex(index);
        return TValue.ABSENT;
    }

    private long atPseudo(long l, int index) {
        if (index == REGISTRYINDEX)
            return Global.registry(global.address);
        if (index == GLOBALSINDEX)
            return LuaThread.globals(l);
        if (!isInFunction(l))
            throw badIndex(index);
        long function = TValue.object(CallInfo.func(LuaThread.ci(l)));
        if (index == ENVIRONINDEX) {
            TValue.set(LuaThread.env(l), Closure.env(function), TValue.TABLE);
            return LuaThread.env(l);
        }
        int i = GLOBALSINDEX - index;
        return i <= Closure.countUpvalues(function) ? Closure.upvalue(function, i - 1) : TValue.ABSENT;
    }

    /// The place of the value at an index where there is one.
    final long validAt(long l, int index) {
        long o = at(l, index);
        if (o == TValue.ABSENT)
            throw badIndex(index);
        return o;
    }

    /// The place of the value at an index that is on the stack.
    private long onStack(long l, int index) {
        if (index <= REGISTRYINDEX)
            throw new IllegalArgumentException("a pseudo-index is not on the stack: index=" + index);
        return validAt(l, index);
    }

    /// The address of the table at an index.
    final long tableAt(long l, int index) {
        long o = at(l, index);
        if (!TValue.isTable(o))
            throw new IllegalArgumentException("no table: index=" + index + ", type=" + typeOf(o).luaName());
        return TValue.object(o);
    }

    static LuaType typeOf(long o) {
        return o == TValue.ABSENT ? LuaType.NONE : LuaType.of(TValue.tag(o));
    }

    static boolean isInFunction(long l) {
        return LuaThread.ci(l) != LuaThread.baseCI(l);
    }

    /// The environment of the running function, the globals where none runs.
    ///
    /// @lua getcurrenv lapi.c:79
    static long currentEnv(long l) {
        return isInFunction(l)
                ? Closure.env(TValue.object(CallInfo.func(LuaThread.ci(l))))
                : TValue.object(LuaThread.globals(l));
    }

    /// The pseudo-index of an upvalue of the running function.
    ///
    /// @param i from 1
    /// @return the index
    /// @lua lua_upvalueindex lua.h:39
    public static int upvalueIndex(int i) {
        return GLOBALSINDEX - i;
    }

    // ------------------------------------------------------------------------------------------- moving values about

    /// How many values there are.
    ///
    /// @return the index of the topmost one, 0 where there is none
    /// @lua lua_gettop lapi.c:159
    public final int getTop() {
        return countValues(enter());
    }

    /// Sets the number of values: nils are pushed or values dropped.
    ///
    /// @param index the new top, an index of either sign, or 0 for none
    /// @lua lua_settop lapi.c:164
    public final void setTop(int index) {
        long l = enter();
        long top = LuaThread.top(l);
        long newTop = index >= 0
                ? LuaThread.base(l) + ((long) index << TValue.SHIFT)
                : top + ((index + 1L) << TValue.SHIFT);
        if (newTop < LuaThread.base(l) || newTop > LuaThread.stackLast(l))
            throw badIndex(index);
        for (; top < newTop; top += TValue.SIZE)
            TValue.setNil(top);
        LuaThread.setTop(l, newTop);
    }

    /// Drops the topmost values.
    ///
    /// @param n how many
    /// @lua lua_pop lua.h:254
    public final void pop(int n) {
        long l = enter();
        requireValues(l, n);
        LuaThread.setTop(l, LuaThread.top(l) - n * TValue.SIZE);
    }

    /// Makes sure that a number of values can be pushed.
    ///
    /// @param n how many more
    /// @return false where the function would use more than [#MAXCSTACK] slots
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_checkstack lapi.c:95
    public final boolean checkStack(int n) {
        long l = enter();
        if (n > MAXCSTACK || countValues(l) + n > MAXCSTACK)
            return false;
        if (n > 0) {
            Calls.checkStack(self(), n);
            long end = LuaThread.top(l) + n * TValue.SIZE;
            if (CallInfo.top(LuaThread.ci(l)) < end)
                CallInfo.setTop(LuaThread.ci(l), end);
        }
        return true;
    }

    /// Removes a value; those above it come down.
    ///
    /// @param index of the value, no pseudo-index
    /// @lua lua_remove lapi.c:180
    public final void remove(int index) {
        long l = enter();
        long top = LuaThread.top(l);
        for (long p = onStack(l, index) + TValue.SIZE; p < top; p += TValue.SIZE)
            TValue.copy(p, p - TValue.SIZE);
        LuaThread.setTop(l, top - TValue.SIZE);
    }

    /// Moves the topmost value down to an index; those from there on go up.
    ///
    /// @param index where to, no pseudo-index
    /// @lua lua_insert lapi.c:191
    public final void insert(int index) {
        long l = enter();
        long to = onStack(l, index);
        long top = LuaThread.top(l);
        for (long p = top; p > to; p -= TValue.SIZE)
            TValue.copy(p - TValue.SIZE, p);
        TValue.copy(top, to);
    }

    /// Pops the topmost value and puts it to an index.
    ///
    /// @param index where to; [#ENVIRONINDEX] takes a table
    /// @throws org.lmem.core.LuaRuntimeException for [#ENVIRONINDEX] where no function runs
    /// @lua lua_replace lapi.c:203
    public final void replace(int index) {
        long l = enter();
        if (index == ENVIRONINDEX && !isInFunction(l))
            throw Errors.runError(self(), "", "no calling environment");
        requireValues(l, 1);
        long to = validAt(l, index);
        long top = LuaThread.top(l) - TValue.SIZE;
        if (index == ENVIRONINDEX)
            replaceEnvironment(l);
        else if ((index == REGISTRYINDEX || index == GLOBALSINDEX) && !TValue.isTable(top))
            throw new IllegalArgumentException("no table: index=-1, type=" + typeOf(top).luaName());
        else
            TValue.copy(top, to);
        if (index < GLOBALSINDEX) // an upvalue?
            Collector.barrier(global.address, runningFunction(l), top);
        LuaThread.setTop(l, top);
    }

    private void replaceEnvironment(long l) {
        long env = tableAt(l, -1);
        Closure.setEnv(runningFunction(l), env);
        Collector.objectBarrier(global.address, runningFunction(l), env);
    }

    private static long runningFunction(long l) {
        return TValue.object(CallInfo.func(LuaThread.ci(l)));
    }

    /// Pushes a copy of a value.
    ///
    /// @param index of the value; nothing there gives nil
    /// @lua lua_pushvalue lapi.c:228
    public final void pushValue(int index) {
        long l = enterToPush();
        long top = LuaThread.top(l);
        TValue.copy(at(l, index), top);
        LuaThread.setTop(l, top + TValue.SIZE);
    }

    // ------------------------------------------------------------------------------------------------------ reading

    /// The type of a value.
    ///
    /// @param index of the value
    /// @return its type, [LuaType#NONE] where there is none
    /// @lua lua_type lapi.c:242
    public final LuaType type(int index) {
        return typeOf(at(enter(), index));
    }

    /// Whether a value is nil, or not there.
    ///
    /// @param index of the value
    /// @return true for both
    /// @lua lua_isnoneornil lua.h:271
    public final boolean isNoneOrNil(int index) {
        return TValue.isNil(at(enter(), index));
    }

    /// Whether a value is a number, or a string that can be read as one.
    ///
    /// @param index of the value
    /// @return true for both
    /// @lua lua_isnumber lapi.c:260
    public final boolean isNumber(int index) {
        return numberBits(at(enter(), index)) != Numbers.NOT_A_NUMERAL;
    }

    /// Whether a value is a string, or a number, which can be turned into one.
    ///
    /// @param index of the value
    /// @return true for both
    /// @lua lua_isstring lapi.c:267
    public final boolean isString(int index) {
        long o = at(enter(), index);
        return TValue.isString(o) || TValue.isNumber(o);
    }

    /// Whether a value is a function of the host.
    ///
    /// @param index of the value
    /// @return false for all others
    /// @lua lua_iscfunction lapi.c:254
    public final boolean isHostFunction(int index) {
        long o = at(enter(), index);
        return TValue.isFunction(o) && Closure.isC(TValue.object(o));
    }

    /// Whether a value is a userdata of either kind.
    ///
    /// @param index of the value
    /// @return false for all others
    /// @lua lua_isuserdata lapi.c:273
    public final boolean isUserdata(int index) {
        int tag = TValue.tag(at(enter(), index));
        return tag == TValue.USERDATA || tag == TValue.LIGHTUSERDATA;
    }

    /// Whether two values are the same, without metamethods.
    ///
    /// @param index1 of the one
    /// @param index2 of the other
    /// @return false where one is not there
    /// @lua lua_rawequal lapi.c:279
    public final boolean rawEqual(int index1, int index2) {
        long l = enter();
        long a = at(l, index1);
        long b = at(l, index2);
        return a != TValue.ABSENT && b != TValue.ABSENT && TValue.rawEquals(a, b);
    }

    /// Whether two values are equal, by `__eq` if need be.
    ///
    /// @param index1 of the one
    /// @param index2 of the other
    /// @return false where one is not there
    /// @lua lua_equal lapi.c:287
    public final boolean equal(int index1, int index2) {
        long l = enter();
        long a = at(l, index1);
        long b = at(l, index2);
        return a != TValue.ABSENT && b != TValue.ABSENT && Machine.equal(self(), a, b);
    }

    /// Whether a value is less than another one, by `__lt` if need be.
    ///
    /// @param index1 of the one
    /// @param index2 of the other
    /// @return false where one is not there
    /// @throws org.lmem.core.LuaRuntimeException where they cannot be compared
    /// @lua lua_lessthan lapi.c:299
    public final boolean lessThan(int index1, int index2) {
        long l = enter();
        long a = at(l, index1);
        long b = at(l, index2);
        return a != TValue.ABSENT && b != TValue.ABSENT && Machine.lessThan(self(), a, b);
    }

    /// @lua luaV_tonumber lvm.c:35
    private static long numberBits(long o) {
        return switch (TValue.tag(o)) {
            case TValue.NUMBER -> TValue.bits(o);
            case TValue.STRING -> Numbers.parse(TString.toBytes(TValue.object(o)));
            default -> Numbers.NOT_A_NUMERAL;
        };
    }

    /// A value as a number.
    ///
    /// @param index of the value
    /// @return 0 where it is none
    /// @lua lua_tonumber lapi.c:313
    public final double toNumber(int index) {
        long bits = numberBits(at(enter(), index));
        return bits == Numbers.NOT_A_NUMERAL ? 0 : Double.longBitsToDouble(bits);
    }

    /// A value as an integer, cut towards 0.
    ///
    /// @param index of the value
    /// @return 0 where it is no number
    /// @lua lua_tointeger lapi.c:323
    public final long toInteger(int index) {
        return Numbers.toInteger(toNumber(index));
    }

    /// A value as a truth value.
    ///
    /// @param index of the value
    /// @return false for false, nil and nothing
    /// @lua lua_toboolean lapi.c:337
    public final boolean toBoolean(int index) {
        return !TValue.isFalse(at(enter(), index));
    }

    /// A copy of the bytes of a string. A number becomes a string in its place first, which may take memory and run the
    /// collector.
    ///
    /// @param index of the value
    /// @return null where it is neither string nor number
    /// @lua lua_tolstring lapi.c:343
    public final byte @Nullable [] toBytes(int index) {
        long l = enter();
        long o = at(l, index);
        if (!TValue.isString(o)) {
            if (!Text.toStringInPlace(self(), o))
                return null;
            checkGC();
            o = at(l, index); // the collector may move the stack
        }
        return TString.toBytes(TValue.object(o));
    }

    /// A string as a Java text, read as UTF-8. A number becomes a string in its place first.
    ///
    /// @param index of the value
    /// @return null where it is neither string nor number
    /// @lua lua_tostring lua.h:279
    public final @Nullable String toString(int index) {
        byte[] bytes = toBytes(index);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// The length of a value: bytes of a string or userdata, a boundary of a table; a number becomes a string in its
    /// place.
    ///
    /// @param index of the value
    /// @return 0 for other values
    /// @lua lua_objlen lapi.c:361
    public final long objLen(int index) {
        long o = at(enter(), index);
        return switch (TValue.tag(o)) {
            case TValue.STRING -> TString.len(TValue.object(o));
            case TValue.USERDATA -> Udata.len(TValue.object(o));
            case TValue.TABLE -> Tables.length(TValue.object(o));
            case TValue.NUMBER -> {
                Text.toStringInPlace(self(), o);
                yield TString.len(TValue.object(o));
            }
            default -> 0;
        };
    }

    /// A value as a function of the host.
    ///
    /// @param index of the value
    /// @return null where it is none
    /// @lua lua_tocfunction lapi.c:379
    public final @Nullable LuaFunction toHostFunction(int index) {
        return isHostFunction(index)
                ? global.functions.get(Closure.function(TValue.object(at(address, index))))
                : null;
    }

    /// The address of a userdata's block, or a light userdata's own.
    ///
    /// @param index of the value
    /// @return 0 for other values
    /// @lua lua_touserdata lapi.c:385
    public final long toUserdata(int index) {
        long o = at(enter(), index);
        return switch (TValue.tag(o)) {
            case TValue.USERDATA -> Udata.payload(TValue.object(o));
            case TValue.LIGHTUSERDATA -> TValue.bits(o);
            default -> 0;
        };
    }

    /// A value as a thread.
    ///
    /// @param index of the value
    /// @return null where it is none
    /// @lua lua_tothread lapi.c:395
    public final @Nullable LuaState toThread(int index) {
        long o = at(enter(), index);
        return TValue.tag(o) == TValue.THREAD ? global.thread(TValue.object(o)) : null;
    }

    /// What tells an object from all others while it lives.
    ///
    /// @param index of the value
    /// @return an address, 0 for values that have none
    /// @lua lua_topointer lapi.c:401
    public final long toPointer(int index) {
        long o = at(enter(), index);
        return switch (TValue.tag(o)) {
            case TValue.TABLE, TValue.FUNCTION, TValue.THREAD -> TValue.object(o);
            default -> toUserdata(index);
        };
    }

    // ----------------------------------------------------------------------------------- pushing what needs no memory

    private void push(long bits, int tag) {
        long l = enterToPush();
        long top = LuaThread.top(l);
        TValue.set(top, bits, tag);
        LuaThread.setTop(l, top + TValue.SIZE);
    }

    /// Pushes nil.
    ///
    /// @lua lua_pushnil lapi.c:421
    public final void pushNil() {
        push(0, TValue.NIL);
    }

    /// Pushes a number.
    ///
    /// @param n the number
    /// @lua lua_pushnumber lapi.c:429
    public final void pushNumber(double n) {
        push(Double.doubleToRawLongBits(n), TValue.NUMBER);
    }

    /// Pushes an integer as a number.
    ///
    /// @param n the integer; beyond 2^53 not every one is exact
    /// @lua lua_pushinteger lapi.c:437
    public final void pushInteger(long n) {
        push(Double.doubleToRawLongBits((double) n), TValue.NUMBER);
    }

    /// Pushes a truth value.
    ///
    /// @param b the value
    /// @lua lua_pushboolean lapi.c:503
    public final void pushBoolean(boolean b) {
        push(b ? 1 : 0, TValue.BOOLEAN);
    }

    /// Pushes an address of the host's, which Lua compares and never follows.
    ///
    /// @param p the address, or any number
    /// @lua lua_pushlightuserdata lapi.c:511
    public final void pushLightUserdata(long p) {
        push(p, TValue.LIGHTUSERDATA);
    }

    /// Pushes this thread.
    ///
    /// @return whether it is the main thread
    /// @lua lua_pushthread lapi.c:519
    public final boolean pushThread() {
        push(address, TValue.THREAD);
        return address == Global.mainThread(global.address);
    }

    // ------------------------------------------------------------------------------------------------------- common

    final void pushed(long object, int tag) {
        long top = LuaThread.top(address); // the collector may have moved the stack
        TValue.set(top, object, tag);
        LuaThread.setTop(address, top + TValue.SIZE);
    }

    /// A safe point: the collector works here if enough has been allocated.
    ///
    /// @lua luaC_checkGC lgc.h:80
    final void checkGC() {
        if (Collector.isDue(global))
            Collector.step(self());
        if (global.attentive)
            Collector.attend(self());
    }

    final LuaState self() {
        return (LuaState) this;
    }
}
