package org.lmem.allocators;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// A fast general allocator: size classes in pages that have free lists of their own.
///
/// ```
///   realloc ──► heads[class] ──► block ──► block ──► 0        taking: one load, one store
///                   ▲ detached when the head runs out
///   page table: record ── free ──► block ──► block ──► 0      freeing: onto the list of the block's own page
///                    └──── tally: class │ frees until the page is of interest again
/// ```
///
/// *Why lists of pages.* One list per class would, in an aged heap, run across the whole of it: each block taken would be
/// far from the one before. A page's list stays within 16 KiB, and a page that runs empty can serve any other class.
///
/// *Spare pages.* A page that runs empty stays with its class, last out first in, until memory is wanted that was not
/// touched yet, or until it was spare for long: then all spares go to the heap of pages.
///
/// *Blocks have no header.* The page follows from the address, its record from the page, and the class of the block from
/// `osize`, which every caller of a [LuaAlloc] says. A block that is wrong about its class is found out by the comparison
/// that counts the page's blocks down, at no cost.
///
/// | size in bytes | where | waste at most |
/// |---|---|---|
/// | 1 to 1024 | pages of one class, every 16 bytes | 15 bytes |
/// | to 32 KiB | spans of pages of one class, eight classes to each doubling | an eighth |
/// | to four segments | pages of its own, grown and shrunk in place where the neighbours are free | a page |
/// | above | a mapping of its own, grown by moving its pages | a page of the system |
///
/// Invariants:
/// - `inv.tally`: a page's record counts its blocks that are in use or detached, except that a full page counts to 1.
/// - `inv.queue`: the queue of a class holds exactly its pages in state QUEUED, each with a block to give.
/// - `inv.spare`: the spares of a class are pages in state SPARE, without a block in use; [#sparePages] counts their pages.
/// - `inv.class`: the class of a block is that of its `osize`; otherwise it is *kept*, because a smaller block could not
///   be had when it shrank, and is in the map of kept blocks.
/// - `inv.commit`: nothing is counted, linked or resized before everything that can fail has succeeded.
///
/// What is checked: that the address is the pool's and aligned, that the size is of the page's class, that a page does not
/// take back more blocks than it gave. An aligned address inside of a block, or a second free of a block whose page has
/// others in use, is not found out: [DebugAllocator] around the pool does that.
///
/// For one thread, as the state that it serves. Blocks are aligned to 16 bytes.
public final class PoolAllocator implements LuaAlloc, AutoCloseable {
    private static final int NONE = PageHeap.NONE;
    private static final int UNIT_SHIFT = SizeClasses.UNIT_SHIFT;
    private static final int SMALL_LIMIT = SizeClasses.SMALL_LIMIT;
    private static final int SMALL_CLASSES = SMALL_LIMIT >>> UNIT_SHIFT;
    private static final int CARVE_BYTES = 4096;
    private static final int CARVE_BLOCKS = 64;

    // Read by every request
    private final long base;
    private final long table;
    private final int pageUnitShift; // from units of 16 bytes to pages
    private long unitLimit; // of the reserved addresses, 0 when closed
    private final long heads; // class → block, outside of the Java heap, where NativePath reaches them too
    private long liveBytes; // but for what the paths count themselves

    // Read when a page's list runs out, or a page does
    private final int[] currents = new int[SizeClasses.COUNT];
    private final int[] queueFirst = new int[SizeClasses.COUNT];
    private final int[] queueLast = new int[SizeClasses.COUNT];
    private final int[] spares = new int[SizeClasses.COUNT];
    private final int[] capacities = new int[SizeClasses.COUNT];
    private int sparePages;
    private long sparesReturned; // turnovers of the heap when they last were
    private final PageHeap heap;
    private final HugeBlocks huge;
    private final AddressMap kept = new AddressMap(); // address → class
    private final List<NativePath> paths = new CopyOnWriteArrayList<>(); // read by whoever reads the figures
    private final long hugeLimit;
    private boolean closed;

