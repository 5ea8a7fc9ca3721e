package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;

/// The stack, calls, and the way back from errors: `ldo.c`.
///
/// A jump of C's is a [LuaException] here. It ends at a recovery point of its thread, that is in [#protectedCall]; where
/// there is none it reaches the Java caller.
///
/// `Differs from Lua:` without a recovery point C calls the panic function and ends the process. Here the panic function
/// is called, too, but then every call on the way out gives its stack slots back and the state can be used on.
///
/// @lua ldo ldo.c
final class Calls {
    /// The most calls in progress. @lua LUAI_MAXCALLS luaconf.h:435
    static final int MAXCALLS = 20000;
    /// The most host functions in progress. @lua LUAI_MAXCCALLS luaconf.h:468
    static final int MAXCCALLS = 200;
    /// The slots that a host function finds free. @lua LUA_MINSTACK lua.h:89
    static final int MINSTACK = 20;
    /// The slots behind the last one that is given out. @lua EXTRA_STACK lstate.h:29
    static final int EXTRA_STACK = 5;

    static final String ERRORERRORMSG = "error in error handling";

    /// What [#protectedCall] runs.
    @FunctionalInterface
    interface Body {
        void run(LuaState state);
    }

    private Calls() {}

    // ------------------------------------------------------------------------------------------------------ errors

    static boolean isProtected(LuaState state) {
        return LuaThread.protectedCalls(state.address) != 0;
    }

    /// Called with every error that a thread is about to throw.
    ///
    /// @return the same error, to stand behind `throw`
    /// @lua luaD_throw ldo.c:94
    static LuaException raise(LuaState state, LuaException e) {
        if (!isProtected(state))
            panic(state, e);
        return e;
    }

    /// The error value is on top of the stack while the panic function runs, and gone afterwards.
    private static void panic(LuaState state, LuaException e) {
        long l = state.address;
        long g = state.global.address;
        boolean hasValue = e instanceof LuaError error && error.status() == LuaStatus.ERRRUN;
        long top = LuaThread.top(l) - (hasValue ? TValue.SIZE : 0) - LuaThread.stack(l);
        if (Global.panic(g) != NULL) {
            if (!hasValue)
                setErrorValue(state, e, LuaThread.top(l));
            state.global.functions.get(Global.panic(g)).call(state);
        }
        LuaThread.setTop(l, LuaThread.stack(l) + top);
    }

    /// Leaves the error value in a slot and the top above it.
    ///
    /// @lua luaD_seterrorobj ldo.c:51
    private static void setErrorValue(LuaState state, LuaException e, long slot) {
        long l = state.address;
        long thrown = LuaThread.top(l) - TValue.SIZE;
        LuaThread.setTop(l, slot);
        if (e instanceof LuaMemoryException)
            TValue.set(slot, Strings.intern(state, LuaMemory.MEMERRMSG), TValue.STRING);
        else if (e.status() == LuaStatus.ERRERR)
            TValue.set(slot, Strings.intern(state, ERRORERRORMSG), TValue.STRING);
        else if (e instanceof LuaError error && error.isFrom(state))
            TValue.copy(thrown, slot);
        else // raised by Java code or by another thread
            TValue.set(slot, Strings.intern(state, e.luaMessage()), TValue.STRING);
        LuaThread.setTop(l, slot + TValue.SIZE);
    }

    /// After an overflow of calls was handled the vector goes back to its limit.
    ///
    /// @lua restore_stack_limit ldo.c:71
    private static void restoreStackLimit(LuaState state) {
        long l = state.address;
        if (LuaThread.sizeCI(l) > MAXCALLS && callsInUse(l) + 1 < MAXCALLS)
            reallocCI(state, l, MAXCALLS);
    }

    private static int callsInUse(long l) {
        return (int) ((LuaThread.ci(l) - LuaThread.baseCI(l)) / CallInfo.SIZE);
    }

    // ------------------------------------------------------------------------------------------- stack and CallInfo

    /// Everything that points into the stack follows it.
    ///
    /// @lua correctstack ldo.c:126
    private static void correctStack(long l, long moved) {
        LuaThread.setTop(l, LuaThread.top(l) + moved);
        for (long uv = LuaThread.openUpval(l); uv != NULL; uv = GCHeader.next(uv))
            UpVal.setV(uv, UpVal.v(uv) + moved);
        for (long ci = LuaThread.baseCI(l); ci <= LuaThread.ci(l); ci += CallInfo.SIZE) {
            CallInfo.setTop(ci, CallInfo.top(ci) + moved);
            CallInfo.setBase(ci, CallInfo.base(ci) + moved);
            CallInfo.setFunc(ci, CallInfo.func(ci) + moved);
        }
        LuaThread.setBase(l, LuaThread.base(l) + moved);
    }

