package org.lmem.gc.oracle;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.oracle.NativeLua.Function;

/// What one `global_State` of the real library needs in Java: its allocator, its C functions, the bodies under way.
final class NativeWorld {
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Map<Long, NativeWorld> WORLDS = new ConcurrentHashMap<>();
    private static final long ALLOCATE = allocateStub();

    private final long number = NUMBERS.incrementAndGet(); // the allocator's ud
    private final RecordingAllocator allocator;
    private final Map<Machine.Body, Integer> entries = new IdentityHashMap<>();
    private final Deque<Activation> activations = new ArrayDeque<>();
    private @Nullable Throwable failure;

    NativeWorld(RecordingAllocator allocator) {
        this.allocator = allocator;
        WORLDS.put(number, this);
    }

    /// Calls a function of the library: through the trampoline of the body under way where it may raise an error.
    long call(Function f, long a, long b, long c, long d) {
        Activation body = f.raises() ? activations.peek() : null;
        long result = body == null
                ? f.call(a, b, c, d)
                : body.perform(new Activation.Call(f, a, b, c, d));
        rethrow();
        return result;
    }

    /// Calls a function of the library that catches errors: what it has left behind is cleared away.
    long callProtected(Function f, long a, long b, long c, long d) {
        int depth = activations.size();
        long result = f.call(a, b, c, d);
        while (activations.size() > depth)
            activations.pop().abandon();
        rethrow();
        return result;
    }

    /// `lua_newstate`.
    long newState(Function f) {
        return call(f, ALLOCATE, number, 0, 0);
    }

    /// Forgets everything; Lua has freed its memory.
    void close() {
        WORLDS.remove(number);
        entries.values().forEach(Trampoline::close);
    }

    /// The `lua_CFunction` of a body.
    long functionOf(Machine.Body body) {
        return Trampoline.address(entries.computeIfAbsent(body, b -> Trampoline.open(this, b)));
    }

    /// The trampoline's call: starts a body or goes on with it.
    ///
    /// @return the number of results, −1 where the frame holds a call to be made
    int enter(long state, Machine.Body body, Trampoline.Frame frame) {
        try {
            Activation activation = frame.isEntered() ? resume(frame) : start(state, body, frame);
            return switch (activation.next()) {
                case Activation.Call call -> demand(frame, call);
                case Activation.Returned(int results) -> leave(results);
                case Activation.Failed(Throwable cause) -> fail(cause);
            };
        } catch (Throwable e) { // must not reach C
            note(e);
            return 0;
        }
    }

    private Activation resume(Trampoline.Frame frame) {
        Activation activation = activations.element();
        activation.resume(frame.result());
        return activation;
    }

    private Activation start(long state, Machine.Body body, Trampoline.Frame frame) {
        frame.setEntered();
        Activation activation = new Activation();
        activations.push(activation); // before the body runs: it looks for itself there
        activation.start(new NativeMachine(this, state), body);
        return activation;
    }

    private static int demand(Trampoline.Frame frame, Activation.Call call) {
        frame.demand(call);
        return -1;
    }

    private int leave(int results) {
        activations.pop();
        return results;
    }

    private int fail(Throwable cause) {
        note(cause);
        return leave(0);
    }

    private void note(Throwable cause) {
        if (failure == null)
            failure = cause;
    }

    private void rethrow() {
        if (failure != null)
            throw new IllegalStateException("Java code called by Lua has failed: " + failure, failure);
    }

    private long allocate(long block, long osize, long nsize) {
        try {
            return allocator.realloc(block, osize, nsize);
        } catch (Throwable e) { // must not reach C
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
            return RawMemory.callback(target,
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), Arena.global())
                    .address();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
