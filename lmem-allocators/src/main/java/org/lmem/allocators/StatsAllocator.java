package org.lmem.allocators;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;

/// An allocator that counts what another one does: bytes and blocks in use, their peak, each kind of request, and the
/// sizes that were asked for.
///
/// Each instance has books of its own; nothing is shared between two states. The figures are written after the inner
/// allocator has answered (`inv.commit`), so that a refused request leaves the bytes and the peak alone, and `osize` of a
/// new block is never counted, since from 5.2 on it is a tag.
///
/// One thread makes the requests, as in the state that it serves; any thread may take a [#snapshot] or a [#profile]
/// meanwhile. Each figure is then one that was true while it was taken; requests made in that microsecond may be in some of
/// them and not in others. Taken by the thread itself, or while it rests, the figures agree exactly.
///
/// ```
///   live, peak;  ┌──────────┐  ┌───────────────────┐  ┌───────────────────┐
///                │ counters │  │ given, by size    │  │ released, by size │
///                └──────────┘  └───────────────────┘  └───────────────────┘
///            of what is seldom   1 … 1024 each, then a cell per power of two
/// ```
///
/// `inv.cells`: each fact is counted once. A new block adds to `given` and to `live`, a freed one to `released`, and that is
/// all; how many blocks were made and freed is the sum of the cells, less the resizes, which are counted by themselves. No
/// atomic instruction is needed, since one thread writes; `live` is stored last, so that who sees it sees its cells.
///
/// No figure can overflow: a request that would take the bytes in use beyond 2^63 is refused before anybody is asked, and
/// the sum of all bytes ever allocated stops at its largest value.
public final class StatsAllocator implements LuaAlloc {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle LIVE = field("live");
    private static final VarHandle PEAK = field("peak");
    private static final int GROWS = 0;
    private static final int SHRINKS = 1;
    private static final int SAME_SIZES = 2;
    private static final int NOOPS = 3;
    private static final int FAILURES = 4;
    private static final int LARGE_BYTES = 5; // of new blocks above SizeClass.EXACT
    private static final int GROWN_BYTES = 6; // that growing blocks got
    private static final int KEPT_BYTES = 7; // in `given`, up to SizeClass.EXACT, though a resized block had them before

    private final LuaAlloc inner;
    private final @Nullable PoolAllocator pool; // the inner allocator, where it is one
    private final long[] given = new long[SizeClass.CELLS];
    private final long[] released = new long[SizeClass.CELLS];
    private final long[] counters = new long[KEPT_BYTES + 1];
    private long live;
    private long peak;
    private long small = SizeClass.EXACT; // sizes of new blocks that are counted the short way; 0 where `live` is enormous
    private final long started = System.nanoTime();

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(StatsAllocator.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Statistics over an allocator.
    ///
    /// @param inner does the work
    public StatsAllocator(LuaAlloc inner) {
        this.inner = Objects.requireNonNull(inner, "inner");
        pool = Inner.poolOrNull(inner);
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
        return (long) LIVE.getAcquire(this);
    }

    /// The counts now. May be called by any thread.
    ///
    /// @return a copy
    public Snapshot snapshot() {
        long bytes = liveBytes(); // first: its cells are seen, too
        long resizes = read(GROWS) + read(SHRINKS);
        long frees = sum(released) - resizes; // before what was given: never more frees than blocks
        long allocations = sum(given) - resizes;
        return new Snapshot(bytes, allocations - frees, (long) PEAK.getOpaque(this), allocations, frees, read(GROWS),
                read(SHRINKS), read(SAME_SIZES), read(NOOPS), read(FAILURES));
    }

    private static long sum(long[] cells) {
        long sum = 0;
        for (int cell = 0; cell < SizeClass.CELLS; cell++)
            sum += read(cells, cell);
        return sum;
    }

    /// The counts now, and the sizes and the rate with them. May be called by any thread.
    ///
    /// @return a copy
    public AllocationProfile profile() {
        List<SizeClass> sizes = new ArrayList<>();
        for (int cell = 0; cell < SizeClass.CELLS; cell++) {
            long releases = read(released, cell); // first: never more than were given
            long gifts = read(given, cell);
            if (gifts != 0)
                sizes.add(SizeClass.of(cell, gifts, releases));
        }
        return new AllocationProfile(snapshot(), allocatedBytes(), System.nanoTime() - started, sizes);
    }

    private long allocatedBytes() {
        long sum = -read(KEPT_BYTES);
        for (int size = 1; size <= SizeClass.EXACT; size++)
            sum += size * read(given, size);
        return capped(capped(sum + read(LARGE_BYTES)) + read(GROWN_BYTES));
    }

    /// Begins a new peak at the bytes that are in use now. For the thread that makes the requests.
    public void resetPeak() {
        PEAK.setOpaque(this, live);
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException where no block can have the size `osize`; nothing is counted
    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block == NULL)
            return Long.compareUnsigned(nsize - 1, small) < 0 ? allocateSmall(osize, nsize) : allocate(osize, nsize);
        if (nsize != 0)
            return isSmall(osize) && isSmall(nsize) && osize <= live
                    ? resizeSmall(block, osize, nsize)
                    : resize(block, osize, nsize);
        return isSmall(osize) && osize <= live ? freeSmall(block, osize) : free(block, osize);
    }

