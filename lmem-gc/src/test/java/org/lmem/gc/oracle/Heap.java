package org.lmem.gc.oracle;

import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// A large block of memory that is used up from its start, and from its start again.
final class Heap implements AutoCloseable {
    private static final long SIZE = 256L << 20; // the system gives pages only where they are touched
    private static final long ALIGNMENT = 16;

    private final long start = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, SIZE);
    private long used;

    /// Forgets everything taken so far.
    void reset() {
        used = 0;
    }

    /// Where an address lies, counted from the start.
    long offset(long address) {
        return address - start;
    }

    /// The next bytes.
    ///
    /// @param size how many
    /// @return address of the first
    long take(long size) {
        if (size > SIZE - used)
            throw new IllegalStateException("the heap is used up: size=" + size + ", used=" + used + " of " + SIZE);
        long address = start + used;
        used += (size + ALIGNMENT - 1) & -ALIGNMENT;
        return address;
    }

    @Override
    public void close() {
        SystemAlloc.INSTANCE.realloc(start, SIZE, 0);
    }
}
