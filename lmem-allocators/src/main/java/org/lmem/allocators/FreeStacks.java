package org.lmem.allocators;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;

/// The free blocks of each page of a pool, as a stack of their places: numbers of two bytes, in units of 16 bytes from the
/// last border of a megabyte before the block.
///
/// ```
///   stack │ 0 │ 76 │ 72 │ 4 │ 2 │ 40 │ …           small blocks: │ stack │ block │ block │ block │ …   one page
///           ▲ bottom            ▲ top, in the      or aside:     │ block │ block │ …   the stack lies after the page table
///                                 page's record
///   take    place = [top]; top −= 2         free    top += 2; [top] = place
/// ```
///
/// *Why places beside the blocks and not links through them.* Neither taking nor freeing touches the block, which the program
/// may have in no cache any more (freed) or not yet (taken): 32 free blocks are known from one line of the cache. And blocks
/// that were never given need not be linked one by one: their places are copied, four at a time, from an order made once for
/// each class.
///
/// *Why from a border of a megabyte.* A place is the low half of an address in units of 16 bytes, so that a free need not know
/// where the page begins: whoever takes the block finds the other half in the record of the page ([PageRecord#window]).
///
/// *Which stacks lie aside.* Those of medium blocks, and those of small ones that fill a page to its end: of 1024 and of 2048
/// bytes, sixteen and eight lie in a page of 16 KiB, and not fifteen and seven. The arrays of a Lua program have such sizes.
///
/// Invariants:
/// - `inv.stack`: from above the bottom to the top stand exactly the places of the blocks that are carved and not in use.
/// - `inv.bottom`: at the bottom of a stack stands 0, which is no place of a small block: where a window begins lies a stack, or
///   nothing.
/// - `inv.order`: carved last, taken in the order of the addresses.
final class FreeStacks {
    /// What stands below the last place.
    static final short BOTTOM = 0;

    /// How far places tell blocks apart. No page lies across a border of such a window.
    static final long WINDOW_BYTES = 1L << (Short.SIZE + SizeClasses.UNIT_SHIFT);

    /// The largest page.
    static final int MAX_PAGE_BYTES = 512 << 10;

