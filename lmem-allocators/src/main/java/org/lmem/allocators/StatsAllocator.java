package org.lmem.allocators;

import java.util.Objects;
import org.lmem.core.LuaAlloc;

/// An allocator that counts what another one does: bytes and blocks in use, their peak, and each kind of request.
///
/// Each instance has books of its own; nothing is shared between two states. The figures are written after the inner
/// allocator has answered (`inv.commit`), so that a refused request leaves the bytes and the peak alone, and `osize` of a
/// new block is never counted, since from 5.2 on it is a tag.
///
/// For one thread, as the state that it serves.
public final class StatsAllocator implements LuaAlloc {
    private final LuaAlloc inner;
    private long liveBytes;
    private long liveBlocks;
    private long peakBytes;
    private long allocations;
    private long frees;
    private long grows;
    private long shrinks;
    private long sameSizes;
    private long noops;
    private long failures;

    /// Statistics over an allocator.
    ///
    /// @param inner does the work
    public StatsAllocator(LuaAlloc inner) {
        this.inner = Objects.requireNonNull(inner, "inner");
    }

    /// All figures at one moment.
    ///
    /// @param liveBytes bytes in use
    /// @param liveBlocks blocks in use
    /// @param peakBytes the most bytes that were in use at once
    /// @param allocations new blocks
    /// @param frees blocks freed
    /// @param grows blocks made larger
    /// @param shrinks blocks made smaller
    /// @param sameSizes resizes to the size that the block had
    /// @param noops requests (NULL, 0, 0), which do nothing
    /// @param failures requests that the inner allocator refused
    public record Snapshot(long liveBytes, long liveBlocks, long peakBytes, long allocations, long frees, long grows,
            long shrinks, long sameSizes, long noops, long failures) {
        /// All requests of any kind.
        ///
        /// @return the sum of the seven counters
        public long requests() {
            return allocations + frees + grows + shrinks + sameSizes + noops + failures;
        }
    }

    /// The figures now.
    ///
    /// @return a copy
    public Snapshot snapshot() {
        return new Snapshot(liveBytes, liveBlocks, peakBytes, allocations, frees, grows, shrinks, sameSizes, noops,
                failures);
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        long newBlock = inner.realloc(block, osize, nsize);
        if (newBlock == NULL && nsize != 0)
            failures++;
        else if (block == NULL)
            countNew(nsize);
        else
            countOld(osize, nsize);
        return newBlock;
    }

    private void countNew(long nsize) {
        if (nsize == 0) {
            noops++;
            return;
        }
        allocations++;
        liveBlocks++;
        hold(liveBytes + nsize);
    }

    private void countOld(long osize, long nsize) {
        int order = Long.compareUnsigned(nsize, osize);
        if (nsize == 0) {
            frees++;
            liveBlocks--;
        } else if (order > 0)
            grows++;
        else if (order < 0)
            shrinks++;
        else
            sameSizes++;
        hold(liveBytes - osize + nsize);
    }

    private void hold(long bytes) {
        liveBytes = bytes;
        peakBytes = Math.max(peakBytes, bytes);
    }

    @Override
    public String toString() {
        return "StatsAllocator[" + inner + "]";
    }
}
