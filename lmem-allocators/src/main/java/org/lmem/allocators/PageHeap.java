package org.lmem.allocators;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.lmem.core.raw.RawMemory;

/// The pages of a pool: runs of them are taken and given back, and empty segments return to the system.
///
/// ```
///   reserved addresses   │ segment 0         │ segment 1         │ … committed one after the other   │ never used yet
///   pages                │p0│p1│p2│ free run │p│ free run ──────┼──────────│p│p│ fresh ──
///                         bins: free runs of 1, 2 … 63 pages, and one for all longer ones; the smallest that fits is cut
///
///   beside them          │ a record for each page ([PageRecord]) │ stacks aside ([FreeStacks]), 64 bytes for each 16 KiB │
///   and                  │ heads: class → record of its current page, or the empty record │
/// ```
///
/// Invariants:
/// - `inv.run`: no two free runs touch; the first and the last record of a run hold its length.
/// - `inv.fresh`: pages from the first fresh one on were never used and are in no run. They are taken last, so that what
///   was touched is used again.
/// - `inv.touched`: [#touchedBytes] is the sum of what the records say was touched, and no page holds more memory than its
///   record says.
/// - `inv.segment`: for each segment, the number of its pages that are in use.
///
/// An empty segment is given back when it was not used while the pool took and gave back pages [#PATIENCE] times as
/// often as it has pages. Counted so rather than by a clock, a heap that breathes keeps its memory, and the same requests
/// always do the same.
final class PageHeap {
    static final int NONE = -1;

    /// Turnovers of all pages after which an unused segment goes back to the system. Memory that was given back too early
    /// has to be obtained and cleared once more, which takes longer than all else that a pool does.
    static final int PATIENCE = 32;

    private static final int ASIDE_SHIFT = 8; // bytes of a page to bytes of its stack aside
    private static final int EMPTY_RECORD = SizeClasses.COUNT * Long.BYTES;
    private static final int EMPTY_STACK = EMPTY_RECORD + PageRecord.BYTES;
    private static final int HEADS_BYTES = EMPTY_STACK + Short.BYTES;
    private static final int LONG_RUN = 64; // from here on in one bin
    private static final int PURGE_INTERVAL = 512;
    private static final int PURGE_PAGES = 1024;

    final long base;
    private final MemorySegment headsMemory; // ends with this object, not when the pool is closed: then all are empty
    final long heads;
    final long table;
    final int pageShift;
    final long addressBytes;
    private final boolean largePages;
    private final int segmentPages;
    private final int unitShift; // of what touching a page takes from the system
    private final long tableBytes;
    private final long mapping;
    private final long mappingBytes;

    private int pages; // committed
    private int fresh; // the first page that was never used
    private final int[] bins = new int[LONG_RUN + 1];
    private long binMask; // bit n − 1: there is a run in bin n
    private int[] segmentUsed = new int[4];
    private long[] segmentTick = new long[4];
    private long tick;
    private long touchedUnits;
    private long peakBytes;
    private long asideBytes; // of the stacks aside, up to the last that was touched

    private PageHeap(long mapping, long mappingBytes, long addressBytes, long table, PoolAllocator.Options options) {
        this.mapping = mapping;
        this.mappingBytes = mappingBytes;
        long alignment = alignment(options);
        this.base = mapping + alignment - 1 & -alignment;
        this.addressBytes = addressBytes;
        this.headsMemory = Arena.ofAuto().allocate(HEADS_BYTES, Long.SIZE);
        this.heads = headsMemory.address();
        PageRecord.setTop(heads + EMPTY_RECORD, heads + EMPTY_STACK);
        RawMemory.putShort(heads + EMPTY_STACK, FreeStacks.BOTTOM);
        clearHeads();
        this.table = table;
        this.pageShift = Integer.numberOfTrailingZeros(options.pageBytes());
        this.tableBytes = tableBytes(addressBytes, options);
        this.largePages = options.largePages();
        this.segmentPages = (int) (options.segmentBytes() >>> pageShift);
        this.unitShift = largePages
                ? pageShift
                : Math.min(pageShift, Integer.numberOfTrailingZeros(VirtualMemory.PAGE));
        Arrays.fill(bins, NONE);
    }

    /// Reserves addresses: as many as the options say, or half of that, or a quarter … where the system has fewer.
    ///
    /// @throws IllegalStateException where not even one segment can be had
    static PageHeap reserve(PoolAllocator.Options options) {
        long bytes = options.addressBytes();
        for (; bytes >= options.segmentBytes(); bytes = bytes >>> 1 & -options.segmentBytes()) {
            long mappingBytes = bytes + alignment(options);
            long mapping = VirtualMemory.reserve(mappingBytes);
            if (mapping == VirtualMemory.NULL)
                continue;
            long table = VirtualMemory.allocate(tableBytes(bytes, options), true);
            if (table != VirtualMemory.NULL)
                return new PageHeap(mapping, mappingBytes, bytes, table, options);
            VirtualMemory.release(mapping, mappingBytes);
        }
        throw new IllegalStateException("the system has no addresses for a pool: wanted=" + options.addressBytes()
                + ", segment=" + options.segmentBytes());
    }

