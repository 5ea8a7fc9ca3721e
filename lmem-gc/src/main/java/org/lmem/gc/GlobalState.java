package org.lmem.gc;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaMemory;

/// What Java has to know of a state as a whole: its memory manager, where its shared part is, and which Java objects
/// stand for its threads and functions.
///
/// Everything else is in [Global], off the heap.
final class GlobalState {
    final LuaMemory memory;
    /// Of the [Global].
    final long address;
    final FunctionTable functions = new FunctionTable();
    final boolean restoredTables;
    final boolean rejectedNegativeCounts;
    /// Room for counting the keys of a table by powers of 2 ([Rehash]).
    final int[] counts = new int[Rehash.MAXBITS + 1];
    /// How many host functions are running, in all threads.
    int running;
    boolean closing;
    /// Whether the collector is marking or sweeping right now.
    boolean working;
    /// How many finalisers are running, one inside another.
    int finalizing;
    /// Whether the collection in progress was asked for by a request that was refused.
    boolean emergency;
    /// Whether something was chosen that safe points have to look at.
    boolean attentive;
    /// Whether something was chosen that requests for memory have to look at.
    boolean guarded;
    /// The thread that asked for memory last, where [#guarded].
    @Nullable
    LuaState requester;
    /// The string that was interned last, 0 where it was freed: perhaps a key on its way.
    long youngestString;
    /// What userdata are said to hold outside of Lua's memory.
    long externalBytes;
    /// How many objects have been freed so far, and their blocks.
    long freedObjects;
    long freedBlocks;
    final Tuning tuning = new Tuning();
    final CycleBook cycle = new CycleBook();
    /// The watched way through the collector, where somebody watches.
    @Nullable
    Watch watch;
    private final Map<Long, LuaState> threads = new HashMap<>();

    GlobalState(LuaMemory memory, long address) {
        this.memory = memory;
        this.address = address;
        this.restoredTables = memory.semantics().restoredTables();
        this.rejectedNegativeCounts = memory.semantics().rejectedNegativeCounts();
    }

    void register(LuaState thread) {
        threads.put(thread.address, thread);
    }

    /// The Java object of a thread of this state.
    LuaState thread(long l) {
        LuaState thread = threads.get(l);
        if (thread == null)
            throw new IllegalStateException("no thread of this state: address=" + Messages.hex(l));
        return thread;
    }

    /// A thread is about to be freed: its Java object, if there was one, is dead from now on.
    void forget(long l) {
        @Nullable
        LuaState thread = threads.remove(l);
        if (thread != null)
            thread.die("the thread was collected");
    }

    Collection<LuaState> threads() {
        return threads.values();
    }

    /// Notes what a userdata holds elsewhere.
    void setExternal(long u, long bytes) {
        Long old = bytes == 0 ? tuning.external.remove(u) : tuning.external.put(u, bytes);
        externalBytes += bytes - (old == null ? 0 : old);
    }

    /// A userdata is about to be freed: what it was said to hold elsewhere is gone.
    void forgetExternal(long u) {
        Long bytes = tuning.external.remove(u);
        if (bytes != null)
            externalBytes -= bytes;
    }

    void forgetAll() {
        for (LuaState thread : threads.values())
            thread.die("the state is closed");
        threads.clear();
    }
}
