package org.lmem.examples.cli;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// What Ctrl-C does while a script runs: the first one ends the script, the second one the process, with the status 130.
///
/// `sun.misc.Signal` is what the JDK offers for this, in its module `jdk.unsupported`. It is used by reflection since a
/// mention of it cannot be compiled without a warning.
final class Interrupts implements AutoCloseable {
    private static final int SIGINT_STATUS = 130;

    private final Runnable first;
    private final @Nullable Object before;
    private boolean asked;

    private Interrupts(Runnable first) {
        this.first = first;
        this.before = handle(handler());
    }

    /// Takes Ctrl-C over until it is closed.
    ///
    /// @param first what the first one does, in a thread of its own
    static Interrupts during(Runnable first) {
        return new Interrupts(first);
    }

    private synchronized void came() {
        if (asked)
            Runtime.getRuntime().halt(SIGINT_STATUS);
        asked = true;
        first.run();
    }

    private Object handler() {
        try {
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            return Proxy.newProxyInstance(Interrupts.class.getClassLoader(), new Class<?>[]{type},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("handle"))
                            came();
                        return null;
                    });
        } catch (ClassNotFoundException e) {
            throw new LinkageError("jdk.unsupported is required", e);
        }
    }

    /// @return the handler before; null where signals are left to others (`java -Xrs`)
    private static @Nullable Object handle(Object handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object interrupt = signal.getConstructor(String.class).newInstance("INT");
            return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, interrupt, handler);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    @Override
    public void close() {
        if (before != null)
            handle(before);
    }
}