    private static long alignment(PoolAllocator.Options options) {
        return Math.max(options.segmentBytes(), FreeStacks.WINDOW_BYTES);
    }

    private static long tableBytes(long addressBytes, PoolAllocator.Options options) {
        return addressBytes / options.pageBytes() * PageRecord.BYTES + (addressBytes >>> ASIDE_SHIFT);
    }

    private void clearHeads() {
        for (int c = 0; c < SizeClasses.COUNT; c++)
            setHead(heads, c, heads + EMPTY_RECORD);
    }

    void release() {
        VirtualMemory.release(mapping, mappingBytes);
        VirtualMemory.release(table, tableBytes);
        clearHeads();
        pages = 0;
        fresh = 0;
        touchedUnits = 0;
        asideBytes = 0;
    }

    /// The record of the page that serves a class, or the empty one.
    ///
    /// @param sizeClass also any size in units of 16 bytes that a small class rounds up
    static long head(long heads, long sizeClass) {
        return RawMemory.getLong(heads + (sizeClass << 3));
    }

    private static void setHead(long heads, long sizeClass, long record) {
        RawMemory.putLong(heads + (sizeClass << 3), record);
    }

    /// A record that stands for no page: nothing is on its stack, and every free into it is an event.
    long emptyRecord() {
        return heads + EMPTY_RECORD;
    }

    /// The page that serves a class, or [#NONE].
    int current(int sizeClass) {
        long record = head(heads, sizeClass);
        return record == heads + EMPTY_RECORD ? NONE : (int) ((record - table) >>> PageRecord.SHIFT);
    }

    /// Lets a page serve a class, of its own blocks or of larger ones, or none where it is [#NONE].
    void setCurrent(int sizeClass, int page) {
        int sizes = sizeClass <= SizeClasses.SMALL_COUNT ? SizeClasses.units(sizeClass) : 1;
        for (int i = 0; i < sizes; i++)
            setHead(heads, sizeClass - i, page == NONE ? heads + EMPTY_RECORD : record(page));
    }

    /// How long a stack may be that does not lie in its span.
    static int asideBytes(int spanBytes) {
        return spanBytes >>> ASIDE_SHIFT;
    }

    /// Where the stack of a span begins that does not lie in the span itself.
    long aside(int page) {
        return table + tableBytes - (addressBytes >>> ASIDE_SHIFT) + ((long) page << (pageShift - ASIDE_SHIFT));
    }

    /// Notes that the stack aside of a span is in use.
    void touchAside(int page, int n) {
        asideBytes = Math.max(asideBytes, (long) (page + n) << (pageShift - ASIDE_SHIFT));
        peakBytes = Math.max(peakBytes, touchedBytes());
    }

    long record(int page) {
        return table + ((long) page << PageRecord.SHIFT);
    }

    long address(int page) {
        return base + ((long) page << pageShift);
    }

    int pages() {
        return pages;
    }

    /// The first page that was never used, where all free runs end.
    int fresh() {
        return fresh;
    }

    /// Pages that hold this many bytes.
    long pagesFor(long bytes) {
        return (bytes + (1L << pageShift) - 1) >>> pageShift;
    }

    /// Memory taken from the system, in bytes: units that were touched, the records of all pages, and the stacks aside.
    long touchedBytes() {
        return (touchedUnits << unitShift) + wholePages(HEADS_BYTES + (long) fresh * PageRecord.BYTES)
                + wholePages(asideBytes);
    }

    private static long wholePages(long bytes) {
        return bytes + VirtualMemory.PAGE - 1 & -VirtualMemory.PAGE;
    }

    /// Whether more memory would be taken from the system than ever was.
    boolean isAtPeak(long bytes) {
        return touchedBytes() + bytes > peakBytes;
    }

    /// The most that [#touchedBytes] ever was.
    long peakBytes() {
        return peakBytes;
    }

    /// Takes neighbouring pages out of the free ones.
    ///
    /// @param n how many, 1 or more
    /// @return the first, or [#NONE]
    int take(int n) {
        int run = find(n);
        if (run == NONE)
            run = takeFresh(n);
        else
            cut(run, n);
        if (run == NONE)
            return NONE;
        use(run, n, 1);
        turnOver();
        return run;
    }

    private void cut(int run, int n) {
        int length = PageRecord.count(record(run));
        unlink(run, length);
        if (length > n)
            link(run + n, length - n);
    }