    /// @lua luaD_reallocstack ldo.c:141
    static void reallocStack(LuaState state, long l, int newSize) {
        long old = LuaThread.stack(l);
        int realSize = newSize + 1 + EXTRA_STACK;
        long stack = Memory.reallocv(state, old, LuaThread.stackSize(l), realSize, TValue.SIZE);
        LuaThread.setStack(l, stack);
        LuaThread.setStackSize(l, realSize);
        LuaThread.setStackLast(l, stack + newSize * TValue.SIZE);
        correctStack(l, stack - old);
    }

    /// @lua luaD_reallocCI ldo.c:152
    static void reallocCI(LuaState state, long l, int newSize) {
        long old = LuaThread.baseCI(l);
        long calls = Memory.reallocv(state, old, LuaThread.sizeCI(l), newSize, CallInfo.SIZE);
        LuaThread.setBaseCI(l, calls);
        LuaThread.setSizeCI(l, newSize);
        LuaThread.setCI(l, LuaThread.ci(l) - old + calls);
        LuaThread.setEndCI(l, calls + (newSize - 1) * CallInfo.SIZE);
    }

    /// Room for some more values; doubles the stack at least.
    ///
    /// @lua luaD_checkstack ldo.h:16
    static void checkStack(LuaState state, int n) {
        if (lacksStack(state.address, n))
            growStack(state, n);
    }

    private static boolean lacksStack(long l, int n) {
        return LuaThread.stackLast(l) - LuaThread.top(l) <= n * TValue.SIZE;
    }

    /// @lua luaD_growstack ldo.c:161
    private static void growStack(LuaState state, int n) {
        int size = LuaThread.stackSize(state.address);
        reallocStack(state, state.address, n <= size ? 2 * size : size + n);
    }

    /// @lua incr_top ldo.h:22
    static void incrementTop(LuaState state) {
        checkStack(state, 1);
        LuaThread.setTop(state.address, LuaThread.top(state.address) + TValue.SIZE);
    }

    /// A record for one more call.
    ///
    /// @lua inc_ci ldo.c:260
    private static long nextCI(LuaState state) {
        long l = state.address;
        long ci = LuaThread.ci(l);
        if (ci == LuaThread.endCI(l)) {
            growCI(state);
            ci = LuaThread.ci(l);
        }
        LuaThread.setCI(l, ci + CallInfo.SIZE);
        return ci + CallInfo.SIZE;
    }

    /// @lua growCI ldo.c:169
    private static void growCI(LuaState state) {
        int size = LuaThread.sizeCI(state.address);
        if (size > MAXCALLS) // overflow while an overflow is being handled?
            throw Errors.inHandler(state);
        reallocCI(state, state.address, 2 * size);
        if (2 * size > MAXCALLS)
            throw Errors.runError(state, "calls=" + size + ", limit=" + MAXCALLS, "stack overflow");
    }

    // ------------------------------------------------------------------------------------------------------- calls

    /// Calls the value in a slot with the arguments above it; the results take their place. When an error passes that no
    /// protected call receives, the stack is as before the call, but for function and arguments.
    ///
    /// @lua luaD_call ldo.c:370
    static void call(LuaState state, long func, int results) {
        Frame frame = isProtected(state) ? null : new Frame(state, func - LuaThread.stack(state.address));
        try {
            callCounted(state, func, results);
        } catch (RuntimeException | Error e) {
            if (frame != null) // nobody else does it
                frame.restore(state);
            throw e;
        }
    }

    private static void callCounted(LuaState state, long func, int results) {
        long l = state.address;
        int nested = LuaThread.nestedCalls(l) + 1;
        LuaThread.setNestedCalls(l, nested);
        if (nested >= MAXCCALLS)
            tooManyCalls(state, nested);
        run(state, func, results);
        LuaThread.setNestedCalls(l, LuaThread.nestedCalls(l) - 1);
        state.checkGC();
    }

    private static void tooManyCalls(LuaState state, int nested) {
        if (nested == MAXCCALLS)
            throw Errors.runError(state, "calls=" + nested, "C stack overflow");
        if (nested >= MAXCCALLS + MAXCCALLS / 8)
            throw Errors.inHandler(state);
    }

    /// Runs a host function; `luaD_precall`, the function itself, `luaD_poscall`.
    ///
    /// @lua luaD_precall ldo.c:265
    private static void run(LuaState state, long called, int results) {
        long l = state.address;
        long func = TValue.isFunction(called) ? called : callableMethod(state, called);
        LuaFunction function = state.global.functions.get(Closure.function(TValue.object(func)));
        if (lacksStack(l, MINSTACK)) {
            long offset = func - LuaThread.stack(l);
            growStack(state, MINSTACK);
            func = LuaThread.stack(l) + offset;
        }
        enter(l, nextCI(state), func, results);
        finish(l, state.checkedResults(invoke(state, function)));
    }

