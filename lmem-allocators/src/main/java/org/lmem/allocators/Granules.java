package org.lmem.allocators;

import java.util.Arrays;
import org.lmem.core.raw.RawMemory;

/// A piece of memory cut into blocks, some free and some in use, with all free ones at hand by size: the two-level
/// segregated fit [1], counted in granules of 16 bytes.
///
/// ```
///   in use   ┌───────────────────────────────┐          no header: the owner knows the size
///            └───────────────────────────────┘
///   free     ┌──────┬──────┬──────┬──────────┬──────┐   ints; of a single granule the two sizes are one
///            │ next │ prev │ size │          │ size │
///            └──────┴──────┴──────┴──────────┴──────┘
///   starts   1       0 0 0 …       1    one bit a granule: a block begins here, free or in use
///   edges    0       0 0 0 …       1…1  one bit a granule: first or last of a free block
/// ```
///
/// Because of `edges`, a block that becomes free knows at once whether its neighbours are: no block in use carries a tag for
/// them. Both bitmaps lie in Java's heap, out of reach of a program that writes past its blocks.
///
/// Classes: each number of granules below 32 is one; above, each power of two is cut in 32. A request is looked up in the
/// first class of which every block is large enough (*good fit*), so that nothing is searched; only where all these are
/// empty are a few blocks of the class before looked at.
///
/// Invariants:
/// - `inv.tile`: the blocks cover the memory without gap or overlap, in order of their starts.
/// - `inv.coalesced`: no two neighbours are both free.
/// - `inv.lists`: a free block is in the list of its class and in no other; the maps show the classes that are not empty.
///
/// Everything takes constant time: the number of steps depends on no number of blocks.
///
/// [1] M. Masmano, I. Ripoll, A. Crespo, J. Real: TLSF, a new dynamic memory allocator for real-time systems. ECRTS 2004.
final class Granules {
    /// No block.
    static final int NONE = -1;
    /// Bytes of a granule, as a power of two.
    static final int SHIFT = 4;
    /// The most granules that can be managed: 16 GiB.
    static final int MAX = 1 << 30;

    private static final int LINEAR = 5; // 2^5 classes of one size each, then 2^5 per power of two
    private static final int PER_LEVEL = 1 << LINEAR;
    private static final int LEVELS = Integer.SIZE - LINEAR;
    private static final int LOOKED_AT = 16;
    private static final int NEXT = 0;
    private static final int PREV = 4;
    private static final int SIZE = 8;

    private final long base;
    private final int count;
    private final long[] starts;
    private final long[] edges;
    private final int[] heads = new int[LEVELS * PER_LEVEL];
    private final int[] classes = new int[LEVELS]; // bit: the class is not empty
    private int levels; // bit: one of the level's classes is not empty
    private int free;
    private int freeBlocks;

    /// @param base address, a multiple of 16
    /// @param count granules from there on, all free
    Granules(long base, int count) {
        this.base = base;
        this.count = count;
        starts = new long[(count >>> 6) + 2]; // one word more than needed: follows() reads two
        edges = new long[starts.length];
        Arrays.fill(heads, NONE);
        set(starts, 0);
        insert(0, count);
    }

    static int of(long bytes) {
        return (int) ((bytes + 15) >>> SHIFT);
    }

    long address(int at) {
        return base + ((long) at << SHIFT);
    }

    /// The granule at which an address lies.
    ///
    /// @return its number, or [#NONE] where the address is not one of this memory or no multiple of 16
    int at(long address) {
        long offset = address - base;
        boolean inside = Long.compareUnsigned(offset, (long) count << SHIFT) < 0 && (offset & 15) == 0;
        return inside ? (int) (offset >>> SHIFT) : NONE;
    }

    int count() {
        return count;
    }

    int free() {
        return free;
    }

    int freeBlocks() {
        return freeBlocks;
    }

    /// Whether a block in use begins here.
    boolean isUsed(int at) {
        return isSet(starts, at) && !isSet(edges, at);
    }

    /// Whether the block that begins here can have this many granules: the next one begins behind them, and, as far as 64
    /// granules reach, none before.
    boolean isWhole(int at, int n) {
        if (n <= 0 || n > count - at)
            return false;
        boolean ends = n == count - at || isSet(starts, at + n);
        return ends && follows(at) >= Math.min(n - 1, Long.SIZE);
    }

