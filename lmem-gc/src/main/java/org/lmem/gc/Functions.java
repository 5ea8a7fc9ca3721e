package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putLong;

import org.lmem.core.LuaMemory;

/// Closures, upvalues and prototypes: `lfunc.c`.
///
/// ```
///   thread.openupval ─► UpVal ─► UpVal ─► 0            by falling stack slot
///   Global.uvhead   ⇄  UpVal  ⇄  UpVal  ⇄ …            all open ones of all threads, a ring
/// ```
///
/// @lua lfunc lfunc.c
final class Functions {
    private Functions() {}

    /// A host function with room for upvalues.
    ///
    /// @lua luaF_newCclosure lfunc.c:23
    static long newCClosure(LuaState state, LuaFunction function, int upvalues, long env) {
        long c = newClosure(state, Closure.sizeOfC(upvalues), upvalues, env);
        Closure.setC(c, true);
        Closure.setFunction(c, state.global.functions.retain(function));
        return c;
    }

    /// A Lua function whose upvalues are not there yet.
    ///
    /// @lua luaF_newLclosure lfunc.c:33
    static long newLuaClosure(LuaState state, long proto, int upvalues, long env) {
        long c = newClosure(state, Closure.sizeOfLua(upvalues), upvalues, env);
        Closure.setC(c, false);
        Closure.setProto(c, proto);
        for (int i = 0; i < upvalues; i++)
            Closure.setUpval(c, i, NULL);
        return c;
    }

    private static long newClosure(LuaState state, long size, int upvalues, long env) {
        long c = Memory.malloc(state, size);
        Collector.link(state.global.address, c, TValue.FUNCTION);
        Closure.setEnv(c, env);
        Closure.setCountUpvalues(c, upvalues);
        return c;
    }

    /// An upvalue with a value of its own, nil.
    ///
    /// @lua luaF_newupval lfunc.c:44
    static long newUpval(LuaState state) {
        long uv = Memory.malloc(state, UpVal.SIZE);
        Collector.link(state.global.address, uv, TValue.UPVAL);
        UpVal.setV(uv, UpVal.ownValue(uv));
        TValue.setNil(UpVal.v(uv));
        return uv;
    }

    /// The open upvalue of a stack slot; there is at most one.
    ///
    /// @lua luaF_findupval lfunc.c:53
    static long findUpval(LuaState state, long slot) {
        long g = state.global.address;
        long l = state.address;
        long o = firstAtOrBelow(l, slot);
        if (o != NULL && UpVal.v(o) == slot) {
            if (Global.isDead(g, o)) // waits to be swept?
                GCHeader.changeWhite(o);
            return o;
        }
        long uv = Memory.malloc(state, UpVal.SIZE);
        GCHeader.setHead(uv, TValue.UPVAL, Global.newWhite(g));
        UpVal.setV(uv, slot);
        insertOpen(l, uv);
        linkOpen(Global.openUpvals(g), uv);
        return uv;
    }

    private static long firstAtOrBelow(long l, long slot) {
        long o = LuaThread.openUpval(l);
        while (o != NULL && Long.compareUnsigned(UpVal.v(o), slot) > 0)
            o = GCHeader.next(o);
        return o;
    }

    /// Keeps the thread's list in the order of falling slots.
    private static void insertOpen(long l, long uv) {
        long link = l + LuaThread.OPENUPVAL;
        long o = getLong(link);
        while (o != NULL && Long.compareUnsigned(UpVal.v(o), UpVal.v(uv)) > 0) {
            link = o + GCHeader.NEXT;
            o = getLong(link);
        }
        GCHeader.setNext(uv, o);
        putLong(link, uv);
    }

    private static void linkOpen(long head, long uv) {
        long first = UpVal.nextOpen(head);
        UpVal.setPreviousOpen(uv, head);
        UpVal.setNextOpen(uv, first);
        UpVal.setPreviousOpen(first, uv);
        UpVal.setNextOpen(head, uv);
    }

    /// @lua unlinkupval lfunc.c:82
    private static void unlinkOpen(long uv) {
        UpVal.setPreviousOpen(UpVal.nextOpen(uv), UpVal.previousOpen(uv));
        UpVal.setNextOpen(UpVal.previousOpen(uv), UpVal.nextOpen(uv));
    }

    /// @lua luaF_freeupval lfunc.c:89
    static void freeUpval(LuaMemory memory, long uv) {
        if (UpVal.isOpen(uv))
            unlinkOpen(uv);
        memory.freeMem(uv, UpVal.SIZE);
    }

    /// Closes all upvalues of a thread from a stack slot upwards: each takes its value along.
    ///
    /// @lua luaF_close lfunc.c:96
    static void close(GlobalState global, long l, long level) {
        long g = global.address;
        for (long uv = LuaThread.openUpval(l); uv != NULL
                && Long.compareUnsigned(UpVal.v(uv), level) >= 0; uv = LuaThread
                        .openUpval(l)) {
            LuaThread.setOpenUpval(l, GCHeader.next(uv));
            if (Global.isDead(g, uv)) {
                freeUpval(global.memory, uv);
            } else {
                unlinkOpen(uv);
                TValue.copy(UpVal.v(uv), UpVal.ownValue(uv));
                UpVal.setV(uv, UpVal.ownValue(uv));
                Collector.linkUpval(g, uv);
            }
        }
    }

    /// A prototype without code.
    ///
    /// @lua luaF_newproto lfunc.c:115
    static long newProto(LuaState state) {
        long p = Memory.malloc(state, Proto.SIZE);
        Collector.link(state.global.address, p, TValue.PROTO);
        Proto.clear(p);
        return p;
    }

    /// @lua luaF_freeproto lfunc.c:141
    static void freeProto(LuaMemory memory, long p) {
        for (Proto.Vector v : Proto.Vector.ALL)
            memory.reallocv(v.address(p), v.count(p), 0, v.elementSize);
        memory.freeMem(p, Proto.SIZE);
    }

    /// @lua luaF_freeclosure lfunc.c:152
    static void freeClosure(GlobalState global, long c) {
        long size = Closure.sizeOf(c);
        if (Closure.isC(c))
            global.functions.release(Closure.function(c));
        global.memory.freeMem(c, size);
    }
}
