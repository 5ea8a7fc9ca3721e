package org.lmem.allocators;

import java.io.IOException;

/// A trace that is not what it should be: truncated, of another format, or inconsistent in itself.
public final class TraceFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /// Bytes from the start.
    private final long offset;

    TraceFormatException(String what, long offset) {
        super("not a sound trace: " + what + ", offset=" + offset);
        this.offset = offset;
    }

    /// Where the trace stops making sense.
    ///
    /// @return bytes from the start
    public long offset() {
        return offset;
    }
}
