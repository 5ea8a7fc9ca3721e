package org.lmem.allocators;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;

/// The free blocks of each page of a pool, as a stack of their places: numbers of two bytes, in units of 16 bytes from the
/// start of the span.
///
/// ```
///   stack │ −1 │ 12 │ 8 │ 4 │ 2 │ 40 │ …           small blocks: │ stack │ block │ block │ block │ …   one page
///           ▲ bottom            ▲ top, in the      medium ones:  │ block │ block │ …   their stack lies after the page table
///                                 page's record
///   take    place = [top]; top −= 2         free    top += 2; [top] = place
/// ```
///
/// *Why places beside the blocks and not links through them.* Neither taking nor freeing touches the block, which the program
/// may have in no cache any more (freed) or not yet (taken): 32 free blocks are known from one line of the cache. And blocks
/// that were never given need not be linked one by one: their places are copied as a whole, from an order made once for
/// each class.
///
/// Invariants:
/// - `inv.stack`: from above the bottom to the top stand exactly the places of the blocks that are carved and not in use.
/// - `inv.bottom`: at the bottom stands −1, which is no place: the sign says that nothing is left.
/// - `inv.order`: carved last, taken in the order of the addresses.
final class FreeStacks {
    /// What stands below the last place.
    static final short BOTTOM = -1;

    /// The largest page: its last place is still positive in two bytes.
    static final int MAX_PAGE_BYTES = 512 << 10;

    private static final int ENTRY = Short.BYTES;
    private static final int UNIT_SHIFT = SizeClasses.UNIT_SHIFT;
    private static final VarHandle PLACE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final PageHeap heap;
    private final int[] starts = new int[SizeClasses.COUNT]; // of the first block in its span
    private final int[] capacities = new int[SizeClasses.COUNT];
    private final byte[] @Nullable [] orders = new byte[SizeClasses.COUNT][]; // places of all blocks, the last one first

    FreeStacks(PageHeap heap) {
        this.heap = heap;
        for (int c = 1; c < SizeClasses.COUNT; c++)
            divide(c, spanPages(c) << heap.pageShift);
    }

    private void divide(int sizeClass, int spanBytes) {
        int bytes = SizeClasses.bytes(sizeClass);
        int n = spanBytes / bytes;
        if (isSmall(sizeClass)) {
            n = (spanBytes - ENTRY) / (bytes + ENTRY);
            while (stackBytes(n) + n * bytes > spanBytes)
                n--;
            starts[sizeClass] = stackBytes(n);
        }
        capacities[sizeClass] = n;
    }

    private static int stackBytes(int blocks) {
        return (blocks + 1) * ENTRY + 15 & -16;
    }

    private static boolean isSmall(int sizeClass) {
        return sizeClass <= SizeClasses.SMALL_COUNT;
    }

    /// Pages of a span of a class.
    int spanPages(int sizeClass) {
        if (isSmall(sizeClass))
            return 1;
        return (int) heap.pagesFor(SizeClasses.bytes(sizeClass) <= 8192 ? 64 << 10 : 128 << 10);
    }

    /// How many blocks a span has room for.
    int capacity(int sizeClass) {
        return capacities[sizeClass];
    }

    // --------------------------------------------------------------------------------------------------- fast paths

    /// The place at a top, negative where there is none.
    static long place(long top) {
        return RawMemory.getShort(top);
    }

    /// Puts a place on top.
    static void push(long record, long place) {
        long top = PageRecord.top(record) + ENTRY;
        RawMemory.putShort(top, (short) place);
        PageRecord.setTop(record, top);
    }

    // ----------------------------------------------------------------------------------------------------- one span

    /// Makes the stack of a span in which no block is in use an empty one, whose blocks are all to be carved: in the order
    /// of their addresses they are faster to use than in that in which they were freed. Every free is an event.
    void clear(int sizeClass, int page) {
        long record = heap.record(page);
        long bottom = bottom(sizeClass, page);
        RawMemory.putShort(bottom, BOTTOM);
        PageRecord.setTop(record, bottom);
        PageRecord.setCount(record, 0);
        PageRecord.setClass(record, sizeClass);
        if (!isSmall(sizeClass))
            heap.touchAside(page, spanPages(sizeClass));
    }