    /// What a pool is made of.
    ///
    /// @param segmentBytes what is obtained from the system and returned to it at once; a power of two
    /// @param pageBytes what serves one size class; a power of two
    /// @param addressBytes addresses to reserve, hence the most that blocks of up to four segments can take together
    /// @param largePages whether the system is asked to back segments with large pages, which Linux does where it is allowed
    ///   to ("madvise" or "always" in `/sys/kernel/mm/transparent_hugepage/enabled`); a segment is taken whole then
    public record Options(long segmentBytes, int pageBytes, long addressBytes, boolean largePages) {
        /// Segments of 1 MiB, pages of 16 KiB, 64 GiB of addresses: for heaps of every size.
        public static final Options DEFAULT = new Options(1 << 20, 16 << 10, 64L << 30, false);

        /// Segments of 2 MiB in large pages of the system, pages of 256 KiB, 64 GiB of addresses: for heaps of many
        /// megabytes. Blocks of a class that were made one after the other lie in one long row, which a processor reads
        /// ahead of the program; a small heap takes more memory than it needs.
        public static final Options LARGE_HEAP = new Options(2 << 20, 256 << 10, 64L << 30, true);

        /// Checks the numbers.
        ///
        /// @throws IllegalArgumentException where a size is no power of two or out of its bounds
        public Options {
            requirePowerOfTwo("segmentBytes", segmentBytes, 64 << 10, 1 << 30);
            requirePowerOfTwo("pageBytes", pageBytes, 4 << 10, Math.min(segmentBytes, 1 << 20));
            if (addressBytes < segmentBytes || addressBytes % segmentBytes != 0 || addressBytes > 1L << 44)
                throw new IllegalArgumentException("addresses are reserved in segments: addressBytes=" + addressBytes
                        + ", segmentBytes=" + segmentBytes + ", largest=" + (1L << 44));
        }

        private static void requirePowerOfTwo(String name, long value, long least, long most) {
            if (Long.bitCount(value) != 1 || value < least || value > most)
                throw new IllegalArgumentException("a power of two is wanted: " + name + "=" + value + ", smallest="
                        + least + ", largest=" + most);
        }
    }

    /// A pool with the default options.
    ///
    /// @throws IllegalStateException where the system has no addresses left
    public PoolAllocator() {
        this(Options.DEFAULT);
    }

    /// A pool.
    ///
    /// @param options what it is made of
    /// @throws IllegalStateException where the system has no addresses left
    public PoolAllocator(Options options) {
        heap = PageHeap.reserve(options);
        base = heap.base;
        table = heap.table;
        heads = heap.heads;
        pageUnitShift = heap.pageShift - UNIT_SHIFT;
        unitLimit = heap.addressBytes >>> UNIT_SHIFT;
        hugeLimit = 4 * options.segmentBytes();
        huge = new HugeBlocks(heap);
        Arrays.fill(currents, NONE);
        Arrays.fill(queueFirst, NONE);
        Arrays.fill(queueLast, NONE);
        Arrays.fill(spares, NONE);
        for (int c = 1; c < SizeClasses.COUNT; c++)
            capacities[c] = (int) (((long) spanPages(c) << heap.pageShift) / SizeClasses.bytes(c));
    }

