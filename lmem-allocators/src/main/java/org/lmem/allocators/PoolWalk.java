package org.lmem.allocators;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Looks at all pages of a pool, one after the other, and changes nothing.
///
/// A block of a page is free where the page's stack has it. All others that were carved are in use.
final class PoolWalk {
    private final PageHeap heap;
    private final HugeBlocks huge;
    private final FreeStacks stacks;

    PoolWalk(PageHeap heap, HugeBlocks huge, FreeStacks stacks) {
        this.heap = heap;
        this.huge = huge;
        this.stacks = stacks;
    }

    PoolMap map(long liveBytes) {
        List<PoolMap.Span> spans = new ArrayList<>();
        for (int page = 0; page < heap.pages(); page += length(page))
            spans.add(span(page));
        huge.forEach((block, bytes) -> spans.add(new PoolMap.Span(block, bytes, bytes, PoolMap.Use.HUGE, bytes, 1, 1)));
        return new PoolMap(liveBytes, heap.touchedBytes(), spans);
    }

    void forEachBlock(BlockVisitor visitor) {
        for (int page = 0; page < heap.pages(); page += length(page)) {
            int sizeClass = PageRecord.sizeClass(heap.record(page));
            if (sizeClass == PageRecord.LARGE)
                visitor.visit(heap.address(page), bytes(length(page)));
            else if (sizeClass != PageRecord.NO_BLOCK)
                visitBlocks(page, sizeClass, visitor);
        }
        huge.forEach(visitor);
    }

    private int length(int page) {
        if (page == heap.fresh())
            return heap.pages() - page;
        long record = heap.record(page);
        int sizeClass = PageRecord.sizeClass(record);
        boolean counted = sizeClass == PageRecord.NO_BLOCK || sizeClass == PageRecord.LARGE;
        return counted ? PageRecord.count(record) : stacks.spanPages(sizeClass);
    }

    private PoolMap.Span span(int page) {
        int n = length(page);
        int sizeClass = PageRecord.sizeClass(heap.record(page));
        if (sizeClass == PageRecord.NO_BLOCK)
            return new PoolMap.Span(heap.address(page), bytes(n), touched(page, n), PoolMap.Use.FREE, 0, 0, 0);
        if (sizeClass == PageRecord.LARGE)
            return new PoolMap.Span(heap.address(page), bytes(n), touched(page, n), PoolMap.Use.LARGE, bytes(n), 1, 1);
        boolean spare = PageRecord.state(heap.record(page)) == PageRecord.SPARE;
        int blockBytes = SizeClasses.bytes(sizeClass);
        return new PoolMap.Span(heap.address(page), bytes(n), touched(page, n),
                spare ? PoolMap.Use.SPARE : PoolMap.Use.BLOCKS, blockBytes, used(page, sizeClass).cardinality(),
                stacks.capacity(sizeClass, page));
    }

    private void visitBlocks(int page, int sizeClass, BlockVisitor visitor) {
        int bytes = SizeClasses.bytes(sizeClass);
        used(page, sizeClass).stream().forEach(i -> visitor.visit(stacks.block(sizeClass, page, i), bytes));
    }

    /// The numbers of the blocks in use.
    private BitSet used(int page, int sizeClass) {
        BitSet used = new BitSet();
        used.set(0, PageRecord.count(heap.record(page)));
        stacks.forEachFree(sizeClass, page, used::clear);
        return used;
    }

    private long bytes(int pages) {
        return (long) pages << heap.pageShift;
    }

    private long touched(int page, int n) {
        long bytes = 0;
        for (int i = page; i < page + n; i++)
            bytes += heap.touchedBytes(heap.record(i));
        return bytes;
    }
}
