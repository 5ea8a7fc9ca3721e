package org.lmem.examples.page;

/// What a mistake was answered with: no error of a Lua program's, but of who wrote the Java.
///
/// @param type of the exception
/// @param message of it
public record Objection(Class<? extends RuntimeException> type, String message) {
    /// Makes a mistake, and has to be told so.
    ///
    /// @param mistake to make
    /// @return the objection
    /// @throws IllegalStateException where nobody objected
    public static Objection to(Runnable mistake) {
        try {
            mistake.run();
        } catch (RuntimeException e) {
            return new Objection(e.getClass(), String.valueOf(e.getMessage()));
        }
        throw new IllegalStateException("a mistake went unnoticed");
    }

    /// The exception without its package, and its message.
    @Override
    public String toString() {
        return type.getSimpleName() + ": " + message;
    }
}
