package org.lmem.allocators;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// A fast general allocator: size classes in pages, each of which has a stack of its free blocks.
///
/// ```
///   realloc ──► heads[class] ──► record of the current page ── top ──► place of a block        taking: three loads, one store
///                                                                ▲
///   block ──► page ──► record ── top ────────────────────────────┘ its place goes on top       freeing: two stores
///                        └── event: the top at which the page is of interest again
/// ```
///
/// *Why stacks of pages.* One list per class would, in an aged heap, run across the whole of it: each block taken would be
/// far from the one before. What a page has to give stays within 16 KiB, and a page that runs empty can serve any other
/// class. [FreeStacks] says why the free blocks are not linked.
///
/// *Spare pages.* A page that runs empty stays with its class, last out first in, until memory is wanted that was not
/// touched yet, or until it was spare for long: then all spares go to the heap of pages.
///
/// *Little memory.* Before a pool takes more from the system than it ever did, pages that serve a class but hold no block go
/// to the heap, too, and free memory that was too scattered to be used goes back to the system, unless less than a twelfth
/// lies idle. And a class that had no page gets one without the memory of its former use, but for the first block: most such
/// classes want a few blocks only. And as long as a pool is little and much of it lies idle, classes share pages: [PageSharing].
///
/// *Blocks have no header.* The page follows from the address, its record from the page, and the class of the block from
/// `osize`, which every caller of a [LuaAlloc] says; it is compared with the class of the page.
///
/// | size in bytes | where | waste at most |
/// |---|---|---|
/// | 1 to 256 | pages of one class, every 16 bytes | 15 bytes |
/// | to 2048 | pages of one class, eight classes to each doubling | an eighth; two thirds in shared pages |
/// | to 32 KiB | spans of pages of one class, eight classes to each doubling | an eighth |
/// | to four segments | pages of its own, grown and shrunk in place where the neighbours are free | a page |
/// | above | a mapping of its own, grown by moving its pages | a page of the system |
///
/// Invariants:
/// - `inv.head`: the head of a class is the record of its one page in state CURRENT, that of a page in this state of a larger
///   class, or the empty record.
/// - `inv.event`: the next free into a page is an event where it is the first (FULL), the last (QUEUED), or one too many
///   (CURRENT, SPARE).
/// - `inv.class`: the `osize` of a block is of the class of its page, or of a guest of it; otherwise it is *kept*, because a
///   smaller block could not be had when it shrank, and is in the map of kept blocks.
/// - `inv.commit`: nothing is counted, moved or resized before everything that can fail has succeeded.
///
/// What is checked: that the address is the pool's and aligned, that the size is one that the page has given, that a page does
/// not take back more blocks than it gave. An aligned address between blocks, or a second free of a block whose page has others
/// in use, is not found out: [DebugAllocator] around the pool does that. A write into a block that was freed cannot mislead
/// the pool, which keeps nothing there.
///
/// For one thread, as the state that it serves. Blocks are aligned to 16 bytes.
public final class PoolAllocator implements LuaAlloc, AutoCloseable {
    private static final int NONE = PageHeap.NONE;
    private static final int UNIT_SHIFT = SizeClasses.UNIT_SHIFT;
    private static final int SMALL_LIMIT = SizeClasses.SMALL_LIMIT;
    private static final int SMALL_CLASSES = SizeClasses.SMALL_COUNT;
    private static final int CARVE_BYTES = 4096;
    private static final int UNITS_BY_HAND = 4; // to be copied; more than these are faster in bulk

    /// Turnovers between two searches for idle pages, which would otherwise be given up and taken again all the time.
    static final int SEARCH_INTERVAL = 256;

    // Read by every request
    private final long base;
    private final long tableOrigin; // where the record of the page at address 0 would be
    private final long emptyRecord;
    private final int recordShift; // from addresses to records
    private long unitLimit; // of the reserved addresses, 0 when closed
    private final long heads; // class → record, outside of the Java heap, where NativePath reaches them too
    private long givenBytes; // two sums: one that goes up and down would be loaded early, and held, by the compiler
    private long returnedBytes; // their difference is in use, but for what the paths count themselves