    // a method for each kind of request: each has fewer questions to answer than one for all

    /// Whether blocks of this size are counted in a cell of their own.
    private static boolean isSmall(long size) {
        return Long.compareUnsigned(size - 1, SizeClass.EXACT) < 0;
    }

    private long allocateSmall(long tag, long nsize) {
        long block = askForBlock(tag, nsize);
        if (block == NULL)
            return countFailure(NULL, tag, nsize);
        given[(int) nsize]++;
        hold(nsize); // inv.commit
        return block;
    }

    private long allocate(long tag, long nsize) {
        if (overflows(nsize, nsize))
            return countFailure(NULL, tag, nsize);
        long block = askForBlock(tag, nsize);
        if (block == NULL)
            return nsize == 0 ? countNoop() : countFailure(NULL, tag, nsize);
        given[SizeClass.cell(nsize)]++;
        if (!isSmall(nsize))
            write(LARGE_BYTES, capped(counters[LARGE_BYTES] + nsize));
        hold(nsize);
        settle();
        return block;
    }

    private long freeSmall(long block, long osize) {
        long freed = askToFree(block, osize);
        released[(int) osize]++;
        LIVE.setRelease(this, live - osize);
        return freed;
    }

    private long free(long block, long osize) {
        requirePlausible(block, osize, 0);
        long freed = askToFree(block, osize);
        released[SizeClass.cell(osize)]++;
        LIVE.setRelease(this, live - osize);
        settle();
        return freed;
    }

    private long resize(long block, long osize, long nsize) {
        requirePlausible(block, osize, nsize);
        if (overflows(nsize, nsize - osize))
            return countFailure(block, osize, nsize);
        long newBlock = askToResize(block, osize, nsize);
        if (newBlock == NULL)
            return countFailure(block, osize, nsize);
        countResize(osize, nsize);
        hold(nsize - osize);
        settle();
        return newBlock;
    }

    private long resizeSmall(long block, long osize, long nsize) {
        long newBlock = askToResize(block, osize, nsize);
        if (newBlock == NULL)
            return countFailure(block, osize, nsize);
        if (nsize == osize) {
            increment(SAME_SIZES);
            return newBlock;
        }
        increment(nsize > osize ? GROWS : SHRINKS);
        released[(int) osize]++;
        given[(int) nsize]++;
        write(KEPT_BYTES, counters[KEPT_BYTES] + Math.min(osize, nsize));
        hold(nsize - osize);
        return newBlock;
    }

    // small blocks alone would take 2^52 requests from here to where the sum overflows
    private void settle() {
        small = live < Long.MAX_VALUE / 2 ? SizeClass.EXACT : 0;
    }

    private void requirePlausible(long block, long osize, long nsize) {
        if (!Requests.isPlausible(osize, live))
            throw Requests.implausible(block, osize, nsize, live);
    }

    private boolean overflows(long nsize, long more) { // beyond 2^63 bytes in use?
        return (nsize | (live + more)) < 0;
    }

    private long askForBlock(long tag, long nsize) {
        try {
            return Inner.allocate(pool, inner, tag, nsize);
        } catch (Throwable e) {
            countFailure(NULL, tag, nsize);
            throw e;
        }
    }

    private long askToFree(long block, long osize) {
        try {
            return Inner.free(pool, inner, block, osize);
        } catch (Throwable e) {
            countFailure(block, osize, 0);
            throw e;
        }
    }

    private long askToResize(long block, long osize, long nsize) {
        try {
            return Inner.resize(pool, inner, block, osize, nsize);
        } catch (Throwable e) {
            countFailure(block, osize, nsize);
            throw e;
        }
    }

    private long countNoop() {
        increment(NOOPS);
        return NULL;
    }

    private long countFailure(long block, long osize, long nsize) {
        increment(FAILURES);
        AllocatorEvents.refused(this, block, osize, nsize);
        return NULL;
    }

    private void countResize(long counted, long nsize) {
        if (nsize == counted) {
            increment(SAME_SIZES);
            return;
        }
        increment(nsize > counted ? GROWS : SHRINKS);
        released[SizeClass.cell(counted)]++;
        given[SizeClass.cell(nsize)]++;
        if (isSmall(nsize))
            write(KEPT_BYTES, counters[KEPT_BYTES] + nsize);
        if (nsize > counted)
            write(GROWN_BYTES, capped(counters[GROWN_BYTES] + nsize - counted));
    }

    // the bytes in use are read again: the inner allocator may have called back, and blocks may have been freed meanwhile
    private void hold(long more) {
        long now = live + more;
        if (now > peak)
            PEAK.setOpaque(this, now);
        LIVE.setRelease(this, now);
    }

    private static long capped(long sum) {
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private void increment(int counter) {
        write(counter, counters[counter] + 1);
    }

    private void write(int counter, long value) {
        CELL.setOpaque(counters, counter, value);
    }

    private long read(int counter) {
        return read(counters, counter);
    }

    private static long read(long[] cells, int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    @Override
    public String toString() {
        return "StatsAllocator[" + inner + "]";
    }
}
