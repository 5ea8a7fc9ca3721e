package org.lmem.allocators;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;
import org.lmem.core.Semantics;
import org.lmem.core.raw.RawMemory;

/// An allocator as C sees it: a function pointer of the type `lua_Alloc`, from which a real Lua state takes its memory.
///
/// ```
///   C:  lua_newstate(function, NULL)
///          │  void *f(void *ud, void *ptr, size_t osize, size_t nsize)
///          ▼
///       upcall stub ──► realloc(ptr, osize, nsize) of the LuaAlloc        about 20 ns more than a call from Java
/// ```
///
/// A [PoolAllocator] exported as such needs no upcall for most requests, on Linux on x86-64: its fast paths are machine code there,
/// and C is served faster than by its own library. `-Dlmem.machineCode=false` switches that off.
///
/// Nothing is thrown through the stub, for C has no place for an exception: where the allocator throws, C sees NULL (a
/// refusal, which Lua turns into its own "not enough memory"), and the exception waits here: the first one is kept and
/// the others are counted, until [#throwFailure] or [#close] hands it over. `ud` is not looked at; each export carries its
/// own allocator.
///
/// From Lua 5.2 on, `osize` of a new block says what the block is for. Exported under semantics with
/// [Semantics#osizeTags], a new block reaches the allocator with `osize` 0, so that every allocator serves every Lua
/// from 5.1 to 5.4.
///
/// As many threads as the allocator itself may call the function.
///
/// @lua lua_Alloc lua.h:66
public final class NativeAlloc implements AutoCloseable {
    private static final FunctionDescriptor LUA_ALLOC = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CALL = call();

    private final Callee callee;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment function;
    private final @Nullable NativePath path;

    /// Exports an allocator for Lua 5.1.
    ///
    /// @param allocator does the work
    public NativeAlloc(LuaAlloc allocator) {
        this(allocator, Semantics.LUA_5_1);
    }

    /// Exports an allocator.
    ///
    /// @param allocator does the work
    /// @param semantics of the Lua that will call it: whether `osize` of a new block is a tag
    public NativeAlloc(LuaAlloc allocator, Semantics semantics) {
        callee = new Callee(Objects.requireNonNull(allocator, "allocator"), semantics.osizeTags());
        MemorySegment upcall = RawMemory.callback(CALL.bindTo(callee), LUA_ALLOC, arena);
        path = allocator instanceof PoolAllocator pool ? pool.openPath(upcall.address()) : null;
        function = path == null ? upcall : MemorySegment.ofAddress(path.address());
    }

    private static MethodHandle call() {
        try {
            return MethodHandles.lookup().findVirtual(Callee.class, "call",
                    MethodType.methodType(long.class, long.class, long.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the method is below", e);
        }
    }

    /// The function pointer, to be given to `lua_newstate` or `lua_setallocf`. The user data beside it may be anything.
    ///
    /// @return its address; it must not be called after [#close]
    public MemorySegment function() {
        return function;
    }

    /// The blocks that C holds. Another thread than the one that made the export may see an older number of that one's.
    ///
    /// @return 0 or more
    public long liveBlocks() {
        return callee.blocks + callee.blocksOfOthers.get() + (path == null ? 0 : path.blocks());
    }

    /// How often the allocator threw since its failure was last handed over.
    ///
    /// @return 0 or more
    public long failures() {
        return callee.failures.get();
    }

    /// The first exception of the allocator that has not been handed over.
    ///
    /// @return the exception, or null where there is none
    public @Nullable Throwable failure() {
        return callee.failure.get();
    }

    /// Hands over the exception that is kept, if there is one; the count begins at 0 again.
    ///
    /// To be called after C has returned, since only then it is of use.
    ///
    /// @throws IllegalStateException where the allocator threw: the exception is the cause
    public void throwFailure() {
        Throwable failure = callee.failure.getAndSet(null);
        if (failure != null)
            throw new IllegalStateException(
                    "the allocator threw while C called it: failures=" + callee.failures.getAndSet(0), failure);
    }

    /// Frees the function, then hands over a failure that nobody took.
    ///
    /// Where C holds blocks it will call again, and nothing is freed. An export whose state is abandoned is abandoned with
    /// it. Closing twice does nothing.
    ///
    /// @throws IllegalStateException where C still holds blocks, or the allocator threw: then the exception is the cause
    @Override
    public void close() {
        if (!arena.scope().isAlive())
            return;
        long blocks = liveBlocks();
        if (blocks != 0)
            throw new IllegalStateException("C still holds blocks of this allocator: blocks=" + blocks);
        if (path != null && callee.allocator instanceof PoolAllocator pool)
            pool.closePath(path);
        arena.close();
        throwFailure();
    }

    @Override
    public String toString() {
        return "NativeAlloc[" + callee.allocator + "]";
    }

    /// What the stub calls, and what it leaves behind.
    private static final class Callee {
        final LuaAlloc allocator;
        final boolean tags;
        /// Counted by the thread that made the export without a fence, since nearly all calls are its own; by others apart.
        final Thread maker = Thread.currentThread();
        long blocks;
        final AtomicLong blocksOfOthers = new AtomicLong();
        final AtomicLong failures = new AtomicLong();
        final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Callee(LuaAlloc allocator, boolean tags) {
            this.allocator = allocator;
            this.tags = tags;
        }

        /// One call from C.
        @SuppressWarnings("unused") // ud: the allocator is bound to the stub; and the method is called through CALL
        long call(long ud, long ptr, long osize, long nsize) {
            long result = LuaAlloc.NULL;
            try {
                result = allocator.realloc(ptr, ptr == LuaAlloc.NULL && tags ? 0 : osize, nsize);
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                failures.incrementAndGet();
            }
            if (ptr == LuaAlloc.NULL && result != LuaAlloc.NULL)
                count(1);
            else if (ptr != LuaAlloc.NULL && nsize == 0) // C has forgotten it, whatever became of it
                count(-1);
            return result;
        }

        private void count(int more) {
            if (Thread.currentThread() == maker)
                blocks += more;
            else
                blocksOfOthers.addAndGet(more);
        }
    }
}
