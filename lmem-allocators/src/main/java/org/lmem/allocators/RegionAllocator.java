package org.lmem.allocators;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;

/// An allocator that lives in one fixed region of memory and never asks the system for more.
///
/// For embedded states and hard bounds: the region is the bound, and when it is full a request is refused. Freed memory is
/// used again and grows together with what is free beside it. Every request takes constant time, apart from the copying
/// when a block has to move.
///
/// Blocks have no header; a size is rounded up to 16 bytes, and that is all that is lost of the region. What must be known
/// about blocks in use is kept beside the region, two bits for each 16 bytes.
///
/// A block grows where it is if the memory behind it is free; else it moves; and if there is no other place, it slides down
/// into free memory before it. It always shrinks where it is, so that shrinking cannot fail.
///
/// Bad arguments are noticed where two bits can tell: addresses that are no block of this region (also freed ones, and
/// such as point into a block), and sizes at whose end no block ends, or which leave out an end within the first 1 KiB.
///
/// For one thread.
public final class RegionAllocator implements LuaAlloc, AutoCloseable {
    /// The smallest region in bytes: one block.
    public static final long MIN_BYTES = 16;

    /// The largest region in bytes: 16 GiB.
    public static final long MAX_BYTES = (long) Granules.MAX << Granules.SHIFT;

    private final Granules granules;
    private final long capacity;
    private final MemorySegment.Scope scope;
    private final @Nullable Arena own;
    private long live;
    private long peak;
    private long blocks;
    private long refusals;
    private int peakGranules;
    private int smallest = Integer.MAX_VALUE; // granules that were ever wanted
    private int largest;

    /// A region of its own, which is obtained now and given back by [#close].
    ///
    /// @param bytes size, [#MIN_BYTES] to [#MAX_BYTES]; what is above a multiple of 16 is not used
    /// @throws IllegalArgumentException where it is too small or too large
    /// @throws OutOfMemoryError where the system has not so much
    @SuppressWarnings("MustBeClosedChecker") // close() does
    public RegionAllocator(long bytes) {
        this(requireSize(bytes), Arena.ofShared());
    }

    private RegionAllocator(long bytes, Arena own) {
        this(allocate(bytes, own), own);
    }

    private static MemorySegment allocate(long bytes, Arena own) {
        try {
            return own.allocate(bytes, 16);
        } catch (Throwable e) {
            own.close();
            throw e;
        }
    }

    /// A given region. Its owner leaves it alone as long as blocks are in use; whether it still lives is seen, and requests
    /// after its end throw.
    ///
    /// @param region native and writable; what is not aligned to 16 bytes at its ends is not used
    /// @throws IllegalArgumentException where it is too small, too large, on Java's heap, or read-only
    public RegionAllocator(MemorySegment region) {
        this(requireUsable(region), (Arena) null);
    }

    private RegionAllocator(MemorySegment region, @Nullable Arena own) {
        long start = (region.address() + 15) & -16;
        long end = (region.address() + region.byteSize()) & -16;
        this.capacity = requireSize(Math.max(end - start, 0));
        this.granules = new Granules(start, (int) (capacity >>> Granules.SHIFT));
        this.scope = region.scope();
        this.own = own;
    }

    private static MemorySegment requireUsable(MemorySegment region) {
        Objects.requireNonNull(region, "region");
        if (!region.isNative() || region.isReadOnly())
            throw new IllegalArgumentException("the region cannot hold blocks: native=" + region.isNative()
                    + ", readonly=" + region.isReadOnly() + ", bytes=" + region.byteSize());
        return region;
    }