    /// How many of the 64 granules after this one begin no block.
    private int follows(int at) {
        int bit = at + 1;
        long low = starts[bit >>> 6] >>> bit;
        long high = (bit & 63) == 0 ? 0 : starts[(bit >>> 6) + 1] << -bit;
        return Long.numberOfTrailingZeros(low | high);
    }

    // ------------------------------------------------------------------------------------------- taking and giving

    /// Takes a block out of the free ones; what is left of the one found stays free.
    ///
    /// @return where it begins, or [#NONE]
    int take(int n) {
        int at = find(n);
        if (at == NONE)
            return NONE;
        cut(at, remove(at), n);
        return at;
    }

    /// Makes a block free, and one with the free blocks on its sides.
    void give(int at, int n) {
        int from = at;
        int size = n;
        if (at > 0 && isSet(edges, at - 1)) {
            from = before(at);
            size += remove(from);
            clear(starts, at);
        }
        int right = at + n;
        if (right < count && isSet(edges, right)) {
            size += remove(right);
            clear(starts, right);
        }
        insert(from, size);
    }

    /// Makes a block smaller.
    void shrink(int at, int n, int smaller) {
        if (n == smaller)
            return;
        set(starts, at + smaller);
        give(at + smaller, n - smaller);
    }

    /// Makes a block larger where it is, if the one behind it is free and large enough.
    boolean extend(int at, int n, int larger) {
        int right = at + n;
        if (right >= count || !isSet(edges, right) || n + size(right) < larger)
            return false;
        int all = n + remove(right);
        clear(starts, right);
        cut(at, all, larger);
        return true;
    }

    /// Makes a block larger with the free block before it and, where there is one, the free block behind it; the contents
    /// move to the new start.
    ///
    /// @param bytes of the contents
    /// @return where it begins now, or [#NONE] where that is not enough; nothing is changed then
    int slide(int at, int n, int larger, long bytes) {
        if (at == 0 || !isSet(edges, at - 1))
            return NONE;
        int left = before(at);
        int right = at + n;
        boolean behind = right < count && isSet(edges, right);
        if (at - left + n + (behind ? size(right) : 0) < larger)
            return NONE;
        int all = n + remove(left) + (behind ? remove(right) : 0);
        clear(starts, at);
        if (behind)
            clear(starts, right);
        RawMemory.copy(address(at), address(left), bytes); // before anything is written to what is left over
        cut(left, all, larger);
        return left;
    }

    private void cut(int at, int n, int wanted) {
        if (n == wanted)
            return;
        set(starts, at + wanted);
        insert(at + wanted, n - wanted);
    }

    private int before(int at) {
        int size = RawMemory.getInt(address(at) - 4);
        int from = at - size;
        if (size <= 0 || from < 0 || !isSet(edges, from))
            throw overwritten(at - 1);
        return from;
    }

    // ------------------------------------------------------------------------------------------------- inv.lists

    private static int level(int n) {
        return n < PER_LEVEL ? 0 : Integer.SIZE - LINEAR - Integer.numberOfLeadingZeros(n);
    }

    private static int index(int n) {
        int level = level(n);
        return level == 0 ? n : level << LINEAR | (n >>> (level - 1) & (PER_LEVEL - 1));
    }

    private int find(int n) {
        int level = level(n);
        long roundedUp = level == 0 ? n : (long) n + (1 << (level - 1)) - 1;
        int at = roundedUp >= MAX ? NONE : firstFrom(index((int) roundedUp));
        return at == NONE ? lookAt(heads[index(n)], n) : at;
    }

    private int firstFrom(int index) {
        int level = index >>> LINEAR;
        int inLevel = classes[level] & -1 << index; // a shift takes the lowest five bits
        if (inLevel == 0) {
            int above = levels & -2 << level;
            if (above == 0)
                return NONE;
            level = Integer.numberOfTrailingZeros(above);
            inLevel = classes[level];
        }
        return heads[level << LINEAR | Integer.numberOfTrailingZeros(inLevel)];
    }

    private int lookAt(int head, int n) {
        int at = head;
        for (int i = 0; i < LOOKED_AT && at != NONE; i++) {
            if (size(at) >= n)
                return at;
            at = link(at, NEXT);
        }
        return NONE;
    }

