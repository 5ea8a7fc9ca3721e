package org.lmem.allocators;

/// Which classes take their blocks from pages of larger ones, while a pool is little and much of it lies idle.
///
/// ```
///   heads   …  272  288  320  352  384  …          a class without a page is a guest: its head is the record of its host's
///               └────┴────┴────┴───▶│ page, 384 │  page, and the page takes back what is smaller, too (PageRecord.setSizes)
/// ```
///
/// *What for.* A class that has a block in use holds 4 KiB at least. A small program that makes strings of all lengths had a
/// page for each of them with a few strings in it, and more memory idle than in use. Where three quarters or more are in use,
/// pages of one class waste less than blocks that are too large. It takes time: blocks of larger classes use a page up
/// sooner, and a class has to find a host again and again ([PoolAllocator.Options#OWN_PAGES] does without).
///
/// A guest goes where there are free blocks, at most half as large again as its own; else to the class which all its
/// neighbours go to ([SizeClasses#shared]). It stays until that page runs out.
///
/// Invariants:
/// - `inv.guest`: the host of a guest is the page that serves its own class; when that no longer does, its guests have none.
/// - `inv.sizes`: a page takes back blocks of every size that was taken from it.
final class PageSharing {
    /// The largest class that is never a guest: of small blocks there are many.
    private static final int LARGEST_RESIDENT = 8;

    private static final long LEAST_BYTES = 64 << 10;
    private static final long MOST_BYTES = 512 << 10;

    private final PageHeap heap;
    private final FreeStacks stacks;
    private final PageQueues queues;
    private final boolean isAllowed;

    PageSharing(PageHeap heap, FreeStacks stacks, PageQueues queues, boolean isAllowed) {
        this.isAllowed = isAllowed;
        this.heap = heap;
        this.stacks = stacks;
        this.queues = queues;
    }

    /// Whether classes share pages now: more than a quarter of a little memory lies idle.
    boolean isWanted(long liveBytes) {
        long touched = heap.touchedBytes();
        return isAllowed && touched >= LEAST_BYTES && touched < MOST_BYTES && liveBytes * 4 < touched * 3;
    }

    /// The class whose pages one shares that has no page, or the class itself.
    int host(int sizeClass) {
        if (!isEverGuest(sizeClass) || queues.hasSpare(sizeClass))
            return sizeClass;
        int lender = hasIdlePage() ? sizeClass : lender(sizeClass);
        return lender == sizeClass ? SizeClasses.shared(sizeClass) : lender;
    }

    /// Whether a class has no need of fresh memory: it has free blocks elsewhere, or larger ones have.
    boolean canDoWithout(int sizeClass) {
        return queues.isWaiting(sizeClass) || hasIdlePage()
                || (isEverGuest(sizeClass) && lender(sizeClass) != sizeClass);
    }

    private boolean hasIdlePage() {
        return queues.hasSpares() || heap.hasTouched(1);
    }

    private static boolean isEverGuest(int sizeClass) {
        return sizeClass > LARGEST_RESIDENT && sizeClass <= SizeClasses.SMALL_COUNT;
    }

    /// The next larger class that has free blocks, or the class itself.
    private int lender(int sizeClass) {
        int most = Math.min(sizeClass + sizeClass / 2, SizeClasses.SMALL_COUNT);
        for (int host = SizeClasses.next(sizeClass); host <= most; host = SizeClasses.next(host))
            if (hasBlock(host))
                return host;
        return sizeClass;
    }

    private boolean hasBlock(int sizeClass) {
        int page = heap.current(sizeClass);
        return queues.isWaiting(sizeClass) || (isResident(sizeClass, page) && stacks.hasBlock(sizeClass, page));
    }

    /// Whether a page serves its own class.
    boolean isResident(int sizeClass, int page) {
        return page != PageHeap.NONE && PageRecord.sizeClass(heap.record(page)) == sizeClass;
    }

    /// Makes a class a guest of the page that serves a larger one.
    void join(int sizeClass, int page) {
        long record = heap.record(page);
        int smallest = sizeClass - SizeClasses.units(sizeClass) + 1;
        PageRecord.setSizes(record, Math.min(PageRecord.smallest(record), smallest), PageRecord.sizeClass(record));
        heap.setCurrent(sizeClass, page);
    }

    /// Leaves the guests of a page without one. It still takes back what it gave them.
    void dismissGuests(int page) {
        long record = heap.record(page);
        int host = PageRecord.sizeClass(record);
        int largestGuest = host - SizeClasses.units(host);
        for (int guest = PageRecord.smallest(record); guest <= largestGuest; guest++)
            if (heap.current(guest) == page && SizeClasses.isClass(guest))
                heap.setCurrent(guest, PageHeap.NONE);
    }
}
