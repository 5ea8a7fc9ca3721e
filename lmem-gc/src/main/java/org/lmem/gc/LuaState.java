package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.core.raw.RawMemory;

/// A Lua state, or one of its threads: the part of Lua's C API that allocates, in Java dress.
///
/// Each method makes exactly the calls of the allocator that its namesake of 5.1.5 makes, in order and in size. Index
/// rules are those of [LuaStack]; the inside of objects is reached by the methods of [LuaObjects].
///
/// ```java
/// try (LuaState state = LuaState.newState(SystemAlloc.INSTANCE)) {
///     state.newTable();
///     state.pushInteger(42);
///     state.setField(-2, "answer");
/// }
/// ```
///
/// A state belongs to the Java thread that made it. Errors are [org.lmem.core.LuaException]s: of memory (status 4) and of
/// run time (status 2); within [#pcall] they end there, as in Lua. What C leaves undefined (an invalid index, a state that
/// is closed) is an [IllegalArgumentException] or [IllegalStateException], which passes through [#pcall].
///
/// Host functions may call each other 199 deep, as in C, finalisers that have the collector call finalisers among them. That
/// takes up to 700 KiB of the Java thread's stack, besides what the functions take themselves: a thread with the usual
/// 1 MiB has enough for small functions, one with more is had by `-Xss` or from [Thread]'s constructor.
///
/// @lua lapi lapi.c
public final class LuaState extends LuaObjects implements AutoCloseable {
    /// As number of results: all of them.
    ///
    /// @lua LUA_MULTRET lua.h:30
    public static final int MULTRET = -1;

    LuaState(GlobalState global, long address) {
        super(global, address);
    }

    // ------------------------------------------------------------------------------------------------ state and threads

    /// A new state that behaves like 5.1.5.
    ///
    /// @param alloc where all its memory comes from
    /// @return its main thread
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had; everything has been given back
    /// @lua lua_newstate lstate.c:143
    public static LuaState newState(LuaAlloc alloc) {
        return newState(alloc, Semantics.LUA_5_1);
    }

    /// A new state.
    ///
    /// `Differs from Lua:` where there is not enough memory C gets NULL.
    ///
    /// @param alloc where all its memory comes from
    /// @param semantics which Lua it behaves like
    /// @return its main thread
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had; everything has been given back
    public static LuaState newState(LuaAlloc alloc, Semantics semantics) {
        return States.newState(new LuaMemory(alloc, semantics));
    }

    /// Closes the whole state, of whichever thread it is called: calls all finalisers and gives all memory back. A second
    /// call does nothing.
    ///
    /// @throws IllegalStateException where a function of the state is still running
    /// @lua lua_close lstate.c:199
    @Override
    public void close() {
        if (isDead())
            return;
        enter();
        if (global.running != 0 || global.closing)
            throw new IllegalStateException("a running function cannot close its state: running=" + global.running);
        States.close(global.thread(Global.mainThread(global.address)));
    }

    /// Pushes a new thread, which shares the globals.
    ///
    /// @return the thread; it can be used until the collector frees it
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_newthread lapi.c:140
    public LuaState newThread() {
        enterToPush();
        checkGC();
        LuaState thread = new LuaState(global, States.newThread(this));
        global.register(thread);
        pushed(thread.address, TValue.THREAD);
        return thread;
    }

    /// Moves the topmost values to another thread of the same state.
    ///
    /// @param to the other thread
    /// @param n how many
    /// @throws IllegalArgumentException where the other thread is one of another state
    /// @lua lua_xmove lapi.c:110
    public void xmove(LuaState to, int n) {
        long l = enter();
        if (to == this)
            return;
        long target = to.enter();
        if (to.global != global)
            throw new IllegalArgumentException("a value cannot move to another state: from="
                    + Messages.hex(global.address) + ", to=" + Messages.hex(to.global.address));
        requireValues(l, n);
        long slot = LuaThread.top(target);
        requireRoom(CallInfo.top(LuaThread.ci(target)) - slot, n);
        long from = LuaThread.top(l) - n * TValue.SIZE;
        for (int i = 0; i < n; i++)
            TValue.copy(from + i * TValue.SIZE, slot + i * TValue.SIZE);
        LuaThread.setTop(l, from);
        LuaThread.setTop(target, slot + n * TValue.SIZE);
    }

