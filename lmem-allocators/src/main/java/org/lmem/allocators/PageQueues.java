package org.lmem.allocators;

import java.util.Arrays;
import java.util.BitSet;

/// Where the pages of a class wait that have blocks to give but do not serve it now.
///
/// ```
///   queue   │ page ⇄ page ⇄ page │ some of their blocks are in use; the one that waits longest serves next
///   spares  │ page → page        │ none is; the last one in is the first out
/// ```
///
/// Invariants:
/// - `inv.queue`: the queue of a class holds exactly its pages in state QUEUED, each with a block to give.
/// - `inv.spare`: the spares of a class are pages in state SPARE; [#sparePages] counts them all, in pages.
final class PageQueues {
    private static final int NONE = PageHeap.NONE;

    private final PageHeap heap;
    private final FreeStacks stacks;
    private final int[] first = new int[SizeClasses.COUNT];
    private final int[] last = new int[SizeClasses.COUNT];
    private final int[] spares = new int[SizeClasses.COUNT];
    private final BitSet classesWithSpares = new BitSet(SizeClasses.COUNT); // and perhaps others
    private int sparePages;
    private long sparesReturned; // turnovers of the heap when they last were

    PageQueues(PageHeap heap, FreeStacks stacks) {
        this.heap = heap;
        this.stacks = stacks;
        Arrays.fill(first, NONE);
        Arrays.fill(last, NONE);
        Arrays.fill(spares, NONE);
    }

    void append(int sizeClass, int page) {
        long record = heap.record(page);
        int before = last[sizeClass];
        PageRecord.setState(record, PageRecord.QUEUED);
        PageRecord.setNext(record, NONE);
        PageRecord.setPrevious(record, before);
        if (before == NONE)
            first[sizeClass] = page;
        else
            PageRecord.setNext(heap.record(before), page);
        last[sizeClass] = page;
    }

    void remove(int sizeClass, int page) {
        int next = PageRecord.next(heap.record(page));
        int previous = PageRecord.previous(heap.record(page));
        if (previous == NONE)
            first[sizeClass] = next;
        else
            PageRecord.setNext(heap.record(previous), next);
        if (next == NONE)
            last[sizeClass] = previous;
        else
            PageRecord.setPrevious(heap.record(next), previous);
    }

    /// Takes the page that waits longest.
    ///
    /// @return the page, or [PageHeap#NONE]
    int poll(int sizeClass) {
        int page = first[sizeClass];
        if (page != NONE)
            remove(sizeClass, page);
        return page;
    }

    /// Keeps a page that ran empty for its class, until that was long ago.
    void addSpare(int sizeClass, int page) {
        long record = heap.record(page);
        PageRecord.setState(record, PageRecord.SPARE);
        PageRecord.setEvent(record, 0);
        PageRecord.setNext(record, spares[sizeClass]);
        spares[sizeClass] = page;
        classesWithSpares.set(sizeClass);
        sparePages += stacks.spanPages(sizeClass);
        heap.turnOver();
        if (heap.turnovers() - sparesReturned >= (long) PageHeap.PATIENCE * heap.pages())
            returnSpares();
    }

    /// Takes a page with nothing in it.
    ///
    /// @return the page, or [PageHeap#NONE]
    int pollSpare(int sizeClass) {
        int page = spares[sizeClass];
        if (page != NONE) {
            spares[sizeClass] = PageRecord.next(heap.record(page));
            sparePages -= stacks.spanPages(sizeClass);
        }
        return page;
    }

    boolean isWaiting(int sizeClass) {
        return first[sizeClass] != NONE;
    }

    boolean hasSpare(int sizeClass) {
        return spares[sizeClass] != NONE;
    }

    boolean hasSpares() {
        return sparePages > 0;
    }

    /// Gives all spare pages to the heap, where every class finds them, and empty segments end.
    void returnSpares() {
        for (int c = classesWithSpares.nextSetBit(0); c >= 0; c = classesWithSpares.nextSetBit(c + 1))
            for (int page = pollSpare(c); page != NONE; page = pollSpare(c))
                heap.give(page, stacks.spanPages(c));
        classesWithSpares.clear();
        sparesReturned = heap.turnovers();
    }
}