    // ------------------------------------------------------------------------------------------------- the fast paths

    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block == NULL)
            return allocate(nsize);
        if (nsize == 0)
            return free(block, osize);
        return resize(block, osize, nsize);
    }

    private long allocate(long size) {
        long sizeClass = (size + 15) >>> UNIT_SHIFT;
        if (Long.compareUnsigned(sizeClass, SMALL_CLASSES) <= 0) { // class 0 has no blocks
            long block = PageHeap.head(heads, sizeClass);
            if (block != NULL) {
                PageHeap.setHead(heads, sizeClass, RawMemory.getLong(block));
                liveBytes += size;
                return block;
            }
        }
        return allocateSlowly(size);
    }

    private long free(long block, long osize) {
        long units = Long.rotateRight(block - base, UNIT_SHIFT); // a misaligned address becomes a huge number
        if (Long.compareUnsigned(units, unitLimit) < 0) {
            long record = table + (units >>> pageUnitShift << PageRecord.SHIFT);
            long tally = PageRecord.tally(record);
            long frees = tally - ((osize + 15) >>> UNIT_SHIFT << 32) - 1;
            if ((frees - 1 | osize) >>> 31 == 0) { // the class is right, and no event
                RawMemory.putLong(block, PageRecord.free(record));
                PageRecord.setFree(record, block);
                PageRecord.setTally(record, tally - 1);
                liveBytes -= osize;
                return NULL;
            }
        }
        return freeSlowly(block, osize);
    }

    private long resize(long block, long osize, long nsize) {
        if (((osize - 1 | nsize - 1) & -SMALL_LIMIT) == 0 && isInSmallPage(block, osize)) {
            long oldClass = (osize + 15) >>> UNIT_SHIFT;
            long newClass = (nsize + 15) >>> UNIT_SHIFT;
            if (oldClass == newClass) {
                liveBytes += nsize - osize;
                return block;
            }
            long fresh = allocate(nsize);
            if (fresh != NULL) {
                copyUnits(block, fresh, Math.min(oldClass, newClass));
                free(block, osize);
                return fresh;
            }
        }
        return resizeSlowly(block, osize, nsize);
    }

    private boolean isInSmallPage(long block, long osize) {
        long units = Long.rotateRight(block - base, UNIT_SHIFT);
        if (Long.compareUnsigned(units, unitLimit) >= 0)
            return false;
        long record = table + (units >>> pageUnitShift << PageRecord.SHIFT);
        return PageRecord.tally(record) >>> 32 == (osize + 15) >>> UNIT_SHIFT;
    }

    private static void copyUnits(long from, long to, long units) {
        if (units > 2)
            RawMemory.copy(from, to, units << UNIT_SHIFT);
        else
            for (long end = from + (units << UNIT_SHIFT), shift = to - from, p = from; p < end; p += 16) {
                RawMemory.putLong(p + shift, RawMemory.getLong(p));
                RawMemory.putLong(p + shift + 8, RawMemory.getLong(p + 8));
            }
    }

    // ------------------------------------------------------------------------------------------------------ taking

    private long allocateSlowly(long size) {
        requireOpen();
        if (size == 0)
            return NULL;
        long block = size < 0
                ? NULL
                : size <= SizeClasses.LIMIT
                        ? allocateOfClass(SizeClasses.of(size))
                        : size <= hugeLimit ? allocateLarge(size) : huge.allocate(size);
        if (block != NULL)
            liveBytes += size;
        return block;
    }

    private long allocateOfClass(int sizeClass) {
        long block = PageHeap.head(heads, sizeClass);
        if (block == NULL)
            block = refill(sizeClass);
        if (block != NULL)
            PageHeap.setHead(heads, sizeClass, RawMemory.getLong(block));
        return block;
    }

    /// Finds blocks for a class whose head has run out: freed ones of its page, ones of that page not carved yet, those of
    /// the page that waits longest, those of a spare page, those of a fresh one.
    private long refill(int sizeClass) {
        int page = currents[sizeClass];
        if (page != NONE) {
            long record = heap.record(page);
            long block = detach(sizeClass, page, record);
            if (block != NULL)
                return block;
            PageRecord.setTally(record, sizeClass, 1);
            PageRecord.setState(record, PageRecord.FULL);
        }
        page = poll(sizeClass);
        if (page == NONE)
            page = pollSpare(sizeClass);
        if (page == NONE)
            page = takePages(spanPages(sizeClass));
        currents[sizeClass] = page;
        if (page == NONE)
            return NULL;
        long record = heap.record(page);
        if (PageRecord.state(record) != PageRecord.QUEUED)
            clear(sizeClass, page, record);
        PageRecord.setState(record, PageRecord.CURRENT);
        return detach(sizeClass, page, record);
    }

    private long detach(int sizeClass, int page, long record) {
        long block = PageRecord.free(record);
        if (block == NULL)
            return carve(sizeClass, page, record);
        PageRecord.setFree(record, NULL);
        PageRecord.setTally(record, sizeClass, PageRecord.count(record));
        return block;
    }

    /// Links blocks that the page has not given yet, in the order of their addresses: as many as fill the next page of the
    /// system, or more where the memory was touched before.
    private long carve(int sizeClass, int page, long record) {
        int bytes = SizeClasses.bytes(sizeClass);
        int carved = PageRecord.count(record);
        int left = capacities[sizeClass] - carved;
        if (left == 0)
            return NULL;
        int offset = carved * bytes;
        int end = Math.max(offset + CARVE_BYTES & -CARVE_BYTES,
                Math.min(offset + CARVE_BLOCKS * bytes, heap.touchedBytes(record)));
        int more = Math.clamp((end - offset) / bytes, 1, left);
        long first = heap.address(page) + offset;
        int last = (more - 1) * bytes;
        heap.touch(page, offset + (long) more * bytes);
        for (int at = 0; at < last; at += bytes)
            RawMemory.putLong(first + at, first + at + bytes);
        RawMemory.putLong(first + last, NULL);
        PageRecord.setCount(record, carved + more);
        PageRecord.setTally(record, sizeClass, PageRecord.frees(record) + more);
        return first;
    }

    /// Makes a page with nothing in it one of a class. What its blocks were linked to is forgotten: linked anew in the order
    /// of their addresses they are faster to use than in the order in which they were freed.
    private void clear(int sizeClass, int page, long record) {
        PageRecord.setTally(record, sizeClass, 0);
        PageRecord.setFree(record, NULL);
        PageRecord.setCount(record, 0);
        markTails(page, spanPages(sizeClass));
    }

    /// Takes pages of the heap, those first that were touched before: spare ones come before fresh memory.
    private int takePages(int n) {
        if (sparePages > 0 && !heap.hasTouched(n))
            returnSpares();
        return heap.take(n);
    }

    private void markTails(int page, int n) {
        for (int tail = page + 1; tail < page + n; tail++) {
            PageRecord.setTally(heap.record(tail), PageRecord.TAIL, 0);
            PageRecord.setFree(heap.record(tail), page);
        }
    }

    private int spanPages(int sizeClass) {
        int bytes = SizeClasses.bytes(sizeClass);
        return bytes <= SMALL_LIMIT ? 1 : (int) heap.pagesFor(bytes <= 8192 ? 64 << 10 : 128 << 10);
    }

    // ------------------------------------------------------------------------------------------------------ freeing

    private long freeSlowly(long block, long osize) {
        if (isOutside(block)) {
            requireOpen();
            huge.free(block, osize);
        } else {
            int page = locate(block, osize);
            int sizeClass = PageRecord.sizeClass(heap.record(page));
            if (sizeClass == PageRecord.LARGE)
                heap.give(page, PageRecord.count(heap.record(page)));
            else
                push(block, page, sizeClass);
            if (kept.size() > 0)
                kept.remove(block);
        }
        liveBytes -= osize;
        return NULL;
    }

    private void push(long block, int page, int sizeClass) {
        long record = heap.record(page);
        int frees = PageRecord.frees(record) - 1;
        if (PageRecord.state(record) == PageRecord.FULL)
            frees = PageRecord.count(record) - 1;
        RawMemory.putLong(block, PageRecord.free(record));
        PageRecord.setFree(record, block);
        PageRecord.setTally(record, sizeClass, frees);
        byte state = PageRecord.state(record);
        if (state == PageRecord.CURRENT)
            return;
        if (state == PageRecord.FULL)
            append(sizeClass, page);
        if (frees == 0)
            retire(sizeClass, page);
    }

    // --------------------------------------------------------------------------------------------------- spare pages

    private void retire(int sizeClass, int page) {
        long record = heap.record(page);
        remove(sizeClass, page);
        PageRecord.setState(record, PageRecord.SPARE);
        PageRecord.setNext(record, spares[sizeClass]);
        spares[sizeClass] = page;
        sparePages += spanPages(sizeClass);
        heap.turnOver();
        if (heap.turnovers() - sparesReturned >= (long) PageHeap.PATIENCE * heap.pages())
            returnSpares();
    }

    private int pollSpare(int sizeClass) {
        int page = spares[sizeClass];
        if (page != NONE) {
            spares[sizeClass] = PageRecord.next(heap.record(page));
            sparePages -= spanPages(sizeClass);
        }
        return page;
    }

    /// Gives all spare pages to the heap, where every class finds them, and empty segments end.
    private void returnSpares() {
        for (int c = 1; c < SizeClasses.COUNT; c++)
            for (int page = pollSpare(c); page != NONE; page = pollSpare(c))
                heap.give(page, spanPages(c));
        sparesReturned = heap.turnovers();
    }

    // -------------------------------------------------------------------------------------------- the queue of a class

    private void append(int sizeClass, int page) {
        long record = heap.record(page);
        int last = queueLast[sizeClass];
        PageRecord.setState(record, PageRecord.QUEUED);
        PageRecord.setNext(record, NONE);
        PageRecord.setPrevious(record, last);
        if (last == NONE)
            queueFirst[sizeClass] = page;
        else
            PageRecord.setNext(heap.record(last), page);
        queueLast[sizeClass] = page;
    }

    private void remove(int sizeClass, int page) {
        int next = PageRecord.next(heap.record(page));
        int previous = PageRecord.previous(heap.record(page));
        if (previous == NONE)
            queueFirst[sizeClass] = next;
        else
            PageRecord.setNext(heap.record(previous), next);
        if (next == NONE)
            queueLast[sizeClass] = previous;
        else
            PageRecord.setPrevious(heap.record(next), previous);
    }

    private int poll(int sizeClass) {
        int page = queueFirst[sizeClass];
        if (page != NONE)
            remove(sizeClass, page);
        return page;
    }

    // ------------------------------------------------------------------------------------------------------ resizing

    private long resizeSlowly(long block, long osize, long nsize) {
        if (isOutside(block))
            return resizeHuge(block, osize, nsize);
        int page = locate(block, osize);
        if (nsize < 0)
            return NULL;
        int sizeClass = PageRecord.sizeClass(heap.record(page));
        if (sizeClass == PageRecord.LARGE)
            return resizeLarge(block, page, osize, nsize);
        boolean fits = nsize <= SizeClasses.LIMIT && SizeClasses.of(nsize) == sizeClass;
        if (fits) {
            kept.remove(block);
            liveBytes += nsize - osize;
            return block;
        }
        long fresh = move(block, osize, nsize);
        if (fresh != NULL || nsize > SizeClasses.bytes(sizeClass))
            return fresh;
        kept.reserve();
        kept.put(block, sizeClass);
        liveBytes += nsize - osize;
        return block;
    }

    private long move(long block, long osize, long nsize) {
        long fresh = allocate(nsize);
        if (fresh != NULL) {
            RawMemory.copy(block, fresh, Math.min(osize, nsize));
            free(block, osize);
        }
        return fresh;
    }

    // ------------------------------------------------------------------------------------- blocks with pages of their own

    private long allocateLarge(long size) {
        int n = (int) heap.pagesFor(size);
        int page = takePages(n);
        if (page == NONE)
            return NULL;
        long record = heap.record(page);
        PageRecord.setTally(record, PageRecord.LARGE, 0);
        PageRecord.setCount(record, n);
        markTails(page, n);
        heap.touch(page, size);
        return heap.address(page);
    }

    private long resizeLarge(long block, int page, long osize, long nsize) {
        int n = PageRecord.count(heap.record(page));
        boolean large = nsize > SizeClasses.LIMIT && nsize <= hugeLimit;
        if (!large || !fitLarge(page, n, (int) heap.pagesFor(nsize))) {
            long fresh = move(block, osize, nsize);
            if (fresh != NULL || nsize > osize)
                return fresh;
            fitLarge(page, n, (int) heap.pagesFor(nsize)); // it keeps its first pages
        }
        heap.touch(page, nsize);
        liveBytes += nsize - osize;
        return block;
    }

    /// Gives a block of `n` pages `wanted` ones, where it is.
    ///
    /// @return whether it has them
    private boolean fitLarge(int page, int n, int wanted) {
        if (wanted > n) {
            if (!heap.takeFollowing(page, n, wanted - n))
                return false;
            markTails(page, wanted);
        }
        PageRecord.setCount(heap.record(page), wanted);
        if (wanted < n)
            heap.give(page + wanted, n - wanted);
        return true;
    }

    // -------------------------------------------------------------------------------- blocks with mappings of their own

    private long resizeHuge(long block, long osize, long nsize) {
        requireOpen();
        huge.require(block, osize);
        if (nsize < 0)
            return NULL;
        if (nsize <= hugeLimit) {
            long fresh = move(block, osize, nsize);
            if (fresh != NULL)
                return fresh;
        }
        long resized = huge.resize(block, osize, nsize);
        if (resized != NULL)
            liveBytes += nsize - osize;
        return resized;
    }

    // ------------------------------------------------------------------------------------------------------- checking

    private boolean isOutside(long block) {
        return Long.compareUnsigned(block - base, heap.addressBytes) >= 0;
    }

    private void requireOpen() {
        if (closed)
            throw new IllegalStateException("the pool is closed");
    }

    /// The first page of a block's span.
    ///
    /// @throws IllegalArgumentException where this is no block of the pool, or not of this size
    private int locate(long block, long osize) {
        requireOpen();
        int page = (int) ((block - base) >>> heap.pageShift);
        long record = heap.record(page);
        if (PageRecord.sizeClass(record) == PageRecord.TAIL) {
            page = (int) PageRecord.free(record);
            record = heap.record(page);
        }
        int sizeClass = PageRecord.sizeClass(record);
        if (sizeClass == PageRecord.LARGE)
            requireLarge(block, page, osize);
        else
            requireOfClass(block, page, sizeClass, osize);
        return page;
    }

    private void requireLarge(long block, int page, long osize) {
        if (block != heap.address(page))
            throw HugeBlocks.fault("not a block of this pool", block, osize);
        int n = PageRecord.count(heap.record(page));
        if (osize <= 0 || heap.pagesFor(osize) != n)
            throw HugeBlocks.fault("the block has another size", block, osize, "bytes", (long) n << heap.pageShift);
    }

    private void requireOfClass(long block, int page, int sizeClass, long osize) {
        long record = heap.record(page);
        int bytes = sizeClass == PageRecord.NO_BLOCK ? 1 : SizeClasses.bytes(sizeClass);
        long offset = block - heap.address(page);
        if (sizeClass == PageRecord.NO_BLOCK || offset % bytes != 0 || offset / bytes >= PageRecord.count(record))
            throw HugeBlocks.fault("not a block of this pool", block, osize);
        boolean inClass = osize > 0 && osize <= bytes && SizeClasses.of(osize) == sizeClass;
        if (!inClass && (osize <= 0 || osize > bytes || kept.get(block) == AddressMap.NONE))
            throw HugeBlocks.fault("the block has another size", block, osize, "bytes", bytes);
        if (PageRecord.frees(record) <= 0)
            throw HugeBlocks.fault("the block is free", block, osize);
    }

    // --------------------------------------------------------------------------------------------------- figures, end

    /// Bytes in use: the sum of the sizes of all blocks.
    ///
    /// @return 0 or more
    public long liveBytes() {
        long bytes = liveBytes;
        for (NativePath path : paths)
            bytes += path.liveBytes();
        return bytes;
    }

    /// Memory taken from the system now, in bytes.
    ///
    /// @return 0 or more
    public long reservedBytes() {
        return heap.touchedBytes();
    }

    /// The most memory that was taken from the system at once, in bytes.
    ///
    /// @return 0 or more
    public long peakReservedBytes() {
        return heap.peakBytes();
    }

    /// Every span of pages with what it is used for, and every block with a mapping of its own: one consistent picture.
    ///
    /// @return a copy, in order of the addresses
    /// @throws IllegalStateException where the pool is closed
    public PoolMap map() {
        requireOpen();
        return walk().map(liveBytes());
    }

    /// Shows every block in use, in no order.
    ///
    /// @param visitor looks at them; a block's bytes are what it takes of the memory
    /// @throws IllegalStateException where the pool is closed
    public void forEachBlock(BlockVisitor visitor) {
        requireOpen();
        walk().forEachBlock(visitor);
    }

    /// A way for C to the fast paths, while the pool is open.
    ///
    /// @param upcall address of what C calls for all else
    /// @return nothing where machine code is not for this system
    @Nullable
    NativePath openPath(long upcall) {
        NativePath path = closed ? null : NativePath.create(heap, upcall);
        if (path != null)
            paths.add(path);
        return path;
    }

    void closePath(NativePath path) {
        liveBytes += path.liveBytes();
        paths.remove(path);
        path.release();
    }

    private PoolWalk walk() {
        return new PoolWalk(heap, huge, this::spanPages);
    }

    /// Gives all empty segments back to the system at once.
    ///
    /// @return bytes given back
    /// @throws IllegalStateException where the pool is closed
    public long trim() {
        requireOpen();
        returnSpares();
        return heap.purge(0);
    }

    /// Releases all memory; every block is gone. Closing again does nothing.
    @Override
    public void close() {
        if (closed)
            return;
        closed = true;
        unitLimit = 0;
        liveBytes = 0;
        paths.forEach(NativePath::disable);
        huge.release();
        heap.release();
    }

    @Override
    public String toString() {
        return "PoolAllocator";
    }
}