    private static void requireRoom(long bytes, int n) {
        if (bytes < n * TValue.SIZE)
            throw new IllegalStateException(
                    "stack overflow: values=" + n + ", room=" + (bytes >> TValue.SHIFT));
    }

    /// Sets what is called with an error that no [#pcall] receives; the error value is on top of the stack then. The error
    /// reaches the Java caller afterwards.
    ///
    /// @param function what to call, null for nothing
    /// @return what was set before
    /// @lua lua_atpanic lapi.c:130
    public @Nullable LuaFunction atPanic(@Nullable LuaFunction function) {
        enter();
        long g = global.address;
        long old = Global.panic(g);
        LuaFunction oldFunction = old == NULL ? null : global.functions.get(old);
        Global.setPanic(g, function == null ? NULL : global.functions.retain(function));
        if (old != NULL)
            global.functions.release(old);
        return oldFunction;
    }

    // -------------------------------------------------------------------------------------- pushing what needs memory

    /// Pushes a string.
    ///
    /// @param bytes its bytes, zero bytes among them if need be
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_pushlstring lapi.c:445
    public void pushLString(byte[] bytes) {
        pushLString(bytes, 0, bytes.length);
    }

    /// Pushes a string.
    ///
    /// @param bytes where its bytes are
    /// @param offset of the first one
    /// @param length how many
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_pushlstring lapi.c:445
    public void pushLString(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        enterToPush();
        checkGC();
        pushed(Strings.intern(this, bytes, offset, length), TValue.STRING);
    }

    /// Pushes a text, in UTF-8.
    ///
    /// `Differs from Lua:` a zero character does not end it.
    ///
    /// @param text the text, null for nil
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_pushstring lapi.c:454
    public void pushString(@Nullable String text) {
        if (text == null) {
            pushNil();
            return;
        }
        enterToPush();
        checkGC();
        pushed(Strings.intern(this, text), TValue.STRING);
    }

    /// Pushes a formatted text.
    ///
    /// @param format with `%s` (a string), `%d` (an `int`), `%f` (a `double`), `%c` (a `char`), `%p` (a `long`) and `%%`
    /// @param arguments one for each
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_pushfstring lapi.c:473
    public void pushFString(String format, Object... arguments) {
        enterToPush();
        checkGC();
        Text.pushFString(this, format, arguments);
    }

    /// Pops upvalues and pushes a function of the host that has them.
    ///
    /// @param function the function
    /// @param n how many upvalues, up to 255
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_pushcclosure lapi.c:486
    public void pushCClosure(LuaFunction function, int n) {
        Objects.requireNonNull(function, "function");
        long l = n == 0 ? enterToPush() : enter();
        requireValues(l, n);
        if (n > MAXUPVALUES)
            throw new IllegalArgumentException("too many upvalues: upvalues=" + n + ", limit=" + MAXUPVALUES);
        checkGC();
        long c = Functions.newCClosure(this, function, n, currentEnv(l));
        long first = LuaThread.top(l) - n * TValue.SIZE;
        for (int i = 0; i < n; i++)
            TValue.copy(first + i * TValue.SIZE, Closure.upvalue(c, i));
        LuaThread.setTop(l, first);
        pushed(c, TValue.FUNCTION);
    }

    private static final int MAXUPVALUES = 255;

    /// Pushes a function of the host.
    ///
    /// @param function the function
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_pushcfunction lua.h:260
    public void pushCFunction(LuaFunction function) {
        pushCClosure(function, 0);
    }

    /// Pushes an empty table.
    ///
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @lua lua_newtable lua.h:256
    public void newTable() {
        createTable(0, 0);
    }

