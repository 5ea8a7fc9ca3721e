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
///                    ┌───────────── a cell for each size, 1 … 1024, then for each power of two ─────────────┐
///   new              │ 1 │ 2 │ 3 │ 4 │ …                                                                   │  live
///   freed            │                                                                                      │  peak
///   grown:  from, to │                                                                                      │
///   shrunk: from, to │                                                                                      │
///                    └──────────────────────────────────────────────────────────────────────────────────────┘
///   and one cell each for what is seldom: same sizes, no-ops, failures
/// ```
///
/// `inv.cells`: each fact is counted once. A new block adds one in its row, a freed one in that of its own, a resized one in two; how
/// many blocks were made, freed or resized, and how many bytes they got, are sums of the cells. No atomic instruction is
/// needed, since one thread writes; `live` is stored last, so that who sees it sees its cells.
///
/// No figure can overflow: a request that would take the bytes in use beyond 2^63 is refused before anybody is asked, and
/// the sum of all bytes ever allocated stops at its largest value.
public final class StatsAllocator implements LuaAlloc {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle LIVE = field("live");
    private static final VarHandle PEAK = field("peak");

    // Rows of cells, one cell for each class of sizes
    private static final int ROW = SizeClass.CELLS;
    private static final int NEW = 0;
    private static final int FREED = ROW;
    private static final int GROWN_FROM = 2 * ROW;
    private static final int GROWN_TO = GROWN_FROM + ROW;
    private static final int SHRUNK_FROM = 4 * ROW;
    private static final int SHRUNK_TO = SHRUNK_FROM + ROW;

    // Cells of what is seldom
    private static final int SAME_SIZES = 6 * ROW;
    private static final int NOOPS = SAME_SIZES + 1;
    private static final int FAILURES = SAME_SIZES + 2;
    private static final int LARGE_BYTES = SAME_SIZES + 3; // of new and growing blocks: what the small cells do not tell
    private static final int CELLS = SAME_SIZES + 4;

