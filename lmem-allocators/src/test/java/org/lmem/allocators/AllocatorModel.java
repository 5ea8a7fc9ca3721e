package org.lmem.allocators;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// Random requests of an allocator, beside a shadow that knows what must be true of it.
///
/// ```
///   slot i:  address[i]  size[i]  stamp[i]        byte k of the block = byte k of (stamp + k/8 × GOLDEN)
/// ```
///
/// Each block is filled with its stamp from the first byte to the last. After every request the block concerned is read
/// back whole, its alignment is checked, and the allocator's books are compared with the shadow's; from time to time all
/// blocks are read back, and that no two overlap is shown by sorting them. The heap is let grow and run down in turns, so
/// that it ages.
///
/// The same seed makes the same requests. It stands in the message of every failure.
final class AllocatorModel {
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final int DEFAULT_OPERATIONS = 1_000_000;
    private static final long DEFAULT_SEED = 0x1_5eed;
    private static final int SWEEP = 1 << 17;
    private static final int PHASE = 40_000;

    private final LuaAlloc alloc;
    private final LongSupplier books;
    private final Shape shape;
    private final int operations = Integer.getInteger("lmem.model.operations", DEFAULT_OPERATIONS);
    private final long seed = Long.getLong("lmem.model.seed", DEFAULT_SEED);

    private final long[] address;
    private final long[] size;
    private final long[] stamp;
    private long random;
    private long live;
    private int operation;
    private int refusals;
    private int served;

    /// What kinds of requests are made.
    ///
    /// @param slots the most blocks in use at once
    /// @param largest the largest size of a block
    /// @param liveBytes the most bytes in use at once
    /// @param mayRefuse whether a new block or a larger size may be refused
    record Shape(int slots, int largest, long liveBytes, boolean mayRefuse) {
        /// 4000 blocks of up to 256 KiB, 32 MiB in all, nothing refused.
        static final Shape DEFAULT = new Shape(4_000, 1 << 18, 1 << 25, false);

        Shape withLiveBytes(long bytes) {
            return new Shape(slots, largest, bytes, mayRefuse);
        }

        Shape withLargest(int bytes) {
            return new Shape(slots, bytes, liveBytes, mayRefuse);
        }

        Shape refusing() {
            return new Shape(slots, largest, liveBytes, true);
        }
    }

    /// @param books the bytes that the allocator says are in use, or −1
    AllocatorModel(LuaAlloc alloc, LongSupplier books, Shape shape) {
        this.alloc = alloc;
        this.books = books;
        this.shape = shape;
        address = new long[shape.slots];
        size = new long[shape.slots];
        stamp = new long[shape.slots];
        random = seed;
    }

    int operations() {
        return operations;
    }

    /// How many possible requests were refused.
    int refusals() {
        return refusals;
    }

    /// How many requests gave, resized or freed a block.
    int served() {
        return served;
    }