    /// Pushes an empty table with room.
    ///
    /// @param narr values in the array part
    /// @param nrec nodes in the hash part, rounded up to a power of 2
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @throws org.lmem.core.LuaRuntimeException where there would be more than 2^26 nodes
    /// @lua lua_createtable lapi.c:578
    public void createTable(int narr, int nrec) {
        enterToPush();
        checkGC();
        pushed(Tables.create(this, narr, nrec), TValue.TABLE);
    }

    /// Pushes a userdata with a block of the host's, contents undefined.
    ///
    /// @param size bytes, unsigned
    /// @return the address of its block
    /// @throws org.lmem.core.LuaMemoryException where the memory cannot be had
    /// @throws org.lmem.core.LuaRuntimeException where the size cannot be computed
    /// @lua lua_newuserdata lapi.c:1025
    public long newUserdata(long size) {
        long l = enterToPush();
        checkGC();
        long u = Strings.newUserdata(this, size, currentEnv(l));
        pushed(u, TValue.USERDATA);
        return Udata.payload(u);
    }

    // -------------------------------------------------------------------------------------------------------- calls

    /// Calls a function: it and its arguments are popped, its results pushed.
    ///
    /// @param nargs how many arguments, above the function
    /// @param nresults how many results are wanted, or [#MULTRET]
    /// @lua lua_call lapi.c:776
    public void call(int nargs, int nresults) {
        long l = enter();
        Calls.call(this, calledSlot(l, nargs, nresults), nresults);
        adjustResults(l, nresults);
    }

    private long calledSlot(long l, int nargs, int nresults) {
        requireValues(l, Math.max(nargs, -1) + 1);
        if (nargs < 0 || nresults < MULTRET)
            throw new IllegalArgumentException(
                    "no number of values: nargs=" + nargs + ", nresults=" + nresults);
        if (nresults > nargs)
            requireRoom(CallInfo.top(LuaThread.ci(l)) - LuaThread.top(l), nresults - nargs);
        return LuaThread.top(l) - (nargs + 1) * TValue.SIZE;
    }

    /// @lua adjustresults lapi.c:768
    private static void adjustResults(long l, int nresults) {
        if (nresults == MULTRET && LuaThread.top(l) >= CallInfo.top(LuaThread.ci(l)))
            CallInfo.setTop(LuaThread.ci(l), LuaThread.top(l));
    }

    /// Calls a function; an error ends the call, and is the only value pushed then.
    ///
    /// @param nargs how many arguments, above the function
    /// @param nresults how many results are wanted, or [#MULTRET]
    /// @return how it ended
    public LuaStatus pcall(int nargs, int nresults) {
        return pcall(nargs, nresults, 0);
    }

    /// Calls a function; an error ends the call, and is the only value pushed then.
    ///
    /// @param nargs how many arguments, above the function
    /// @param nresults how many results are wanted, or [#MULTRET]
    /// @param errfunc index of a message handler on the stack, which gets each run-time error and returns another one; 0 for
    ///   none
    /// @return how it ended
    /// @lua lua_pcall lapi.c:805
    public LuaStatus pcall(int nargs, int nresults, int errfunc) {
        long l = enter();
        long func = calledSlot(l, nargs, nresults) - LuaThread.stack(l);
        long handler = errfunc == 0 ? 0 : handlerSlot(l, errfunc) - LuaThread.stack(l);
        LuaStatus status = Calls.protectedCall(this,
                state -> Calls.call(state, LuaThread.stack(state.address) + func, nresults), func, handler);
        adjustResults(l, nresults);
        return status;
    }

    private long handlerSlot(long l, int errfunc) {
        if (errfunc <= REGISTRYINDEX)
            throw new IllegalArgumentException("a pseudo-index is not on the stack: index=" + errfunc);
        return validAt(l, errfunc);
    }

