package org.lmem.allocators;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// The simplest pool there is: a pointer that moves up through one piece of memory. For reading, not for work.
///
/// ```
///   base                    base + used          base + size
///     ├── block ── block ── block ┼ ─ ─ ─ free ─ ─ ─ ┤          what does not fit is asked of another allocator,
///                           top                                 and remembered until it is freed
/// ```
///
/// Its purpose is to show what even a simple pool has to do to be an allocator at all:
/// - a block that moves takes its contents along;
/// - every block is aligned to 16 bytes, whatever the size of the one before;
/// - the test for room cannot wrap: it subtracts what is used, and does not add what is wanted;
/// - a shrunk block stays where it is, so that shrinking cannot fail;
/// - what came from elsewhere goes back there, at the latest in [#close].
///
/// Only the topmost block, and all at once when none is left, make room again: that is what
/// [RegionAllocator] does better.
///
/// For one thread.
public final class MemoryPool implements LuaAlloc, AutoCloseable {
    private final LuaAlloc elsewhere;
    private final Map<Long, Long> fallback = new HashMap<>(); // sizes by address, as given out
    private final long base;
    private final long size;
    private long used;
    private long live; // bytes of the pool's blocks, rounded up; what lies between is lost for now
    private boolean closed;

    /// A pool.
    ///
    /// @param elsewhere gives the piece of memory now, and later what does not fit in it
    /// @param bytes size of the piece, 16 or more; what is above a multiple of 16 is not used
    /// @throws IllegalArgumentException where it is too small
    /// @throws IllegalStateException where it cannot be had
    public MemoryPool(LuaAlloc elsewhere, long bytes) {
        this.elsewhere = Objects.requireNonNull(elsewhere, "elsewhere");
        if (bytes < 16)
            throw new IllegalArgumentException("the pool is too small: bytes=" + bytes + ", least=16");
        this.size = bytes & -16;
        this.base = elsewhere.realloc(NULL, 0, size);
        if (base == NULL)
            throw new IllegalStateException("not enough memory: bytes=" + size);
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException where the block is none of this pool's
    /// @throws IllegalStateException where the pool is closed
    @Override
    public long realloc(long block, long osize, long nsize) {
        if (closed)
            throw new IllegalStateException("the pool is closed: " + Requests.text(block, osize, nsize));
        if (block == NULL)
            return nsize == 0 ? NULL : newBlock(nsize);
        if (!isInPool(block))
            return resizeElsewhere(block, osize, nsize);
        requireInside(block, osize, nsize);
        return nsize == 0 ? free(block, osize) : resize(block, osize, nsize);
    }

    // ---------------------------------------------------------------------------------------------- in the pool

    private static boolean fits(long nsize, long room) {
        return nsize > 0 && nsize <= room; // negative: 2^63 bytes or more
    }

    private long newBlock(long nsize) {
        if (!fits(nsize, size - used))
            return newBlockElsewhere(nsize);
        long block = base + used;
        used += rounded(nsize);
        live += rounded(nsize);
        return block;
    }

    private long free(long block, long osize) {
        live -= rounded(osize);
        if (live == 0)
            used = 0;
        else if (isTop(block, osize))
            used = block - base;
        return NULL;
    }

    private long resize(long block, long osize, long nsize) {
        boolean top = isTop(block, osize);
        boolean inPlace = top ? fits(nsize, base + size - block) : fits(nsize, rounded(osize));
        if (!inPlace)
            return move(block, osize, nsize);
        live += rounded(nsize) - rounded(osize);
        if (top) // else what a shrunk block leaves is lost until the pool is empty
            used = block - base + rounded(nsize);
        return block;
    }

    private long move(long block, long osize, long nsize) {
        long newBlock = newBlock(nsize);
        if (newBlock == NULL)
            return NULL;
        RawMemory.copy(block, newBlock, osize);
        free(block, osize);
        return newBlock;
    }

    private boolean isTop(long block, long osize) {
        return block - base + rounded(osize) == used;
    }

    private static long rounded(long bytes) {
        return (bytes + 15) & -16;
    }

    private boolean isInPool(long block) {
        return Long.compareUnsigned(block - base, size) < 0;
    }

    private void requireInside(long block, long osize, long nsize) {
        long offset = block - base;
        boolean inside = offset % 16 == 0 && offset < used && fits(osize, used - offset) && rounded(osize) <= live;
        if (!inside)
            throw new IllegalArgumentException(
                    "no block of this pool: " + Requests.text(block, osize, nsize) + ", pool="
                            + Requests.hex(base) + ", used=" + used + ", size=" + size);
    }

    // ------------------------------------------------------------------------------------------------ elsewhere

    private long newBlockElsewhere(long nsize) {
        long block = elsewhere.realloc(NULL, 0, nsize);
        if (block != NULL)
            fallback.put(block, nsize);
        return block;
    }

    private long resizeElsewhere(long block, long osize, long nsize) {
        Long known = fallback.get(block);
        if (known == null || known != osize)
            throw new IllegalArgumentException("no block of this pool: " + Requests.text(block, osize, nsize)
                    + (known == null ? "" : ", size=" + known));
        long newBlock = elsewhere.realloc(block, osize, nsize);
        if (newBlock == NULL && nsize != 0)
            return NULL;
        fallback.remove(block);
        if (nsize != 0)
            fallback.put(newBlock, nsize);
        return newBlock;
    }

    // --------------------------------------------------------------------------------------------------- figures

    /// How far the pointer has moved.
    ///
    /// @return bytes of the pool, 0 to its size
    public long usedBytes() {
        return used;
    }

    /// The blocks that did not fit and are in use elsewhere.
    ///
    /// @return how many
    public int fallbackBlocks() {
        return fallback.size();
    }

    /// The bytes of the blocks that did not fit.
    ///
    /// @return bytes in use elsewhere
    public long fallbackBytes() {
        return fallback.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Gives the pool and every block that is still in use elsewhere back.
    @Override
    public void close() {
        if (closed)
            return;
        closed = true;
        fallback.forEach((block, bytes) -> elsewhere.realloc(block, bytes, 0));
        fallback.clear();
        elsewhere.realloc(base, size, 0);
    }

    @Override
    public String toString() {
        return "MemoryPool[" + size + ", " + elsewhere + "]";
    }
}
