package org.lmem.allocators;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.lmem.core.raw.RawMemory;

/// Looks at all pages of a pool, one after the other, and changes nothing.
///
/// A block of a page is free where one of the lists has it: the page's own, or that of its class's head if the page is
/// current. All others that were carved are in use.
final class PoolWalk {
    private final PageHeap heap;
    private final HugeBlocks huge;
    private final IntUnaryOperator spanPages;

    /// A walk.
    ///
    /// @param spanPages class → pages of its spans
    PoolWalk(PageHeap heap, HugeBlocks huge, IntUnaryOperator spanPages) {
        this.heap = heap;
        this.huge = huge;
        this.spanPages = spanPages;
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
        long record = heap.record(page);
        int sizeClass = PageRecord.sizeClass(record);
        boolean counted = sizeClass == PageRecord.NO_BLOCK || sizeClass == PageRecord.LARGE;
        return counted ? PageRecord.count(record) : spanPages.applyAsInt(sizeClass);
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
                (int) (bytes(n) / blockBytes));
    }

    private void visitBlocks(int page, int sizeClass, BlockVisitor visitor) {
        int bytes = SizeClasses.bytes(sizeClass);
        used(page, sizeClass).stream().forEach(i -> visitor.visit(heap.address(page) + (long) i * bytes, bytes));
    }

    /// The numbers of the blocks in use.
    private BitSet used(int page, int sizeClass) {
        long record = heap.record(page);
        BitSet used = new BitSet();
        if (PageRecord.state(record) == PageRecord.SPARE)
            return used;
        used.set(0, PageRecord.count(record));
        clearList(used, page, sizeClass, PageRecord.free(record));
        if (PageRecord.state(record) == PageRecord.CURRENT)
            clearList(used, page, sizeClass, PageHeap.head(heap.heads, sizeClass));
        return used;
    }

    private void clearList(BitSet used, int page, int sizeClass, long first) {
        for (long block = first; block != VirtualMemory.NULL; block = RawMemory.getLong(block))
            used.clear((int) ((block - heap.address(page)) / SizeClasses.bytes(sizeClass)));
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