    private static long requireSize(long bytes) {
        if (bytes < MIN_BYTES || bytes > MAX_BYTES)
            throw new IllegalArgumentException("the region is too " + (bytes < MIN_BYTES ? "small" : "large")
                    + ": usable bytes=" + bytes + ", least=" + MIN_BYTES + ", most=" + MAX_BYTES);
        return bytes;
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException where the block is none of this region, or has another size
    /// @throws IllegalStateException where the region does not live any more, or somebody wrote to free memory
    @Override
    public long realloc(long block, long osize, long nsize) {
        requireAlive(block, osize, nsize);
        if (block == NULL)
            return nsize == 0 ? NULL : newBlock(nsize);
        int at = requireBlock(block, osize, nsize);
        return nsize == 0 ? free(at, osize) : resize(at, osize, nsize);
    }

    private long newBlock(long nsize) {
        int at = isImpossible(nsize) ? Granules.NONE : granules.take(wanted(nsize));
        if (at == Granules.NONE)
            return refuse();
        blocks++;
        hold(nsize);
        return granules.address(at);
    }

    private long free(int at, long osize) {
        granules.give(at, Granules.of(osize));
        blocks--;
        hold(-osize);
        return NULL;
    }

    private long resize(int at, long osize, long nsize) {
        if (isImpossible(nsize))
            return refuse();
        int now = Granules.of(osize);
        int wanted = wanted(nsize);
        int place = at;
        if (wanted <= now)
            granules.shrink(at, now, wanted);
        else if (!granules.extend(at, now, wanted))
            place = move(at, now, wanted, osize);
        if (place == Granules.NONE)
            return refuse();
        hold(nsize - osize);
        return granules.address(place);
    }

    private int move(int at, int now, int wanted, long osize) {
        int place = granules.take(wanted);
        if (place == Granules.NONE)
            return granules.slide(at, now, wanted, osize);
        SmallCopies.copy(granules.address(at), granules.address(place), osize);
        granules.give(at, now);
        return place;
    }

    private int wanted(long nsize) {
        int n = Granules.of(nsize);
        smallest = Math.min(smallest, n);
        largest = Math.max(largest, n);
        return n;
    }

    private boolean isImpossible(long nsize) {
        return Long.compareUnsigned(nsize, capacity) > 0;
    }

    private long refuse() {
        refusals++;
        return NULL;
    }

    private void hold(long more) {
        live += more;
        peak = Math.max(peak, live);
        peakGranules = Math.max(peakGranules, granules.count() - granules.free());
    }

    private void requireAlive(long block, long osize, long nsize) {
        if (!scope.isAlive())
            throw new IllegalStateException("the region is closed: " + Requests.text(block, osize, nsize));
    }

    private int requireBlock(long block, long osize, long nsize) {
        int at = granules.at(block);
        if (at == Granules.NONE || !granules.isUsed(at))
            throw new IllegalArgumentException("no block of this region: " + Requests.text(block, osize, nsize)
                    + ", region=" + Requests.hex(granules.address(0)) + ", bytes=" + capacity);
        if (!Requests.isPlausible(osize, live) || !granules.isWhole(at, Granules.of(osize)))
            throw Requests.implausible(block, osize, nsize, live);
        return at;
    }

    // ------------------------------------------------------------------------------------------------------ figures

    /// What is in use of a region, and in what state the rest is. All in bytes unless it says otherwise.
    ///
    /// @param capacity the usable part of the region
    /// @param liveBytes the sizes of all blocks in use
    /// @param peakBytes the most that [#liveBytes] ever was
    /// @param usedBytes what the blocks in use take: their sizes rounded up to 16
    /// @param liveBlocks how many are in use
    /// @param freeBlocks how many pieces the free memory is in
    /// @param largestFree the largest of them
    /// @param refusals how many requests were refused
    public record Figures(long capacity, long liveBytes, long peakBytes, long usedBytes, long liveBlocks,
            long freeBlocks, long largestFree, long refusals) {
        /// What is not taken by blocks in use.
        ///
        /// @return bytes
        public long freeBytes() {
            return capacity - usedBytes;
        }

        /// The share of the used bytes that was rounded up.
        ///
        /// @return 0 to 1
        public double internalFragmentation() {
            return usedBytes == 0 ? 0 : 1 - (double) liveBytes / usedBytes;
        }

        /// The share of the free bytes that are not in the largest free piece.
        ///
        /// @return 0 to 1
        public double externalFragmentation() {
            return freeBytes() == 0 ? 0 : 1 - (double) largestFree / freeBytes();
        }
    }

    /// The bytes in use, as their owners said.
    ///
    /// @return 0 or more
    public long liveBytes() {
        return live;
    }

    /// The figures now.
    ///
    /// @return a copy
    /// @throws IllegalStateException where the region does not live any more, or somebody wrote to free memory
    public Figures figures() {
        requireAlive(NULL, 0, 0);
        long used = (long) (granules.count() - granules.free()) << Granules.SHIFT;
        return new Figures(capacity, live, peak, used, blocks, granules.freeBlocks(),
                (long) granules.largestFree() << Granules.SHIFT, refusals);
    }

    /// Whether this region could refuse a request although enough is free, if the program went on within the peak and the
    /// sizes that it had so far.
    ///
    /// @return the bounds for these figures
    public Breakdown breakdown() {
        int least = largest == 0 ? 0 : smallest;
        return new Breakdown(capacity, (long) peakGranules << Granules.SHIFT, (long) least << Granules.SHIFT,
                (long) largest << Granules.SHIFT);
    }

    /// Shows every block in use, in order of their addresses.
    ///
    /// @param visitor looks at them; a block's bytes are its size rounded up to 16
    public void forEachBlock(BlockVisitor visitor) {
        requireAlive(NULL, 0, 0);
        for (int at = 0; at < granules.count(); at = granules.next(at))
            if (granules.isUsed(at))
                visitor.visit(granules.address(at), (long) (granules.next(at) - at) << Granules.SHIFT);
    }

    /// Checks that the region is in order: that its blocks cover it, and that free memory was written to by nobody. Takes
    /// time in proportion to the region.
    ///
    /// @throws IllegalStateException where it is not
    public void verify() {
        requireAlive(NULL, 0, 0);
        granules.verify();
    }

    /// Gives a region of its own back to the system, with all blocks in it. A given one is its owner's affair, and stays.
    @Override
    public void close() {
        if (own != null && scope.isAlive())
            own.close();
    }

    @Override
    public String toString() {
        return "RegionAllocator[" + capacity + "]";
    }
}