    // The rest of taking and freeing, each in one piece of its own
    private final OutOfLine slowAllocate = new OutOfLine(MethodHandles.lookup(), this, "allocateSlowly");
    private final OutOfLine slowFree = new OutOfLine(MethodHandles.lookup(), this, "freeSlowly");

    // Used when a page's stack runs out, or a page does
    private final FreeStacks stacks;
    private final PageQueues queues;
    private final PageSharing sharing;
    private final PageHeap heap;
    private final HugeBlocks huge;
    private final AddressMap kept = new AddressMap(); // address → class
    private final List<NativePath> paths = new CopyOnWriteArrayList<>(); // read by whoever reads the figures
    private final long hugeLimit;
    private boolean closed;
    private long lookedForIdle; // turnovers of the heap when it last was

    /// What a pool is made of.
    ///
    /// @param segmentBytes what is obtained from the system and returned to it at once; a power of two
    /// @param pageBytes what serves one size class; a power of two
    /// @param addressBytes addresses to reserve, hence the most that blocks of up to four segments can take together
    /// @param largePages whether the system is asked to back segments with large pages, which Linux does where it is allowed
    ///   to ("madvise" or "always" in `/sys/kernel/mm/transparent_hugepage/enabled`); a segment is taken whole then
    /// @param sharedPages whether classes share pages while the pool is little and much of it lies idle, which takes less
    ///   memory and more time
    public record Options(long segmentBytes, int pageBytes, long addressBytes, boolean largePages,
            boolean sharedPages) {
        /// Segments of 1 MiB, pages of 16 KiB that classes share in small heaps, 64 GiB of addresses: for heaps of every size.
        public static final Options DEFAULT = new Options(1 << 20, 16 << 10, 64L << 30, false, true);

        /// As by default, but each class has pages of its own from the beginning: for small heaps in which time matters more
        /// than memory. One of 200 KB with strings of all lengths took a third more memory than by default, and a fifth less
        /// time (life in the module's README).
        public static final Options OWN_PAGES = new Options(1 << 20, 16 << 10, 64L << 30, false, false);

        /// Segments of 2 MiB in large pages of the system, pages of 256 KiB, 64 GiB of addresses: for heaps of many
        /// megabytes. Blocks of a class that were made one after the other lie in one long row, which a processor reads
        /// ahead of the program; a small heap takes more memory than it needs.
        public static final Options LARGE_HEAP = new Options(2 << 20, 256 << 10, 64L << 30, true, false);

        /// Checks the numbers.
        ///
        /// @throws IllegalArgumentException where a size is no power of two or out of its bounds
        public Options {
            requirePowerOfTwo("segmentBytes", segmentBytes, 64 << 10, 1 << 30);
            requirePowerOfTwo("pageBytes", pageBytes, 4 << 10, Math.min(segmentBytes, FreeStacks.MAX_PAGE_BYTES));
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
        heads = heap.heads;
        emptyRecord = heap.emptyRecord();
        recordShift = heap.pageShift - PageRecord.SHIFT;
        tableOrigin = heap.table - (base >>> recordShift);
        unitLimit = heap.addressBytes >>> UNIT_SHIFT;
        hugeLimit = 4 * options.segmentBytes();
        huge = new HugeBlocks(heap);
        stacks = new FreeStacks(heap);
        queues = new PageQueues(heap, stacks);
        sharing = new PageSharing(heap, stacks, queues, options.sharedPages());
    }

    // ------------------------------------------------------------------------------------------------- the fast paths

    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block == NULL)
            return allocate(nsize);
        return nsize == 0 ? free(block, osize) : resize(block, osize, nsize);
    }

    /// Resizes a block to a size that is not 0.
    long resize(long block, long osize, long nsize) {
        // what stays where it is takes no call
        long record = recordOf(block);
        int sizes = PageRecord.sizes(record);
        return PageRecord.isAmong(sizes, osize) && PageRecord.isAmong(sizes, nsize)
                ? keep(block, nsize - osize)
                : resizeElsewhere(record, block, osize, nsize);
    }

    /// A new block, NULL where there is none of this size.
    long allocate(long size) {
        long units = (size + 15) >>> UNIT_SHIFT;
        if (Long.compareUnsigned(units, SMALL_CLASSES) <= 0) { // 0 has no blocks
            long record = PageHeap.head(heads, units);
            long top = PageRecord.top(record);
            long place = FreeStacks.place(top);
            if (place != FreeStacks.BOTTOM) {
                PageRecord.setTop(record, top - Short.BYTES);
                givenBytes += size;
                return FreeStacks.block(PageRecord.window(record), place);
            }
        }
        return slowAllocate.call(NULL, 0, size);
    }

    /// Takes a block back, and returns NULL.
    long free(long block, long osize) {
        long record = recordOf(block);
        return giveOrCall(record, PageRecord.top(record) + Short.BYTES, block, osize);
    }

    // apart, so that both methods are short enough for HotSpot to put them where frees are rare
    private long giveOrCall(long record, long top, long block, long osize) {
        if (isExpected(record, top, osize))
            return give(record, top, block, osize);
        return slowFree.call(block, osize, 0);
    }

    /// The record of the page in which a block lies, or the empty one.
    private long recordOf(long block) {
        long units = Long.rotateRight(block - base, UNIT_SHIFT); // a misaligned address becomes a huge number
        return Long.compareUnsigned(units, unitLimit) < 0 ? record(block) : emptyRecord;
    }

    // the program waits for this sum, and not for the comparison above
    private long record(long block) {
        return tableOrigin + ((block >>> recordShift) & -PageRecord.BYTES);
    }

    /// Whether the page takes back a block of this size, and it is no event.
    private static boolean isExpected(long record, long top, long osize) {
        return PageRecord.isBelowEvent(record, top) && PageRecord.isOfClass(record, osize);
    }

    private long give(long record, long top, long block, long osize) {
        FreeStacks.push(record, top, block >>> UNIT_SHIFT);
        returnedBytes += osize;
        return NULL;
    }

    private long keep(long block, long more) {
        givenBytes += more;
        return block;
    }

    // ------------------------------------------------------------------------------------------------------ taking

    @SuppressWarnings("unused") // slowAllocate
    private long allocateSlowly(long block, long osize, long size) {
        requireOpen();
        if (size == 0)
            return NULL;
        long fresh = size < 0
                ? NULL
                : size <= SizeClasses.LIMIT
                        ? allocateOfClass(SizeClasses.of(size))
                        : size <= hugeLimit ? allocateLarge(size) : huge.allocate(size);
        if (fresh != NULL)
            givenBytes += size;
        return fresh;
    }

    private long allocateOfClass(int sizeClass) {
        int page = heap.current(sizeClass);
        long block = page == NONE ? NULL : pop(page);
        return block == NULL ? refill(sizeClass, page, sharing.isWanted(liveBytes()) && kept.size() == 0) : block;
    }

    private long pop(int page) {
        return stacks.pop(PageRecord.sizeClass(heap.record(page)), page);
    }

    /// Finds a block for a class whose page has run out: one of that page which was never given, one of the page that waits
    /// longest, of a shared page, of a spare one, of a fresh one. Where the first of these would take memory from the system
    /// that can be done without, it is left for when that page serves again.
    ///
    /// @param current the page, [PageHeap#NONE], or the host of a guest
    private long refill(int sizeClass, int current, boolean shares) {
        boolean isResident = sharing.isResident(sizeClass, current);
        if (isResident) {
            if (isToBeCarved(sizeClass, current, shares) && carve(sizeClass, current))
                return pop(current);
            PageRecord.setState(heap.record(current), PageRecord.FULL);
            stacks.setEvent(sizeClass, current, 1);
            sharing.dismissGuests(current);
        }
        heap.setCurrent(sizeClass, NONE);
        int page = queues.poll(sizeClass);
        if (page == NONE) {
            int host = shares ? sharing.host(sizeClass) : sizeClass;
            if (host != sizeClass)
                return allocateAsGuest(sizeClass, host);
            page = findEmpty(sizeClass, !isResident);
        } else
            setOneTooMany(sizeClass, page);
        heap.setCurrent(sizeClass, page);
        if (page == NONE)
            return NULL;
        stacks.serve(page);
        return pop(page);
    }

    private boolean isToBeCarved(int sizeClass, int page, boolean shares) {
        if (stacks.hasTouched(sizeClass, page))
            return true;
        return !queues.hasSpare(sizeClass) && !(shares && sharing.canDoWithout(sizeClass));
    }

    private long allocateAsGuest(int sizeClass, int host) {
        int page = heap.current(host);
        long block = page == NONE ? NULL : pop(page);
        if (block == NULL) {
            block = refill(host, page, false);
            page = heap.current(host);
        }
        if (block != NULL)
            sharing.join(sizeClass, page);
        return block;
    }

    private int findEmpty(int sizeClass, boolean isFirst) {
        int page = queues.pollSpare(sizeClass);
        if (page == NONE)
            page = takePages(stacks.spanPages(sizeClass));
        if (page != NONE) {
            markTails(page, stacks.spanPages(sizeClass));
            stacks.clear(sizeClass, page);
            if (isFirst)
                heap.purgeBeyond(page, stacks.spanPages(sizeClass), stacks.endOfNext(sizeClass, page));
            carve(sizeClass, page);
        }
        return page;
    }

    private void setOneTooMany(int sizeClass, int page) {
        stacks.setEvent(sizeClass, page, PageRecord.count(heap.record(page)) + 1);
    }

    /// Offers blocks that the page has not given yet: as many as fill the next page of the system, or all where the memory
    /// was touched before.
    private boolean carve(int sizeClass, int page) {
        int offset = stacks.carvedBytes(sizeClass, page);
        int end = Math.max(offset + CARVE_BYTES & -CARVE_BYTES, heap.touchedBytes(heap.record(page)));
        if (stacks.carve(sizeClass, page, end) == 0)
            return false;
        heap.touch(page, stacks.carvedBytes(sizeClass, page));
        setOneTooMany(sizeClass, page);
        return true;
    }

    /// Takes pages of the heap, those first that were touched before: spare ones come before fresh memory.
    private int takePages(int n) {
        if (!heap.hasTouched(n) && queues.hasSpares())
            queues.returnSpares();
        if (!heap.hasTouched(n))
            collectIdle((long) n << heap.pageShift);
        return heap.take(n);
    }

    /// Where more memory is about to be taken from the system than ever was, looks for some that is idle.
    private void collectIdle(long bytes) {
        if (!heap.isAtPeak(bytes) || isWellUsed())
            return;
        if (heap.turnovers() - lookedForIdle >= SEARCH_INTERVAL) {
            returnIdleCurrents();
            queues.returnSpares();
            lookedForIdle = heap.turnovers();
        }
        heap.purgeFree(bytes);
    }

    /// Whether less than a twelfth lies idle: to look for so little, and to fault it in again, would take longer than it is worth.
    private boolean isWellUsed() {
        long touched = heap.touchedBytes();
        return (touched - liveBytes()) * 12 < touched;
    }

    private void markTails(int page, int n) {
        for (int tail = page + 1; tail < page + n; tail++) {
            PageRecord.setClass(heap.record(tail), PageRecord.TAIL);
            PageRecord.setTop(heap.record(tail), page);
        }
    }

    // ------------------------------------------------------------------------------------------------------ freeing

    @SuppressWarnings("unused") // slowFree
    private long freeSlowly(long block, long osize, long nsize) {
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
        returnedBytes += osize;
        return NULL;
    }

    private void push(long block, int page, int sizeClass) {
        stacks.push(block, page);
        byte state = PageRecord.state(heap.record(page));
        if (state == PageRecord.CURRENT)
            return;
        if (state == PageRecord.FULL) {
            queues.append(sizeClass, page);
            stacks.setEvent(sizeClass, page, PageRecord.count(heap.record(page)));
        }
        if (stacks.isIdle(sizeClass, page)) {
            queues.remove(sizeClass, page);
            queues.addSpare(sizeClass, page);
        }
    }

    // ------------------------------------------------------------------------------------------------------ resizing

    /// Resizes a block that does not stay as it is: a small one becomes another small one by the fast paths, with a copy between
    /// them, and everything else comes after that.
    ///
    /// In one piece, so that it has more than 325 bytes of code and HotSpot puts it nowhere else ([OutOfLine]): a program that
    /// mostly moves blocks took up to a tenth more time where it was called through a handle.
    private long resizeElsewhere(long record, long block, long osize, long nsize) {
        if (PageRecord.isOfClass(record, osize) && Long.compareUnsigned(nsize, SMALL_LIMIT) <= 0) {
            long fresh = allocate(nsize);
            if (fresh != NULL) {
                int units = (int) (Math.min(osize, nsize) + 15) >>> UNIT_SHIFT;
                if (units > UNITS_BY_HAND)
                    RawMemory.copy(block, fresh, (long) units << UNIT_SHIFT);
                else
                    for (int unit = 0; unit < units; unit++) {
                        long at = (long) unit << UNIT_SHIFT;
                        RawMemory.putLong(fresh + at, 0, RawMemory.getLong(block + at, 0));
                        RawMemory.putLong(fresh + at, 8, RawMemory.getLong(block + at, 8));
                    }
                long top = PageRecord.top(record) + Short.BYTES;
                if (PageRecord.isBelowEvent(record, top))
                    give(record, top, block, osize);
                else
                    slowFree.call(block, osize, 0);
                return fresh;
            }
        }
        if (isOutside(block))
            return resizeHuge(block, osize, nsize);
        int page = locate(block, osize);
        if (nsize < 0)
            return NULL;
        int sizeClass = PageRecord.sizeClass(heap.record(page));
        if (sizeClass == PageRecord.LARGE)
            return resizeLarge(block, page, osize, nsize);
        if (isOfClass(page, sizeClass, nsize)) {
            kept.remove(block);
            givenBytes += nsize - osize;
            return block;
        }
        long fresh = move(block, osize, nsize);
        if (fresh != NULL || nsize > SizeClasses.bytes(sizeClass))
            return fresh;
        kept.reserve();
        kept.put(block, sizeClass);
        givenBytes += nsize - osize;
        return block;
    }

    private boolean isOfClass(int page, int sizeClass, long size) {
        if (sizeClass <= SMALL_CLASSES)
            return PageRecord.isOfClass(heap.record(page), size);
        return size > 0 && size <= SizeClasses.LIMIT && SizeClasses.of(size) == sizeClass;
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
        PageRecord.setClass(record, PageRecord.LARGE);
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
        givenBytes += nsize - osize;
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
            givenBytes += nsize - osize;
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
            page = (int) PageRecord.top(record);
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
        if (sizeClass == PageRecord.NO_BLOCK || !stacks.isBlock(sizeClass, page, block - heap.address(page)))
            throw HugeBlocks.fault("not a block of this pool", block, osize);
        int bytes = SizeClasses.bytes(sizeClass);
        boolean inClass = isOfClass(page, sizeClass, osize);
        if (!inClass && (osize <= 0 || osize > bytes || kept.get(block) == AddressMap.NONE))
            throw HugeBlocks.fault("the block has another size", block, osize, "bytes", bytes);
        if (stacks.isIdle(sizeClass, page))
            throw HugeBlocks.fault("the block is free", block, osize);
    }

    // --------------------------------------------------------------------------------------------------- figures, end

    /// Bytes in use: the sum of the sizes of all blocks.
    ///
    /// @return 0 or more
    public long liveBytes() {
        long returned = returnedBytes; // first: a thread that looks on sees no more returned than given
        long bytes = givenBytes - returned;
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
        givenBytes += path.liveBytes();
        paths.remove(path);
        path.release();
    }

    private PoolWalk walk() {
        return new PoolWalk(heap, huge, stacks);
    }

    /// Gives all empty segments back to the system at once.
    ///
    /// @return bytes given back
    /// @throws IllegalStateException where the pool is closed
    public long trim() {
        requireOpen();
        returnIdleCurrents();
        queues.returnSpares();
        return heap.purge(0);
    }

    private void returnIdleCurrents() {
        for (int c = 1; c < SizeClasses.COUNT; c++) {
            int page = heap.current(c);
            if (sharing.isResident(c, page) && stacks.isIdle(c, page)) {
                sharing.dismissGuests(page);
                heap.setCurrent(c, NONE);
                heap.give(page, stacks.spanPages(c));
            }
        }
    }

    /// Releases all memory; every block is gone. Closing again does nothing.
    @Override
    public void close() {
        if (closed)
            return;
        closed = true;
        unitLimit = 0;
        returnedBytes = givenBytes;
        paths.forEach(NativePath::disable);
        huge.release();
        heap.release();
    }

    @Override
    public String toString() {
        return "PoolAllocator";
    }
}