    private void insert(int at, int n) {
        long block = address(at);
        int index = index(n);
        int next = heads[index];
        RawMemory.putInt(block + NEXT, next);
        RawMemory.putInt(block + PREV, NONE);
        RawMemory.putInt(block + SIZE, n);
        RawMemory.putInt(block + ((long) n << SHIFT) - 4, n);
        if (next != NONE)
            RawMemory.putInt(address(next) + PREV, at);
        heads[index] = at;
        classes[index >>> LINEAR] |= 1 << index;
        levels |= 1 << (index >>> LINEAR);
        set(edges, at);
        set(edges, at + n - 1);
        free += n;
        freeBlocks++;
    }

    /// @return its size
    private int remove(int at) {
        int n = size(at);
        int next = link(at, NEXT);
        int prev = link(at, PREV);
        if (next != NONE)
            RawMemory.putInt(address(next) + PREV, prev);
        if (prev != NONE)
            RawMemory.putInt(address(prev) + NEXT, next);
        else
            behead(index(n), next);
        clear(edges, at);
        clear(edges, at + n - 1);
        free -= n;
        freeBlocks--;
        return n;
    }

    private void behead(int index, int next) {
        heads[index] = next;
        if (next != NONE)
            return;
        int level = index >>> LINEAR;
        classes[level] &= ~(1 << index);
        if (classes[level] == 0)
            levels &= ~(1 << level);
    }

    private int size(int at) {
        int n = RawMemory.getInt(address(at) + SIZE);
        if (n <= 0 || n > count - at || !isSet(edges, at + n - 1))
            throw overwritten(at);
        return n;
    }

    private int link(int at, int which) {
        int other = RawMemory.getInt(address(at) + which);
        if (other != NONE && (other < 0 || other >= count || !isSet(edges, other)))
            throw overwritten(at);
        return other;
    }

    private IllegalStateException overwritten(int at) {
        return new IllegalStateException("somebody wrote to a free block: block=" + Requests.hex(address(at)));
    }

    // ------------------------------------------------------------------------------------------------------ bits

    private static boolean isSet(long[] bits, int i) {
        return (bits[i >>> 6] & 1L << i) != 0;
    }

    private static void set(long[] bits, int i) {
        bits[i >>> 6] |= 1L << i;
    }

    private static void clear(long[] bits, int i) {
        bits[i >>> 6] &= ~(1L << i);
    }

    // --------------------------------------------------------------------------------------------------- looking

    /// The block after another one.
    ///
    /// @return where it begins, or [#count] where there is none
    int next(int at) {
        int word = (at + 1) >>> 6;
        long bits = starts[word] & -1L << (at + 1);
        while (bits == 0 && ++word < starts.length)
            bits = starts[word];
        return bits == 0 ? count : (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    /// The size of the largest free block.
    int largestFree() {
        if (levels == 0)
            return 0;
        int level = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(levels);
        int inLevel = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(classes[level]);
        int largest = 0;
        for (int at = heads[level << LINEAR | inLevel]; at != NONE; at = link(at, NEXT))
            largest = Math.max(largest, size(at));
        return largest;
    }

    /// Checks every invariant; takes time in proportion to the memory.
    ///
    /// @throws IllegalStateException where one does not hold
    void verify() {
        int seen = 0;
        int seenFree = 0;
        boolean wasFree = false;
        for (int at = 0; at < count; at = next(at)) {
            boolean isFree = isSet(edges, at);
            require(!(isFree && wasFree), "inv.coalesced", at);
            if (isFree) {
                require(size(at) == next(at) - at && before(next(at)) == at, "inv.tile", at);
                seen += size(at);
                seenFree++;
            }
            wasFree = isFree;
        }
        require(seen == free && seenFree == freeBlocks && seenFree == listed(), "inv.lists", NONE);
    }

    private int listed() {
        int listed = 0;
        for (int index = 0; index < heads.length; index++) {
            boolean mapped = (classes[index >>> LINEAR] & 1 << index) != 0;
            require(mapped == (heads[index] != NONE), "inv.lists", index);
            for (int at = heads[index]; at != NONE; at = link(at, NEXT)) {
                require(index(size(at)) == index && isSet(edges, at), "inv.lists", at);
                listed++;
            }
        }
        for (int level = 0; level < LEVELS; level++)
            require((classes[level] != 0) == ((levels & 1 << level) != 0), "inv.lists", level);
        return listed;
    }

    private static void require(boolean holds, String invariant, int at) {
        if (!holds)
            throw new IllegalStateException("an invariant does not hold: invariant=" + invariant + ", at=" + at);
    }
}
