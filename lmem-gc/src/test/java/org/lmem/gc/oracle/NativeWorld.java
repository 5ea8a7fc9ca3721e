package org.lmem.gc.oracle;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.oracle.NativeLua.Function;

/// What one `global_State` of the real library needs in Java: its allocator and its C functions.
///
/// Java code that Lua calls must not throw; what it throws is kept and thrown when Lua has returned.
final class NativeWorld {
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Map<Long, NativeWorld> WORLDS = new ConcurrentHashMap<>();
    private static final long ALLOCATE = allocateStub();

    private final long number = NUMBERS.incrementAndGet(); // the allocator's ud
    private final RecordingAllocator allocator;
    private final Map<Machine.Body, Integer> entries = new IdentityHashMap<>();
    private @Nullable Throwable failure;

    NativeWorld(RecordingAllocator allocator) {
        this.allocator = allocator;
        WORLDS.put(number, this);
    }

    /// Calls a function of the library.
    ///
    /// @param state in which an error would be raised
    /// @throws Bridge.LuaJump an error that the function raises
    long call(long state, Function f, long a, long b, long c, long d) {
        try {
            return f.raises() ? Bridge.guarded(state, f, a, b, c, d) : f.call(a, b, c, d);
        } finally {
            if (failure != null)
                throw new IllegalStateException("Java code called by Lua has failed: " + failure, failure);
        }
    }

    /// `lua_newstate`.
    long newState(Function f) {
        return call(0, f, ALLOCATE, number, 0, 0);
    }

    /// Forgets everything; Lua has freed its memory.
    void close() {
        WORLDS.remove(number);
        entries.values().forEach(Bridge::close);
    }

    /// The `lua_CFunction` of a body.
    long functionOf(Machine.Body body) {
        return Bridge.address(entries.computeIfAbsent(body, b -> Bridge.open(this, b)));
    }

    /// Runs a body that Lua has called.
    ///
    /// @return the number of results, or the negative status of an error
    int enter(long state, Machine.Body body) {
        try {
            return body.call(new NativeMachine(this, state));
        } catch (Bridge.LuaJump jump) {
            if (jump.isOf(state))
                return -jump.status();
            note(jump); // it has left its thread: there C would have ended the process
        } catch (Throwable e) {
            note(e);
        }
        return 0;
    }

    private void note(Throwable cause) {
        if (failure == null)
            failure = cause;
    }

    private long allocate(long block, long osize, long nsize) {
        try {
            return allocator.realloc(block, osize, nsize);
        } catch (Throwable e) {
            note(e);
            return 0;
        }
    }

    private static long allocate(long number, long block, long osize, long nsize) {
        NativeWorld world = WORLDS.get(number);
        return world == null ? 0 : world.allocate(block, osize, nsize);
    }

    private static long allocateStub() {
        try {
            var type = MethodType.methodType(long.class, long.class, long.class, long.class, long.class);
            var target = MethodHandles.lookup().findStatic(NativeWorld.class, "allocate", type);
            var c = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
            return RawMemory.callback(target, c, Arena.global()).address();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
