package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import java.util.function.Consumer;
import org.lmem.core.LuaException;
import org.lmem.core.LuaStatus;

/// The last words of userdata: `__gc`.
///
/// ```
///   main thread ─► u5 ─► u4 ─► u3 ─► 0          separate          Global.lastToFinalize ─► u3
///                  dead        dead              ──────►                                    │ ▲
///   main thread ─► u4 ─► 0                                                                  ▼ │
///                                                                                  first:  u5 ┘
/// ```
///
/// A userdata whose metatable has `__gc` when it is found dead is not freed but put at the end of a ring. Its finaliser is
/// called in the last phase; then it is an ordinary userdata again, but for a mark that it was finalised: it is freed by
/// a later cycle without another call, unless the finaliser has made it reachable.
///
/// - `inv.once`: a finaliser is called once for a userdata, newest userdata first.
/// - `inv.preserved`: what a userdata on the ring refers to is alive until its finaliser has returned.
final class Finalizers {
    private Finalizers() {}

    /// Moves the userdata that are to be finalised to the ring: all white ones, or simply all.
    ///
    /// `Differs from Lua:` a sweep that stands at one of them goes on behind the one before. In 5.1.5 it follows it into the
    /// ring, when a finaliser of a state that is closed has the collector work.
    ///
    /// @return the bytes of those moved
    /// @lua luaC_separateudata lgc.c:128
    static long separate(long g, boolean all) {
        long bytes = 0;
        long previous = Global.mainThread(g);
        for (long u = GCHeader.next(previous); u != NULL; u = GCHeader.next(previous)) {
            if ((!all && !GCHeader.isWhite(u)) || GCHeader.test(u, GCHeader.FINALIZED)) {
                previous = u;
                continue;
            }
            GCHeader.set(u, GCHeader.FINALIZED);
            if (TagMethods.fast(g, Udata.metatable(u), TagMethods.GC) == NULL) {
                previous = u; // nothing to call
                continue;
            }
            bytes += Udata.sizeOf(Udata.len(u));
            GCHeader.setNext(previous, GCHeader.next(u));
            if (Global.sweepLink(g) == u + GCHeader.NEXT)
                Global.setSweepLink(g, previous + GCHeader.NEXT);
            append(g, u);
        }
        return bytes;
    }

    private static void append(long g, long u) {
        long last = Global.lastToFinalize(g);
        if (last == NULL) {
            GCHeader.setNext(u, u);
        } else {
            GCHeader.setNext(u, GCHeader.next(last));
            GCHeader.setNext(last, u);
        }
        Global.setLastToFinalize(g, u);
    }

    /// Marks what is on the ring. It may be marked already, where a cycle left it behind.
    ///
    /// @lua marktmu lgc.c:113
    static void markAll(long g) {
        long last = Global.lastToFinalize(g);
        if (last == NULL)
            return;
        long gray = Global.gray(g);
        long u = last;
        do {
            u = GCHeader.next(u);
            Collector.makeWhite(g, u);
            gray = Marker.reach(u, gray);
        } while (u != last);
        Global.setGray(g, gray);
    }

    /// Calls the finalisers of all userdata that wait.
    ///
    /// @lua luaC_callGCTM lgc.c:477
    static void callAll(LuaState state) {
        while (Global.lastToFinalize(state.global.address) != NULL)
            callNext(state);
    }

    /// Calls the finaliser of the first userdata that waits, which is an ordinary object again before that.
    ///
    /// `Differs from Lua:` one that has been marked keeps its mark (when the state is closed, all are called, reachable or
    /// not). 5.1.5 makes it white behind the back of what refers to it; if a finaliser has the collector finish the cycle,
    /// the userdata is freed, and the reference to it stays.
    ///
    /// @lua GCTM lgc.c:445
    static void callNext(LuaState state) {
        long g = state.global.address;
        long u = takeFirst(g);
        long main = Global.mainThread(g);
        GCHeader.setNext(u, GCHeader.next(main));
        GCHeader.setNext(main, u);
        if (Global.phase(g) != Phase.PROPAGATE)
            Collector.makeWhite(g, u); // inv.tricolor: not while marks count
        long tm = TagMethods.fast(g, Udata.metatable(u), TagMethods.GC);
        if (tm != NULL)
            call(state, tm, u);
    }

    private static long takeFirst(long g) {
        long last = Global.lastToFinalize(g);
        long first = GCHeader.next(last);
        if (first == last)
            Global.setLastToFinalize(g, NULL);
        else
            GCHeader.setNext(last, GCHeader.next(first));
        return first;
    }

    /// `Differs from Lua:` where it was chosen ([LuaCollector#isolateFinalizerErrors]) an error ends here. 5.1.5 lets it
    /// through to whoever caused the step, and leaves the threshold where it is.
    private static void call(LuaState state, long tm, long u) {
        GlobalState global = state.global;
        long g = global.address;
        long threshold = Global.threshold(g);
        Global.setThreshold(g, 2 * state.memory.totalBytes()); // no step meanwhile
        global.finalizing++;
        try {
            if (global.tuning.finalizerErrors == null)
                callNow(state, tm, u);
            else
                callIsolated(state, tm, u, global.tuning.finalizerErrors);
        } catch (LuaException e) {
            Watch.finalizerError(global, e);
            throw e;
        } finally {
            global.finalizing--;
        }
        Global.setThreshold(g, threshold);
    }

    private static void callNow(LuaState state, long tm, long u) {
        long l = state.address;
        boolean hooks = LuaThread.allowsHooks(l);
        LuaThread.setAllowsHooks(l, false);
        long top = LuaThread.top(l);
        TValue.copy(tm, top);
        TValue.set(top + TValue.SIZE, u, TValue.USERDATA);
        LuaThread.setTop(l, top + 2 * TValue.SIZE);
        Calls.call(state, top, 0);
        LuaThread.setAllowsHooks(l, hooks);
    }

    private static void callIsolated(LuaState state, long tm, long u, Consumer<LuaException> handler) {
        long l = state.address;
        long top = LuaThread.top(l) - LuaThread.stack(l);
        LuaException[] error = new LuaException[1];
        if (Calls.protectedCall(state, s -> callNoting(s, tm, u, error), top, 0) == LuaStatus.OK)
            return;
        LuaThread.setTop(l, LuaThread.stack(l) + top);
        Watch.finalizerError(state.global, error[0]);
        handler.accept(error[0]);
    }

    private static void callNoting(LuaState state, long tm, long u, LuaException[] error) {
        try {
            callNow(state, tm, u);
        } catch (LuaException e) {
            error[0] = e;
            throw e;
        }
    }
}