    /// Calls a function of the host with nothing on its stack but a light userdata.
    ///
    /// @param function the function
    /// @param ud its argument
    /// @return how it ended; an error is pushed, results are not
    /// @lua lua_cpcall lapi.c:850
    public LuaStatus cpcall(LuaFunction function, long ud) {
        Objects.requireNonNull(function, "function");
        long l = enter();
        return Calls.protectedCall(this, state -> callWith(function, ud), LuaThread.top(l) - LuaThread.stack(l), 0);
    }

    /// Calls a function of the host with a null pointer as its argument.
    ///
    /// @param function the function
    /// @return how it ended; an error is pushed, results are not
    public LuaStatus cpcall(LuaFunction function) {
        return cpcall(function, NULL);
    }

    /// The two slots are among those that every stack has to spare.
    ///
    /// @lua f_Ccall lapi.c:837
    private void callWith(LuaFunction function, long ud) {
        long l = address;
        long c = Functions.newCClosure(this, function, 0, currentEnv(l));
        pushed(c, TValue.FUNCTION);
        pushed(ud, TValue.LIGHTUSERDATA);
        Calls.call(this, LuaThread.top(l) - 2 * TValue.SIZE, 0);
    }

    /// Raises the topmost value as an error.
    ///
    /// @return never; the type lets a function end with `return state.error();`
    /// @throws org.lmem.core.LuaRuntimeException always
    /// @lua lua_error lapi.c:964
    public int error() {
        requireValues(enter(), 1);
        throw Errors.errorMessage(this, "");
    }

    // ------------------------------------------------------------------------------------------------------- strings

    /// Pops values and pushes their concatenation: strings and numbers by themselves, others by `__concat`.
    ///
    /// @param n how many; 0 gives the empty string, 1 leaves the value as it is
    /// @throws org.lmem.core.LuaRuntimeException where a value cannot be concatenated
    /// @lua lua_concat lapi.c:990
    public void concat(int n) {
        long l = n == 0 ? enterToPush() : enter();
        requireValues(l, n);
        if (n >= 2) {
            checkGC();
            Machine.concat(this, n, Text.lastIndex(l));
            LuaThread.setTop(l, LuaThread.top(l) - (n - 1) * TValue.SIZE);
        } else if (n == 0) {
            pushed(Strings.intern(this, ""), TValue.STRING);
        }
    }

    /// A buffer that builds a string piece by piece.
    ///
    /// @return the buffer, empty
    /// @lua luaL_buffinit lauxlib.c:472
    public LuaBuffer buffer() {
        enter();
        return new LuaBuffer(this);
    }

    // ------------------------------------------------------------------------------------------------------ userdata

    /// Copies bytes into the block of a userdata.
    ///
    /// @param index of the userdata
    /// @param offset in its block
    /// @param bytes what to copy
    /// @throws IndexOutOfBoundsException where the block does not hold them
    public void writeUserdata(int index, long offset, byte... bytes) {
        long u = userdataAt(index, offset, bytes.length);
        RawMemory.copyIn(bytes, 0, u, bytes.length);
    }

    /// A copy of bytes of the block of a userdata.
    ///
    /// @param index of the userdata
    /// @param offset in its block
    /// @param length how many
    /// @return the bytes
    /// @throws IndexOutOfBoundsException where the block does not hold them
    public byte[] readUserdata(int index, long offset, int length) {
        long u = userdataAt(index, offset, length);
        byte[] bytes = new byte[length];
        RawMemory.copyOut(u, bytes, 0, length);
        return bytes;
    }

    private long userdataAt(int index, long offset, int length) {
        long o = at(enter(), index);
        if (TValue.tag(o) != TValue.USERDATA)
            throw new IllegalArgumentException("no full userdata: index=" + index + ", type=" + typeOf(o).luaName());
        Objects.checkFromIndexSize(offset, length, Udata.len(TValue.object(o)));
        return Udata.payload(TValue.object(o)) + offset;
    }

    // ------------------------------------------------------------------------------------------ collector and allocator

