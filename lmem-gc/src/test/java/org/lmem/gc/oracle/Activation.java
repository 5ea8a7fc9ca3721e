package org.lmem.gc.oracle;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import org.lmem.gc.oracle.NativeLua.Function;

/// One run of a Java body that Lua has called: the body's side of [Trampoline].
///
/// A body is written straight down, but every call that may raise an error has to be made after Java has returned to C.
/// So it runs on a thread of its own, and takes turns with the thread that came from C: never do both run.
///
/// ```
///   from C:   next() ──waits──►  Call        … the trampoline calls …   resume(result)  next() …   Returned
///   body:     works, perform(call) ──waits────────────────────────────► result, works …            return n
/// ```
///
/// A body whose call ended in a `longjmp` is never resumed; the protected call abandons it when it returns.
final class Activation {
    /// What a body says when it stops.
    sealed interface Message {}

    /// A call that the trampoline shall make.
    record Call(Function function, long a, long b, long c, long d) implements Message {}

    /// The body is done.
    record Returned(int results) implements Message {}

    /// The body has thrown: the run is over.
    record Failed(Throwable cause) implements Message {}

    private sealed interface Answer {}

    private record Result(long value) implements Answer {}

    private record Abandoned() implements Answer {}

    /// Unwinds a body that an error in Lua has left behind.
    private static final class Unwinding extends Error {
        private static final long serialVersionUID = 1;

        Unwinding() {
            super("left behind by an error in Lua", null, false, false);
        }
    }

    private static final ExecutorService THREADS = Executors
            .newCachedThreadPool(Thread.ofPlatform().daemon().name("body-", 0).factory());

    private final SynchronousQueue<Message> messages = new SynchronousQueue<>();
    private final SynchronousQueue<Answer> answers = new SynchronousQueue<>();

    /// Starts the body; it runs until its first message.
    void start(Machine machine, Machine.Body body) {
        THREADS.execute(() -> put(messages, run(machine, body)));
    }

    private static Message run(Machine machine, Machine.Body body) {
        try {
            return new Returned(body.call(machine));
        } catch (Throwable e) {
            return new Failed(e);
        }
    }

    /// The body's side: has a call made.
    ///
    /// @return its result
    long perform(Call call) {
        put(messages, call);
        return switch (take(answers)) {
            case Result r -> r.value;
            case Abandoned _ -> throw new Unwinding();
        };
    }

    /// The other side: waits for what the body says next.
    Message next() {
        return take(messages);
    }

    /// The other side: the body goes on.
    void resume(long result) {
        put(answers, new Result(result));
    }

    /// The other side: the call that the body waits for will never return.
    void abandon() {
        put(answers, new Abandoned());
        take(messages); // Failed by Unwinding: its thread is free
    }

    private static <T> void put(SynchronousQueue<T> queue, T item) {
        try {
            queue.put(item);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in a call from C", e);
        }
    }

    private static <T> T take(SynchronousQueue<T> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in a call from C", e);
        }
    }
}
