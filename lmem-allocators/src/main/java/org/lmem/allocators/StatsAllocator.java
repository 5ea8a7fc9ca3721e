package org.lmem.allocators;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lmem.core.LuaAlloc;

/// An allocator that counts what another one does: bytes and blocks in use, their peak, each kind of request, and the
/// sizes that were asked for.
///
/// Each instance has books of its own; nothing is shared between two states. The figures are written after the inner
/// allocator has answered (`inv.commit`), so that a refused request leaves the bytes and the peak alone, and `osize` of a
/// new block is never counted, since from 5.2 on it is a tag.
///
/// One thread makes the requests, as in the state that it serves; any thread may take a [#snapshot] or a [#profile] meanwhile.
///
/// ```
///   cells  ┌──────────┬──────┬──────┬─────────────────┬────────────────────┬───────────────────────┐
///          │ sequence │ live │ peak │ a count per kind│ given, by size     │ released, by size     │
///          └──────────┴──────┴──────┴─────────────────┴────────────────────┴───────────────────────┘
///            odd while the counts change               1 … 1024 each, then a cell per power of two
/// ```
///
/// `inv.sequence`: while the sequence is even and does not change, the counts agree with each other. The writer needs no
/// atomic instruction for that, only stores in order; a reader that sees the sequence change reads again. The histogram is
/// read afterwards: seen from another thread it may be newer than the counts.
///
/// No figure can overflow: a request that would take the bytes in use beyond 2^63 is refused before anybody is asked, and
/// the sum of all bytes ever allocated stops at its largest value.
public final class StatsAllocator implements LuaAlloc {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SEQUENCE = 0;
    private static final int LIVE = 1;
    private static final int PEAK = 2;
    private static final int ALLOCATED = 3;
    private static final int ALLOCATIONS = 4;
    private static final int FREES = 5;
    private static final int GROWS = 6;
    private static final int SHRINKS = 7;
    private static final int SAME_SIZES = 8;
    private static final int NOOPS = 9;
    private static final int FAILURES = 10;
    private static final int COUNTS = 11;
    private static final int GIVEN = 16; // a cache line of its own
    private static final int RELEASED = GIVEN + SizeClass.CELLS;

    private final LuaAlloc inner;
    private final long[] cells = new long[RELEASED + SizeClass.CELLS];
    private final long started = System.nanoTime();

    /// Statistics over an allocator.
    ///
    /// @param inner does the work
    public StatsAllocator(LuaAlloc inner) {
        this.inner = Objects.requireNonNull(inner, "inner");
    }

    /// The counts at one moment, or their change between two.
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

        /// What happened since an earlier snapshot of the same allocator.
        ///
        /// @param earlier the snapshot to begin at
        /// @return the difference of each figure; of the peak, by how much it rose
        public Snapshot diff(Snapshot earlier) {
            return new Snapshot(liveBytes - earlier.liveBytes, liveBlocks - earlier.liveBlocks,
                    peakBytes - earlier.peakBytes, allocations - earlier.allocations, frees - earlier.frees,
                    grows - earlier.grows, shrinks - earlier.shrinks, sameSizes - earlier.sameSizes,
                    noops - earlier.noops, failures - earlier.failures);
        }