    private final LuaAlloc inner;
    private final @Nullable PoolAllocator pool; // the inner allocator, where it is one
    private final long[] cells = new long[CELLS];
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
        long frees = sum(FREED); // before what was given: never more frees than blocks
        long allocations = sum(NEW);
        return new Snapshot(bytes, allocations - frees, (long) PEAK.getOpaque(this), allocations, frees, sum(GROWN_TO),
                sum(SHRUNK_TO), read(SAME_SIZES), read(NOOPS), read(FAILURES));
    }

    private long sum(int row) {
        long sum = 0;
        for (int size = 0; size < ROW; size++)
            sum += read(row + size);
        return sum;
    }

    /// The counts now, and the sizes and the rate with them. May be called by any thread.
    ///
    /// @return a copy
    public AllocationProfile profile() {
        List<SizeClass> sizes = new ArrayList<>();
        for (int size = 0; size < ROW; size++) {
            long released = read(FREED + size) + read(GROWN_FROM + size) + read(SHRUNK_FROM + size);
            long given = read(NEW + size) + read(GROWN_TO + size) + read(SHRUNK_TO + size); // later: never less
            if (given != 0)
                sizes.add(SizeClass.of(size, given, released));
        }
        return new AllocationProfile(snapshot(), allocatedBytes(), System.nanoTime() - started, sizes);
    }

    private long allocatedBytes() {
        long small = 0;
        for (int size = 1; size <= SizeClass.EXACT; size++)
            small += size * (read(NEW + size) + read(GROWN_TO + size) - read(GROWN_FROM + size));
        long large = read(LARGE_BYTES); // after the cells, which take off what it counts twice: never less
        return large == Long.MAX_VALUE ? large : capped(small + large);
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
        if (block != NULL && nsize != 0)
            return isSmall(osize) && isSmall(nsize) && osize <= live
                    ? resizeSmall(block, osize, nsize)
                    : resize(block, osize, nsize);
        try { // new blocks and frees at full length: Inner says why
            if (block == NULL) {
                if (Long.compareUnsigned(nsize - 1, small) >= 0)
                    return allocate(osize, nsize);
                long fresh = pool == null ? inner.realloc(NULL, osize, nsize) : pool.allocate(nsize);
                if (fresh == NULL)
                    return countFailure(NULL, osize, nsize);
                count(NEW + (int) nsize);
                hold(nsize); // inv.commit
                return fresh;
            }
            if (!isSmall(osize) || osize > live)
                return free(block, osize);
            long freed = pool == null ? inner.realloc(block, osize, 0) : pool.free(block, osize);
            count(FREED + (int) osize);
            LIVE.setRelease(this, live - osize);
            return freed;
        } catch (Throwable e) {
            countThrown(block, osize, nsize);
            throw e;
        }
    }

    /// Whether blocks of this size are counted in a cell of their own.
    private static boolean isSmall(long size) {
        return Long.compareUnsigned(size - 1, SizeClass.EXACT) < 0;
    }

    private long resizeSmall(long block, long osize, long nsize) {
        long resized = askToResize(block, osize, nsize);
        if (resized == NULL)
            return countFailure(block, osize, nsize);
        countResize(osize, nsize, (int) osize, (int) nsize);
        hold(nsize - osize);
        return resized;
    }

    private long allocate(long tag, long nsize) {
        if (overflows(nsize, nsize))
            return countFailure(NULL, tag, nsize);
        long block = Inner.allocate(pool, inner, tag, nsize);
        if (block == NULL)
            return nsize == 0 ? countNoop() : countFailure(NULL, tag, nsize);
        count(NEW + SizeClass.cell(nsize));
        if (!isSmall(nsize))
            countLarge(nsize);
        hold(nsize);
        settle();
        return block;
    }

    private long free(long block, long osize) {
        requirePlausible(block, osize, 0);
        long freed = Inner.free(pool, inner, block, osize);
        count(FREED + SizeClass.cell(osize));
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
        countResize(osize, nsize, SizeClass.cell(osize), SizeClass.cell(nsize));
        if (nsize > osize && !isSmall(nsize))
            countLarge(isSmall(osize) ? nsize : nsize - osize); // the cell of a small size takes off what it counts for
        hold(nsize - osize);
        settle();
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

    private long askToResize(long block, long osize, long nsize) {
        try {
            return Inner.resize(pool, inner, block, osize, nsize);
        } catch (Throwable e) {
            countThrown(block, osize, nsize);
            throw e;
        }
    }

    // what was never passed on is not counted
    private void countThrown(long block, long osize, long nsize) {
        if (block == NULL || Requests.isPlausible(osize, live))
            countFailure(block, osize, nsize);
    }

    private long countNoop() {
        countAlone(NOOPS);
        return NULL;
    }

    private long countFailure(long block, long osize, long nsize) {
        countAlone(FAILURES);
        AllocatorEvents.refused(this, block, osize, nsize);
        return NULL;
    }

    private void countLarge(long more) {
        cells[LARGE_BYTES] = capped(cells[LARGE_BYTES] + more);
    }

    /// Counts a resize.
    ///
    /// @param from class of the old size
    /// @param to class of the new one, perhaps the same
    private void countResize(long osize, long nsize, int from, int to) {
        if (nsize == osize) {
            count(SAME_SIZES);
            return;
        }
        int row = nsize > osize ? GROWN_FROM : SHRUNK_FROM;
        count(row + from);
        count(row + ROW + to);
    }

    private void count(int cell) {
        cells[cell]++;
    }

    // where no store of `live` follows, by which others see the cell
    private void countAlone(int cell) {
        CELL.setOpaque(cells, cell, cells[cell] + 1);
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

    private long read(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }

    @Override
    public String toString() {
        return "StatsAllocator[" + inner + "]";
    }
}
