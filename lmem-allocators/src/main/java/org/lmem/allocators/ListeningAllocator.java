package org.lmem.allocators;

import java.util.Objects;
import org.lmem.core.LuaAlloc;

/// An allocator that tells a listener what it did.
///
/// ```
///   request ──► inner ──► answer ──► onAllocate │ onResize │ onFree │ onRefuse ──► caller
/// ```
///
/// A request for nothing (no block, no bytes) is not told. For as many threads as the inner allocator and the listener.
public final class ListeningAllocator implements LuaAlloc {
    private final LuaAlloc inner;
    private final AllocationListener listener;

    /// A decorator.
    ///
    /// @param inner does the work
    /// @param listener is told
    public ListeningAllocator(LuaAlloc inner, AllocationListener listener) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        long result = inner.realloc(block, osize, nsize);
        if (nsize == 0)
            tellFree(block, osize);
        else if (result == NULL)
            listener.onRefuse(block, block == NULL ? 0 : osize, nsize);
        else if (block == NULL)
            listener.onAllocate(result, nsize);
        else
            listener.onResize(block, osize, result, nsize);
        return result;
    }

    private void tellFree(long block, long osize) {
        if (block != NULL)
            listener.onFree(block, osize);
    }

    @Override
    public String toString() {
        return "ListeningAllocator[" + inner + "]";
    }
}