        /// All figures as a JSON object.
        ///
        /// @return one line, with the names of the components
        public String toJson() {
            return "{\"liveBytes\":" + liveBytes + ",\"liveBlocks\":" + liveBlocks + ",\"peakBytes\":" + peakBytes
                    + ",\"allocations\":" + allocations + ",\"frees\":" + frees + ",\"grows\":" + grows
                    + ",\"shrinks\":" + shrinks + ",\"sameSizes\":" + sameSizes + ",\"noops\":" + noops
                    + ",\"failures\":" + failures + "}";
        }
    }

    /// The bytes in use now. May be called by any thread; makes no snapshot.
    ///
    /// @return 0 or more
    public long liveBytes() {
        return read(LIVE);
    }

    /// The counts now. May be called by any thread.
    ///
    /// @return a copy, whose figures agree with each other
    public Snapshot snapshot() {
        return snapshot(counts());
    }

    private static Snapshot snapshot(long[] counts) {
        return new Snapshot(counts[LIVE], counts[ALLOCATIONS] - counts[FREES], counts[PEAK], counts[ALLOCATIONS],
                counts[FREES], counts[GROWS], counts[SHRINKS], counts[SAME_SIZES], counts[NOOPS], counts[FAILURES]);
    }

    /// The counts now, and the sizes and the rate with them. May be called by any thread.
    ///
    /// @return a copy
    public AllocationProfile profile() {
        long[] counts = counts();
        List<SizeClass> sizes = new ArrayList<>();
        for (int cell = 0; cell < SizeClass.CELLS; cell++) {
            long given = read(GIVEN + cell);
            if (given != 0)
                sizes.add(SizeClass.of(cell, given, read(RELEASED + cell)));
        }
        return new AllocationProfile(snapshot(counts), counts[ALLOCATED], System.nanoTime() - started, sizes);
    }

    /// Begins a new peak at the bytes that are in use now. For the thread that makes the requests.
    public void resetPeak() {
        long sequence = beginChange();
        write(PEAK, cells[LIVE]);
        endChange(sequence);
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException where no block can have the size `osize`; nothing is counted
    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block != NULL && !Requests.isPlausible(osize, cells[LIVE]))
            throw Requests.implausible(block, osize, nsize, cells[LIVE]);
        long counted = Requests.counted(block, osize);
        if (nsize < 0 || cells[LIVE] - counted + nsize < 0) // beyond 2^63 bytes in use?
            return countFailure(block, osize, nsize);
        long newBlock = ask(block, osize, nsize);
        if (newBlock == NULL && nsize != 0)
            return countFailure(block, osize, nsize);
        commit(block, counted, nsize); // inv.commit
        return newBlock;
    }

    private long ask(long block, long osize, long nsize) {
        try {
            return inner.realloc(block, osize, nsize);
        } catch (Throwable e) {
            countFailure(block, osize, nsize);
            throw e;
        }
    }

    private void commit(long block, long counted, long nsize) {
        long sequence = beginChange();
        increment(kind(block, counted, nsize));
        if (nsize != counted) {
            if (nsize != 0)
                increment(GIVEN + SizeClass.cell(nsize));
            if (counted != 0)
                increment(RELEASED + SizeClass.cell(counted));
            hold(nsize - counted);
        }
        endChange(sequence);
    }

    private static int kind(long block, long counted, long nsize) {
        if (nsize == 0)
            return block == NULL ? NOOPS : FREES;
        if (block == NULL)
            return ALLOCATIONS;
        return nsize > counted ? GROWS : nsize < counted ? SHRINKS : SAME_SIZES;
    }

    // the bytes in use are read again: the inner allocator may have called back, and blocks may have been freed meanwhile
    private void hold(long more) {
        long live = cells[LIVE] + more;
        write(LIVE, live);
        if (live > cells[PEAK])
            write(PEAK, live);
        if (more > 0) {
            long sum = cells[ALLOCATED] + more;
            write(ALLOCATED, sum < 0 ? Long.MAX_VALUE : sum);
        }
    }

    private long countFailure(long block, long osize, long nsize) {
        long sequence = beginChange();
        increment(FAILURES);
        endChange(sequence);
        AllocatorEvents.refused(this, block, osize, nsize);
        return NULL;
    }

    // ------------------------------------------------------------------------------------------------ inv.sequence

    private long beginChange() {
        long sequence = cells[SEQUENCE];
        write(SEQUENCE, sequence + 1);
        VarHandle.storeStoreFence();
        return sequence;
    }

    private void endChange(long sequence) {
        CELL.setRelease(cells, SEQUENCE, sequence + 2);
    }

    private long[] counts() {
        long[] counts = new long[COUNTS];
        while (true) {
            long sequence = (long) CELL.getAcquire(cells, SEQUENCE);
            for (int i = 0; i < COUNTS; i++)
                counts[i] = read(i);
            VarHandle.loadLoadFence();
            if ((sequence & 1) == 0 && read(SEQUENCE) == sequence)
                return counts;
            Thread.onSpinWait();
        }
    }

    private void increment(int cell) {
        write(cell, cells[cell] + 1);
    }

    private void write(int cell, long value) {
        CELL.setOpaque(cells, cell, value);
    }

    private long read(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    @Override
    public String toString() {
        return "StatsAllocator[" + inner + "]";
    }
}