    /// Controls the collector.
    ///
    /// `Differs from Lua:` C takes a number for the option and answers −1 to one that it does not know.
    ///
    /// @param option what to do
    /// @param data its argument, any number: kilobytes for [GCOption#STEP], per cent for the two that set
    /// @return the option's result
    /// @throws org.lmem.core.LuaException where a finaliser raises an error, or the memory to shrink the string table cannot
    ///   be had; a later collection goes on where this one stopped
    /// @lua lua_gc lapi.c:899
    public int gc(GCOption option, int data) {
        enter();
        long g = global.address;
        return switch (option) {
            case STOP -> {
                global.tuning.stopped = true;
                Global.setThreshold(g, Collector.NEVER);
                yield 0;
            }
            case RESTART -> {
                global.tuning.stopped = false;
                Global.setThreshold(g, Collector.paced(global));
                yield 0;
            }
            case COLLECT -> {
                Collector.collect(this);
                Collector.stayStopped(global);
                yield 0;
            }
            case COUNT -> gcCount();
            case COUNTB -> gcCountB();
            case STEP -> {
                boolean ended = Collector.stepBy(this, data);
                Collector.stayStopped(global);
                yield ended ? 1 : 0;
            }
            case SETPAUSE -> setPause(data);
            case SETSTEPMUL -> setStepMultiplier(data);
        };
    }

    /// The bytes in use, in kilobytes.
    ///
    /// @return whole kilobytes
    /// @lua LUA_GCCOUNT lapi.c:917
    public int gcCount() {
        enter();
        return (int) (memory.totalBytes() >>> 10);
    }

    /// The bytes in use that [#gcCount] leaves out.
    ///
    /// @return 0 to 1023
    /// @lua LUA_GCCOUNTB lapi.c:922
    public int gcCountB() {
        enter();
        return (int) (memory.totalBytes() & 0x3FF);
    }

    /// The memory manager of the state, which counts its bytes and knows its allocator.
    ///
    /// @return the manager; whoever obtains blocks from it gives them back before the state is closed
    public LuaMemory memory() {
        enter();
        return memory;
    }

    /// Stops the collector: it does not work by itself from now on.
    ///
    /// @lua LUA_GCSTOP lapi.c:905
    public void stopCollector() {
        gc(GCOption.STOP, 0);
    }

    /// Lets the collector work again, beginning at the next safe point.
    ///
    /// @lua LUA_GCRESTART lapi.c:909
    public void restartCollector() {
        gc(GCOption.RESTART, 0);
    }

    /// Sets how long the collector waits between two cycles.
    ///
    /// @param percent of the live bytes; 200 waits until memory has doubled
    /// @return what was set before
    /// @lua LUA_GCSETPAUSE lapi.c:941
    public int setPause(int percent) {
        enter();
        int old = Global.pause(global.address);
        Global.setPause(global.address, percent);
        return old;
    }

    /// Sets how much the collector does for what is allocated.
    ///
    /// @param percent of the bytes allocated
    /// @return what was set before
    /// @lua LUA_GCSETSTEPMUL lapi.c:946
    public int setStepMultiplier(int percent) {
        enter();
        int old = Global.stepMultiplier(global.address);
        Global.setStepMultiplier(global.address, percent);
        return old;
    }

    /// The collector, to be watched, and to be tuned beyond 5.1.5's two figures.
    ///
    /// @return the collector of the whole state, as this thread sees it
    public LuaCollector collector() {
        enter();
        return new LuaCollector(this);
    }

    /// The allocator of the state.
    ///
    /// @return the allocator in use
    /// @lua lua_getallocf lapi.c:1007
    public LuaAlloc getAllocF() {
        enter();
        return memory.allocator();
    }

    /// Changes the allocator. The new one has to be able to resize and free the blocks of the old one.
    ///
    /// @param alloc the allocator from now on
    /// @lua lua_setallocf lapi.c:1017
    public void setAllocF(LuaAlloc alloc) {
        enter();
        memory.setAllocator(alloc);
    }

    @Override
    public String toString() {
        return "LuaState[address=" + Messages.hex(address) + (isDead() ? ", dead]" : "]");
    }
}