    /// Takes the free run before the fresh pages, and as many of those as are missing.
    private int takeFresh(int n) {
        int atEnd = freeBefore(fresh);
        if (!commit(fresh + n - atEnd))
            return NONE;
        if (atEnd > 0)
            unlink(fresh - atEnd, atEnd);
        int run = fresh - atEnd;
        fresh = run + n;
        return run;
    }

    private int freeBefore(int page) {
        return page > 0 && isFree(page - 1) ? PageRecord.count(record(page - 1)) : 0;
    }

    /// Gives pages back.
    void give(int first, int n) {
        use(first, n, -1);
        for (int page = first; page < first + n; page++)
            PageRecord.setClass(record(page), PageRecord.NO_BLOCK);
        merge(first, n);
        turnOver();
    }

    /// Counts a page that was taken, given back or run empty, and now and then gives unused segments back.
    void turnOver() {
        tick++;
        if (tick % PURGE_INTERVAL == 0)
            purge((long) PATIENCE * pages);
    }

    long turnovers() {
        return tick;
    }

    /// Takes the pages that follow a span, if they are free.
    ///
    /// @return whether they were
    boolean takeFollowing(int first, int n, int more) {
        int next = first + n;
        int length = isFree(next) ? PageRecord.count(record(next)) : 0;
        if (next + length < fresh && length < more)
            return false;
        if (length >= more)
            cut(next, more);
        else {
            if (!commit(next + more))
                return false;
            if (length > 0)
                unlink(next, length);
            fresh = next + more;
        }
        use(next, more, 1);
        turnOver();
        return true;
    }

    /// Notes that the first bytes of a span are touched. A large page of the system may take the whole segment.
    void touch(int first, long bytes) {
        if (!largePages)
            touchUnits(first, bytes);
        else if (PageRecord.touched(record(first)) == 0 || bytes > 1L << pageShift)
            touchSegments(first / segmentPages, (int) (first + pagesFor(bytes) - 1) / segmentPages);
    }

    private void touchSegments(int first, int last) {
        touchUnits(first * segmentPages, ((long) (last - first + 1) * segmentPages) << pageShift);
    }

    private void touchUnits(int first, long bytes) {
        long units = unitsFor(bytes);
        int unitsInPage = 1 << (pageShift - unitShift);
        for (int page = first; units > 0; page++, units -= unitsInPage) {
            long record = record(page);
            int now = (int) Math.min(units, unitsInPage);
            int before = PageRecord.touched(record);
            if (now > before) {
                PageRecord.setTouched(record, now);
                touchedUnits += now - before;
            }
        }
        peakBytes = Math.max(peakBytes, touchedBytes());
    }

    /// Counts memory that was obtained or returned outside of the pages.
    void countOutside(long bytes) {
        touchedUnits += bytes >> unitShift;
        peakBytes = Math.max(peakBytes, touchedBytes());
    }

    /// Gives the memory of empty segments back to the system.
    ///
    /// @param age of those that were not used while pages were taken or given back this often
    /// @return bytes given back
    long purge(long age) {
        long before = touchedUnits;
        for (int segment = 0; segment < pages / segmentPages; segment++)
            if (segmentUsed[segment] == 0 && tick - segmentTick[segment] >= age)
                purge(segment * segmentPages, segmentPages, 0);
        return (before - touchedUnits) << unitShift;
    }

    /// Gives memory of free runs back to the system, that of the longest first. Looks at [#PURGE_PAGES] pages at most, which
    /// takes no longer than the memory that is wanted instead.
    ///
    /// @param bytes as much as this
    void purgeFree(long bytes) {
        if (largePages)
            return;
        long left = unitsFor(bytes);
        int pagesLeft = PURGE_PAGES;
        for (int bin = LONG_RUN; bin > 0; bin--)
            for (int run = bins[bin]; run != NONE && left > 0 && pagesLeft > 0; run = PageRecord.next(record(run))) {
                int n = leading(run, left, pagesLeft);
                left -= purge(run, n, 0);
                pagesLeft -= n;
            }
    }

    /// How many pages of a free run hold so much memory, from its first one on.
    private int leading(int run, long units, int most) {
        int length = Math.min(PageRecord.count(record(run)), most);
        int n = 0;
        for (long touched = 0; n < length && touched < units; n++)
            touched += PageRecord.touched(record(run + n));
        return n;
    }

    /// Gives back the memory of a span but for its first bytes.
    void purgeBeyond(int first, int n, long bytes) {
        if (!largePages)
            purge(first, n, bytes);
    }

