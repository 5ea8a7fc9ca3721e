package org.lmem.examples.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.lmem.allocators.Trace;
import org.tukaani.xz.XZInputStream;

/// What a real program asked of its allocator: every request of real Lua 5.1.5 while it ran one that makes coroutines by
/// the thousand.
public final class RealProgram {
    private static final String FILE = "/org/lmem/examples/coroutine_ring.lmtr.xz";

    private RealProgram() {}

    /// The trace that comes with the examples.
    ///
    /// @return the trace, read and checked
    public static Trace trace() {
        try (InputStream in = RealProgram.class.getResourceAsStream(FILE)) {
            if (in == null)
                throw new IllegalStateException("the trace is not at hand: file=" + FILE);
            return Trace.read(new XZInputStream(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