    /// Makes all requests, frees what is left, and checks throughout.
    void run() {
        try {
            while (operation < operations) {
                step();
                operation++;
                if (operation % SWEEP == 0)
                    sweep();
            }
            sweep();
            for (int slot = 0; slot < shape.slots; slot++)
                if (address[slot] != LuaAlloc.NULL)
                    request(slot, 0);
            requireBooks();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "the model's seed is " + seed + " (-Dlmem.model.seed), operation=" + operation + ": " + e, e);
        }
    }

    private void step() {
        int slot = (int) (next() >>> 33) % shape.slots;
        int dice = (int) (next() >>> 33) % 100;
        boolean growing = operation / PHASE % 2 == 0;
        if (dice == 0)
            oddRequest(slot);
        else if (address[slot] == LuaAlloc.NULL)
            request(slot, growing || dice < 40 ? someSize() : 0);
        else if (dice < (growing ? 40 : 70) || live > shape.liveBytes)
            request(slot, 0);
        else
            request(slot, dice < 80 ? near(size[slot]) : someSize());
    }

    /// Mostly small, as in a Lua state; each class of sizes ten times rarer than the one before.
    private long someSize() {
        long r = next() >>> 8;
        int scale = (int) (r % 1000);
        r /= 1000;
        int limit = scale < 700 ? 128 : scale < 930 ? 1024 : scale < 990 ? 8 * 1024 : scale < 999 ? 64 * 1024 : 1 << 30;
        return 1 + r % Math.min(limit, shape.largest);
    }

    private long near(long bytes) {
        long by = (next() >>> 33) % (bytes / 2 + 8);
        long wanted = (next() & 1L << 40) == 0 ? bytes + by : bytes - by;
        return Math.clamp(wanted, 1, shape.largest);
    }

    /// Requests that change nothing: the no-op, the same size, sizes that cannot be had.
    private void oddRequest(int slot) {
        long kind = (next() >>> 33) % 3;
        if (kind == 0)
            require(alloc.realloc(LuaAlloc.NULL, 0, 0) == LuaAlloc.NULL, "(NULL, 0, 0) gave a block", slot);
        else if (kind == 1 && address[slot] != LuaAlloc.NULL)
            request(slot, size[slot]);
        else
            require(alloc.realloc(address[slot], size[slot], -1 - (next() >>> 1) / 2) == LuaAlloc.NULL,
                    "an impossible size was served", slot);
        requireIntact(slot, size[slot]);
        requireBooks();
    }

    private void request(int slot, long nsize) {
        long osize = size[slot];
        requireIntact(slot, osize);
        long block = alloc.realloc(address[slot], osize, nsize);
        if (block == LuaAlloc.NULL && nsize != 0) {
            require(nsize > osize, "a request for no more was refused: nsize=" + nsize, slot);
            require(shape.mayRefuse, "a request was refused: nsize=" + nsize, slot);
            requireIntact(slot, osize);
            refusals++;
        } else
            commit(slot, osize, nsize, block);
        requireBooks();
    }

    private void commit(int slot, long osize, long nsize, long block) {
        require((block == LuaAlloc.NULL) == (nsize == 0), "a free gave a block", slot);
        address[slot] = block;
        size[slot] = nsize;
        live += nsize - osize;
        served++;
        require((block & 15) == 0, "misaligned", slot);
        if (osize == 0)
            stamp[slot] = next();
        requireIntact(slot, Math.min(osize, nsize));
        fill(block, Math.min(osize, nsize), nsize, stamp[slot]);
    }

    /// Reads all blocks back and shows that they are disjoint.
    private void sweep() {
        int[] used = new int[shape.slots];
        int n = 0;
        for (int slot = 0; slot < shape.slots; slot++)
            if (address[slot] != LuaAlloc.NULL) {
                requireIntact(slot, size[slot]);
                used[n++] = slot;
            }
        long[] starts = Arrays.stream(used, 0, n).mapToLong(slot -> address[slot]).sorted().toArray();
        long[] ends = Arrays.stream(used, 0, n).mapToLong(slot -> address[slot] + size[slot]).sorted().toArray();
        for (int i = 1; i < n; i++)
            require(ends[i - 1] <= starts[i], "overlaps at 0x" + Long.toHexString(starts[i]), used[0]);
    }

    private void requireBooks() {
        long said = books.getAsLong();
        if (said != live && said != -1)
            throw new AssertionError("books: said=" + said + ", true=" + live);
    }

    private void requireIntact(int slot, long bytes) {
        long damage = firstDamage(address[slot], bytes, stamp[slot]);
        if (damage >= 0)
            require(false, "contents lost at byte " + damage, slot);
    }

    private void require(boolean condition, String what, int slot) {
        if (!condition)
            throw new AssertionError(what + ", slot=" + slot + ", block=0x" + Long.toHexString(address[slot])
                    + ", size=" + size[slot] + ", live=" + live);
    }

    // SplitMix64
    private long next() {
        random += GOLDEN;
        long z = (random ^ random >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    private static long word(long index, long stamp) {
        long word = stamp + index * GOLDEN;
        return LITTLE ? word : Long.reverseBytes(word);
    }

    private static byte oneByte(long offset, long stamp) {
        return (byte) (stamp + (offset >>> 3) * GOLDEN >>> 8 * (offset & 7));
    }

    /// Writes a stamp into the bytes `from` (inclusive) to `to` (exclusive) of a block.
    static void fill(long block, long from, long to, long stamp) {
        long k = from;
        while (k < to)
            if ((k & 7) == 0 && to - k >= 8) {
                RawMemory.putLong(block + k, word(k >>> 3, stamp));
                k += 8;
            } else {
                RawMemory.putByte(block + k, oneByte(k, stamp));
                k++;
            }
    }

    /// Looks for a stamp in the first bytes of a block.
    ///
    /// @return offset at which (within 8 bytes) it is not there, −1 where it is whole
    static long firstDamage(long block, long bytes, long stamp) {
        long k = 0;
        for (; k + 8 <= bytes; k += 8)
            if (RawMemory.getLong(block + k) != word(k >>> 3, stamp))
                return k;
        for (; k < bytes; k++)
            if (RawMemory.getByte(block + k) != oneByte(k, stamp))
                return k;
        return -1;
    }
}
