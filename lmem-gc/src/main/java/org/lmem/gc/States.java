package org.lmem.gc;

import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.raw.RawMemory;

/// Making and closing states and threads: `lstate.c`.
///
/// @lua lstate lstate.c
final class States {
    /// The calls that a new thread has room for. @lua BASIC_CI_SIZE lstate.h:32
    static final int BASIC_CI_SIZE = 8;
    /// The slots of a new thread's stack, but for the extra ones. @lua BASIC_STACK_SIZE lstate.h:34
    static final int BASIC_STACK_SIZE = 2 * Calls.MINSTACK;

    private States() {}

    // ------------------------------------------------------------------------------------------------------ threads

    /// @lua stack_init lstate.c:42
    private static void initStack(LuaState state, long l) {
        long calls = Memory.newVector(state, BASIC_CI_SIZE, CallInfo.SIZE);
        LuaThread.setBaseCI(l, calls);
        LuaThread.setCI(l, calls);
        LuaThread.setSizeCI(l, BASIC_CI_SIZE);
        LuaThread.setEndCI(l, calls + (BASIC_CI_SIZE - 1) * CallInfo.SIZE);
        int size = BASIC_STACK_SIZE + Calls.EXTRA_STACK;
        long stack = Memory.newVector(state, size, TValue.SIZE);
        LuaThread.setStack(l, stack);
        LuaThread.setStackSize(l, size);
        LuaThread.setStackLast(l, stack + (size - Calls.EXTRA_STACK - 1) * TValue.SIZE);
        TValue.setNil(stack); // the place of the function, which the first call does not have
        long base = stack + TValue.SIZE;
        LuaThread.setTop(l, base);
        LuaThread.setBase(l, base);
        CallInfo.setFunc(calls, stack);
        CallInfo.setBase(calls, base);
        CallInfo.setTop(calls, base + Calls.MINSTACK * TValue.SIZE);
    }

    /// @lua freestack lstate.c:61
    private static void freeStack(LuaMemory memory, long l) {
        memory.reallocv(LuaThread.baseCI(l), LuaThread.sizeCI(l), 0, CallInfo.SIZE);
        memory.reallocv(LuaThread.stack(l), LuaThread.stackSize(l), 0, TValue.SIZE);
    }

    /// A thread without stack and calls; everything behind the head is zero.
    ///
    /// @lua preinit_state lstate.c:84
    private static void preinit(long l, long g) {
        RawMemory.fill(l + LuaThread.BODY, LuaThread.SIZE - LuaThread.BODY, (byte) 0);
        LuaThread.setGlobal(l, g);
        LuaThread.setAllowsHooks(l, true);
    }

    /// @lua luaE_newthread lstate.c:119
    static long newThread(LuaState state) {
        long g = state.global.address;
        long l = Memory.malloc(state, LuaThread.SIZE);
        Collector.link(g, l, TValue.THREAD);
        preinit(l, g);
        initStack(state, l);
        TValue.copy(LuaThread.globals(state.address), LuaThread.globals(l));
        return l;
    }

    /// @lua luaE_freethread lstate.c:134
    static void freeThread(GlobalState global, long l) {
        global.forget(l);
        Functions.close(global, l, LuaThread.stack(l));
        freeStack(global.memory, l);
        global.memory.freeMem(l, LuaThread.SIZE);
    }

    // ------------------------------------------------------------------------------------------------------- states

    /// A new state, or none and no memory lost.
    ///
    /// @lua lua_newstate lstate.c:143
    static LuaState newState(LuaMemory memory) {
        long l = memory.malloc(LG.SIZE);
        long g = LG.global(l);
        RawMemory.fill(l, LG.SIZE, (byte) 0);
        GCHeader.setType(l, TValue.THREAD);
        Global.setCurrentWhite(g, GCHeader.WHITE0 | GCHeader.FIXED);
        GCHeader.setMarked(l, Global.newWhite(g) | GCHeader.FIXED | GCHeader.SUPERFIXED);
        preinit(l, g);
        Global.setMainThread(g, l);
        UpVal.setPreviousOpen(Global.openUpvals(g), Global.openUpvals(g));
        UpVal.setNextOpen(Global.openUpvals(g), Global.openUpvals(g));
        Global.setPhase(g, Phase.PAUSE);
        Global.setRoot(g, l);
        Global.setSweepLink(g, g + Global.ROOTGC);
        Global.setPause(g, Collector.DEFAULT_PACE);
        Global.setStepMultiplier(g, Collector.DEFAULT_PACE);
        LuaState state = new LuaState(new GlobalState(memory, g), l);
        try {
            open(state);
        } catch (RuntimeException | Error e) {
            closeState(state);
            throw e;
        }
        return state;
    }

    /// What may fail for lack of memory.
    ///
    /// @lua f_luaopen lstate.c:70
    private static void open(LuaState state) {
        long g = state.global.address;
        initStack(state, state.address);
        TValue.set(LuaThread.globals(state.address), Tables.create(state, 0, 2), TValue.TABLE);
        TValue.set(Global.registry(g), Tables.create(state, 0, 2), TValue.TABLE);
        Strings.resize(state, Strings.MIN_BUCKETS);
        TagMethods.init(state);
        ReservedWords.init(state);
        Strings.fixed(state, LuaMemory.MEMERRMSG);
        Global.setThreshold(g, 4 * state.memory.totalBytes());
        state.global.register(state);
        if (state.memory.semantics().emergencyCollection())
            new LuaCollector(state).setEmergencyMode(EmergencyMode.ON_FAILURE);
    }

    /// Gives everything back, in 5.1.5's order, and closes the memory manager, which tells if something is left.
    ///
    /// @lua close_state lstate.c:105
    private static void closeState(LuaState state) {
        GlobalState global = state.global;
        LuaMemory memory = global.memory;
        long g = global.address;
        long l = state.address;
        global.forgetAll();
        Functions.close(global, l, LuaThread.stack(l));
        Sweeper.freeAll(state);
        memory.reallocv(Global.buckets(g), Global.countBuckets(g), 0, Long.BYTES);
        Buffers.free(memory, g);
        freeStack(memory, l);
        memory.freeMem(l, LG.SIZE);
        memory.close();
    }

    /// Calls all finalisers, whatever errors they raise, and frees everything.
    ///
    /// @param state the main thread
    /// @lua lua_close lstate.c:199
    static void close(LuaState state) {
        GlobalState global = state.global;
        long l = state.address;
        global.closing = true;
        Functions.close(global, l, LuaThread.stack(l));
        Finalizers.separate(global.address, true);
        Throwable failure = null;
        boolean again = true;
        while (again) {
            LuaThread.setCI(l, LuaThread.baseCI(l));
            LuaThread.setBase(l, CallInfo.base(LuaThread.ci(l)));
            LuaThread.setTop(l, LuaThread.base(l));
            LuaThread.setNestedCalls(l, 0);
            try {
                again = Calls.protectedCall(state, Finalizers::callAll, baseOffset(l), 0) != LuaStatus.OK;
            } catch (LuaException e) {
                again = true; // no memory for the error value
            } catch (RuntimeException | Error e) {
                failure = remember(failure, e);
            }
        }
        closeState(state);
        if (failure != null)
            rethrow(failure);
    }

    private static long baseOffset(long l) {
        return LuaThread.base(l) - LuaThread.stack(l);
    }

    private static Throwable remember(@Nullable Throwable first, Throwable next) {
        if (first == null)
            return next;
        first.addSuppressed(next);
        return first;
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error e)
            throw e;
        throw (RuntimeException) failure;
    }
}