    /// Puts the places of blocks that were never given on an empty stack.
    ///
    /// @param end carve up to this offset in the span, but one block at least
    /// @return how many: 0 where all were given
    int carve(int sizeClass, int page, long end) {
        long record = heap.record(page);
        int bytes = SizeClasses.bytes(sizeClass);
        int carved = PageRecord.count(record);
        int left = capacities[sizeClass] - carved;
        if (left == 0)
            return 0;
        int more = Math.clamp((end - carvedBytes(sizeClass, page)) / bytes, 1, left);
        long bottom = bottom(sizeClass, page);
        RawMemory.copyIn(order(sizeClass), (left - more) * ENTRY, bottom + ENTRY, more * ENTRY);
        PageRecord.setTop(record, bottom + (long) more * ENTRY);
        PageRecord.setCount(record, carved + more);
        return more;
    }

    private byte[] order(int sizeClass) {
        byte[] order = orders[sizeClass];
        if (order == null) {
            int n = capacities[sizeClass];
            order = new byte[n * ENTRY];
            for (int i = 0; i < n; i++) {
                int place = (starts[sizeClass] + (n - 1 - i) * SizeClasses.bytes(sizeClass)) >>> UNIT_SHIFT;
                PLACE.set(order, i * ENTRY, (short) place);
            }
            orders[sizeClass] = order;
        }
        return order;
    }

    /// Where the carved part of a span ends.
    int carvedBytes(int sizeClass, int page) {
        return starts[sizeClass] + PageRecord.count(heap.record(page)) * SizeClasses.bytes(sizeClass);
    }

    /// Where the block ends that is carved next.
    int endOfNext(int sizeClass, int page) {
        return carvedBytes(sizeClass, page) + SizeClasses.bytes(sizeClass);
    }

    /// Whether the block that is carved next lies in memory that was touched.
    boolean hasTouched(int sizeClass, int page) {
        return endOfNext(sizeClass, page) <= heap.touchedBytes(heap.record(page));
    }

    /// Whether a span has a block to give for which no memory has to be touched.
    boolean hasBlock(int sizeClass, int page) {
        return place(PageRecord.top(heap.record(page))) >= 0 || hasTouched(sizeClass, page);
    }

    /// Takes a block.
    ///
    /// @return its address, or 0 where the stack is empty
    long pop(int page) {
        long record = heap.record(page);
        long top = PageRecord.top(record);
        long place = place(top);
        if (place < 0)
            return VirtualMemory.NULL;
        PageRecord.setTop(record, top - ENTRY);
        return heap.address(page) + (place << UNIT_SHIFT);
    }

    /// Takes a block back.
    void push(long block, int page) {
        push(heap.record(page), (block - heap.address(page)) >>> UNIT_SHIFT);
    }

    /// The next free into this span is no event before so many blocks are free.
    void setEvent(int sizeClass, int page, int free) {
        PageRecord.setEvent(heap.record(page), bottom(sizeClass, page) + (long) free * ENTRY);
    }

    /// Whether no block of a span is in use.
    boolean isIdle(int sizeClass, int page) {
        return free(sizeClass, page) == PageRecord.count(heap.record(page));
    }

    /// Whether an offset in a span is that of a block that was given once.
    boolean isBlock(int sizeClass, int page, long offset) {
        long inBlocks = offset - starts[sizeClass];
        return inBlocks >= 0 && inBlocks % SizeClasses.bytes(sizeClass) == 0 && offset < carvedBytes(sizeClass, page);
    }

    /// Shows the numbers of the free blocks of a span.
    void forEachFree(int sizeClass, int page, IntConsumer visitor) {
        long bottom = bottom(sizeClass, page);
        for (int i = free(sizeClass, page); i > 0; i--) {
            long offset = place(bottom + (long) i * ENTRY) << UNIT_SHIFT;
            visitor.accept((int) (offset - starts[sizeClass]) / SizeClasses.bytes(sizeClass));
        }
    }

    /// The address of a block.
    long block(int sizeClass, int page, int number) {
        return heap.address(page) + starts[sizeClass] + (long) number * SizeClasses.bytes(sizeClass);
    }

    private int free(int sizeClass, int page) {
        return (int) (PageRecord.top(heap.record(page)) - bottom(sizeClass, page)) / ENTRY;
    }

    private long bottom(int sizeClass, int page) {
        return isSmall(sizeClass) ? heap.address(page) : heap.aside(page);
    }
}