    private long purge(int first, int n, long bytes) {
        long kept = unitsFor(bytes);
        long touched = 0;
        for (int page = first; page < first + n; page++)
            touched += Math.max(0, PageRecord.touched(record(page)) - keptUnits(kept, page - first));
        long start = address(first) + (kept << unitShift);
        if (touched == 0 || !VirtualMemory.purge(start, address(first + n) - start))
            return 0;
        for (int page = first; page < first + n; page++)
            PageRecord.setTouched(
                    record(page), Math.min(PageRecord.touched(record(page)), keptUnits(kept, page - first)));
        touchedUnits -= touched;
        return touched;
    }

    private int keptUnits(long kept, int page) {
        int unitsInPage = 1 << (pageShift - unitShift);
        return Math.clamp(kept - (long) page * unitsInPage, 0, unitsInPage);
    }

    private long unitsFor(long bytes) {
        return (bytes + (1L << unitShift) - 1) >>> unitShift;
    }

    // ------------------------------------------------------------------------------------------------ runs and bins

    /// Whether there are free pages of which the first was touched before.
    boolean hasTouched(int n) {
        int run = find(n);
        return run != NONE && PageRecord.touched(record(run)) > 0;
    }

    /// Bytes of a page that were touched.
    int touchedBytes(long record) {
        return PageRecord.touched(record) << unitShift;
    }

    /// The smallest run that fits, of those whose first page was touched if there are such.
    private int find(int n) {
        int untouched = NONE;
        for (long fitting = binMask & -1L << (Math.min(n, LONG_RUN) - 1); fitting != 0; fitting &= fitting - 1) {
            int bin = Long.numberOfTrailingZeros(fitting) + 1;
            int run = bin < LONG_RUN ? bins[bin] : findLong(n);
            if (run != NONE && PageRecord.touched(record(run)) > 0)
                return run;
            if (untouched == NONE)
                untouched = run;
        }
        return untouched;
    }

    private int findLong(int n) {
        int best = NONE;
        int bestLength = Integer.MAX_VALUE;
        for (int run = bins[LONG_RUN]; run != NONE; run = PageRecord.next(record(run))) {
            int length = PageRecord.count(record(run));
            if (length >= n && (length < bestLength || (length == bestLength && run < best))) {
                best = run;
                bestLength = length;
            }
        }
        return best;
    }

    private boolean isFree(int page) {
        return page < fresh && PageRecord.sizeClass(record(page)) == PageRecord.NO_BLOCK;
    }

    private void merge(int first, int n) {
        int start = first;
        int end = first + n;
        int before = freeBefore(first);
        if (before > 0) {
            start -= before;
            unlink(start, before);
        }
        if (isFree(end)) {
            int length = PageRecord.count(record(end));
            unlink(end, length);
            end += length;
        }
        link(start, end - start);
    }

    private void link(int run, int length) {
        int bin = Math.min(length, LONG_RUN);
        long record = record(run);
        PageRecord.setCount(record, length);
        PageRecord.setCount(record(run + length - 1), length);
        PageRecord.setPrevious(record, NONE);
        PageRecord.setNext(record, bins[bin]);
        if (bins[bin] != NONE)
            PageRecord.setPrevious(record(bins[bin]), run);
        bins[bin] = run;
        binMask |= 1L << (bin - 1);
    }

    private void unlink(int run, int length) {
        int bin = Math.min(length, LONG_RUN);
        int next = PageRecord.next(record(run));
        int previous = PageRecord.previous(record(run));
        if (next != NONE)
            PageRecord.setPrevious(record(next), previous);
        if (previous != NONE)
            PageRecord.setNext(record(previous), next);
        else {
            bins[bin] = next;
            if (next == NONE)
                binMask &= ~(1L << (bin - 1));
        }
    }

    // ---------------------------------------------------------------------------------------------------- segments

    /// Commits as many segments as hold this many pages in all.
    private boolean commit(int wanted) {
        long more = Math.max(0, (long) wanted - pages + segmentPages - 1) / segmentPages * segmentPages;
        if (more == 0)
            return true;
        if (pages + more > addressBytes >>> pageShift
                || !VirtualMemory.commit(address(pages), more << pageShift))
            return false;
        int first = pages;
        pages += (int) more;
        preferLargePages(first, more);
        int segments = pages / segmentPages;
        if (segments > segmentUsed.length) {
            segmentUsed = Arrays.copyOf(segmentUsed, 2 * segments);
            segmentTick = Arrays.copyOf(segmentTick, 2 * segments);
        }
        AllocatorEvents.newSegment(address(first), more << pageShift);
        return true;
    }

    private void preferLargePages(int first, long n) {
        if (largePages)
            VirtualMemory.preferLargePages(address(first), n << pageShift);
    }

    private void use(int first, int n, int sign) {
        for (int page = first; page < first + n;) {
            int segment = page / segmentPages;
            int end = Math.min(first + n, (segment + 1) * segmentPages);
            segmentUsed[segment] += sign * (end - page);
            segmentTick[segment] = tick;
            page = end;
        }
    }
}