    private static void enter(long l, long ci, long func, int results) {
        CallInfo.setFunc(ci, func);
        CallInfo.setBase(ci, func + TValue.SIZE);
        LuaThread.setBase(l, func + TValue.SIZE);
        CallInfo.setTop(ci, LuaThread.top(l) + MINSTACK * TValue.SIZE);
        CallInfo.setWantedResults(ci, results);
    }

    private static int invoke(LuaState state, LuaFunction function) {
        GlobalState global = state.global;
        global.running++;
        try {
            return function.call(state);
        } finally {
            global.running--;
        }
    }

    /// Puts the metamethod of a value that is no function below it.
    ///
    /// @lua tryfuncTM ldo.c:244
    private static long callableMethod(LuaState state, long called) {
        long l = state.address;
        long tm = TagMethods.of(state.global.address, TValue.bits(called), TValue.tag(called), TagMethods.CALL);
        if (!TValue.isFunction(tm))
            throw Errors.typeError(state, TValue.tag(called), "call");
        long offset = called - LuaThread.stack(l);
        for (long p = LuaThread.top(l); p > called; p -= TValue.SIZE)
            TValue.copy(p - TValue.SIZE, p);
        incrementTop(state);
        long func = LuaThread.stack(l) + offset;
        TValue.copy(tm, func);
        return func;
    }

    /// Moves the results to where the function was.
    ///
    /// @lua luaD_poscall ldo.c:343
    private static void finish(long l, int results) {
        long ci = LuaThread.ci(l);
        long top = LuaThread.top(l);
        long from = top - results * TValue.SIZE;
        long to = CallInfo.func(ci);
        int i = CallInfo.wantedResults(ci);
        LuaThread.setCI(l, ci - CallInfo.SIZE);
        LuaThread.setBase(l, CallInfo.base(ci - CallInfo.SIZE));
        for (; i != 0 && from < top; i--) {
            TValue.copy(from, to);
            from += TValue.SIZE;
            to += TValue.SIZE;
        }
        for (; i > 0; i--) {
            TValue.setNil(to);
            to += TValue.SIZE;
        }
        LuaThread.setTop(l, to);
    }

    // --------------------------------------------------------------------------------------------- protected calls

    /// Where a thread was when a call began, in distances that survive a move of the stack.
    private static final class Frame {
        private final long ci;
        private final int nested;
        private final boolean hooks;
        private final long handler;
        /// Where the error value, or nothing, goes.
        private final long oldTop;

        Frame(LuaState state, long oldTop) {
            long l = state.address;
            this.ci = LuaThread.ci(l) - LuaThread.baseCI(l);
            this.nested = LuaThread.nestedCalls(l);
            this.hooks = LuaThread.allowsHooks(l);
            this.handler = LuaThread.errorFunction(l);
            this.oldTop = oldTop;
        }

        /// @param e the error, null to leave no value
        private void restore(LuaState state, @Nullable LuaException e) {
            if (state.isDead())
                return;
            long l = state.address;
            long top = LuaThread.stack(l) + oldTop;
            Functions.close(state.global, l, top);
            try {
                if (e != null)
                    setErrorValue(state, e, top);
                else
                    LuaThread.setTop(l, top);
            } finally { // there may be no memory for the value
                LuaThread.setNestedCalls(l, nested);
                LuaThread.setCI(l, LuaThread.baseCI(l) + ci);
                LuaThread.setBase(l, CallInfo.base(LuaThread.ci(l)));
                LuaThread.setAllowsHooks(l, hooks);
                restoreStackLimit(state);
                LuaThread.setErrorFunction(l, handler);
            }
        }

        void restore(LuaState state) {
            restore(state, null);
        }
    }

    /// Runs something with a recovery point: an error ends it, and is left as a value at the old top.
    ///
    /// `Differs from Lua:` an exception that is no [LuaException] passes on, after the stack was restored.
    ///
    /// @param oldTop distance of the slot for the error value from the bottom of the stack
    /// @param handler distance of the message handler's slot, 0 for none
    /// @lua luaD_pcall ldo.c:456
    static LuaStatus protectedCall(LuaState state, Body body, long oldTop, long handler) {
        long l = state.address;
        Frame frame = new Frame(state, oldTop);
        long outer = LuaThread.protectedCalls(l);
        LuaThread.setErrorFunction(l, handler);
        LuaThread.setProtectedCalls(l, outer + 1);
        LuaException error = null;
        try {
            body.run(state);
        } catch (LuaException e) {
            error = e;
        } catch (RuntimeException | Error e) {
            frame.restore(state);
            throw e;
        } finally {
            LuaThread.setProtectedCalls(l, outer);
        }
        if (error != null)
            frame.restore(state, error);
        LuaThread.setErrorFunction(l, frame.handler);
        return error == null ? LuaStatus.OK : error.status();
    }
}