    private static final int ENTRY = Short.BYTES;
    private static final int UNIT_SHIFT = SizeClasses.UNIT_SHIFT;
    private static final VarHandle PLACE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle FOUR_PLACES = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.nativeOrder());
    private static final long EACH = 0x0001_0001_0001_0001L;

    private final PageHeap heap;
    private final int[] starts = new int[SizeClasses.COUNT]; // of the first block in its span
    private final boolean[] isAside = new boolean[SizeClasses.COUNT];
    private final int[] capacities = new int[SizeClasses.COUNT];
    private final byte[] @Nullable [] orders = new byte[SizeClasses.COUNT][]; // of all blocks in a span, the last one first

    FreeStacks(PageHeap heap) {
        this.heap = heap;
        for (int c = 1; c < SizeClasses.COUNT; c++)
            divide(c, spanPages(c) << heap.pageShift);
    }

    private void divide(int sizeClass, int spanBytes) {
        int bytes = SizeClasses.bytes(sizeClass);
        int all = spanBytes / bytes;
        int besideStack = all;
        while (stackBytes(besideStack) + besideStack * bytes > spanBytes)
            besideStack--;
        boolean fitsAside = stackBytes(all) <= PageHeap.asideBytes(spanBytes);
        isAside[sizeClass] = !isSmall(sizeClass) || (besideStack < all && fitsAside);
        capacities[sizeClass] = isAside[sizeClass] ? all : besideStack;
        starts[sizeClass] = isAside[sizeClass] ? 0 : stackBytes(besideStack);
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
    int capacity(int sizeClass, int page) {
        return capacities[sizeClass] - skipped(sizeClass, page);
    }

    /// Blocks at the start of a span that are left out: that of a small class at the border of a window, where its place
    /// would be [#BOTTOM].
    private int skipped(int sizeClass, int page) {
        boolean isAtBorder = (heap.address(page) & (WINDOW_BYTES - 1)) == 0;
        return isAtBorder && isSmall(sizeClass) && isAside[sizeClass] ? 1 : 0;
    }

    /// Where the first block begins, in bytes from the start of its span.
    private int start(int sizeClass, int page) {
        return starts[sizeClass] + skipped(sizeClass, page) * SizeClasses.bytes(sizeClass);
    }

    // --------------------------------------------------------------------------------------------------- fast paths

    /// The place at a top: of small blocks [#BOTTOM] where there is none.
    static long place(long top) {
        return Short.toUnsignedLong(RawMemory.getShort(top));
    }

    /// The small block at a place.
    ///
    /// @param window in which its page lies
    static long block(long window, long place) {
        return window | (place << UNIT_SHIFT);
    }

    /// Puts a block on top.
    ///
    /// @param top that of the stack afterwards
    /// @param units address of the block in units of 16 bytes, from any border of a window
    static void push(long record, long top, long units) {
        RawMemory.putShort(top, (short) units);
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
        if (isAside[sizeClass])
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
        int left = capacity(sizeClass, page) - carved;
        if (left == 0)
            return 0;
        int more = Math.clamp((end - carvedBytes(sizeClass, page)) / bytes, 1, left);
        long bottom = bottom(sizeClass, page);
        putPlaces(order(sizeClass), left - more, heap.address(page), bottom + ENTRY, more);
        PageRecord.setTop(record, bottom + (long) more * ENTRY);
        PageRecord.setCount(record, carved + more);
        return more;
    }

    /// Puts places on a stack: numbers of an order, from where the span begins. Four at a time.
    private static void putPlaces(byte[] order, int from, long span, long to, int n) {
        long start = ((span >>> UNIT_SHIFT) & 0xFFFF) * EACH;
        int i = 0;
        for (; i < n - 3; i += 4)
            RawMemory.putLong(to + (long) i * ENTRY, sums((long) FOUR_PLACES.get(order, (from + i) * ENTRY), start));
        for (; i < n; i++)
            RawMemory.putShort(to + (long) i * ENTRY, (short) ((short) PLACE.get(order, (from + i) * ENTRY) + start));
    }

    /// Four sums of two bytes each: their highest bits are added apart, so that none carries into the next.
    private static long sums(long a, long b) {
        long highest = EACH << (Short.SIZE - 1);
        return ((a & ~highest) + (b & ~highest)) ^ ((a ^ b) & highest);
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
        return start(sizeClass, page) + PageRecord.count(heap.record(page)) * SizeClasses.bytes(sizeClass);
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
        return free(sizeClass, page) > 0 || hasTouched(sizeClass, page);
    }

    /// Takes a block.
    ///
    /// @return its address, or 0 where the stack is empty
    long pop(int sizeClass, int page) {
        if (free(sizeClass, page) == 0)
            return VirtualMemory.NULL;
        long record = heap.record(page);
        long top = PageRecord.top(record);
        PageRecord.setTop(record, top - ENTRY);
        return heap.address(page) + offset(page, place(top));
    }

    /// Where a place is in the span, in bytes.
    private long offset(int page, long place) {
        return ((place << UNIT_SHIFT) - heap.address(page)) & (WINDOW_BYTES - 1);
    }

    /// Takes a block back.
    void push(long block, int page) {
        long record = heap.record(page);
        push(record, PageRecord.top(record) + ENTRY, block >>> UNIT_SHIFT);
    }

    /// Lets a span serve its class.
    void serve(int page) {
        PageRecord.setCurrent(heap.record(page), heap.address(page) & -WINDOW_BYTES);
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
        long inBlocks = offset - start(sizeClass, page);
        return inBlocks >= 0 && inBlocks % SizeClasses.bytes(sizeClass) == 0 && offset < carvedBytes(sizeClass, page);
    }

    /// Shows the numbers of the free blocks of a span.
    void forEachFree(int sizeClass, int page, IntConsumer visitor) {
        long bottom = bottom(sizeClass, page);
        for (int i = free(sizeClass, page); i > 0; i--) {
            long offset = offset(page, place(bottom + (long) i * ENTRY));
            visitor.accept((int) (offset - start(sizeClass, page)) / SizeClasses.bytes(sizeClass));
        }
    }

    /// The address of a block.
    long block(int sizeClass, int page, int number) {
        return heap.address(page) + start(sizeClass, page) + (long) number * SizeClasses.bytes(sizeClass);
    }

    private int free(int sizeClass, int page) {
        return (int) (PageRecord.top(heap.record(page)) - bottom(sizeClass, page)) / ENTRY;
    }

    private long bottom(int sizeClass, int page) {
        return isAside[sizeClass] ? heap.aside(page) : heap.address(page);
    }
}
