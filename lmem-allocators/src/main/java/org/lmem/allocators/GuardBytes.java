package org.lmem.allocators;

import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;

/// The bytes around a watched block that nobody may write, and the patterns that memory without contents is filled with.
///
/// ```
///   raw                 block                              block + size
///   ┌───────────────────┬──────────────────────────────────┬───────────────────┐
///   │ 16 guard bytes    │ size bytes of the caller         │ 16 guard bytes    │
///   └───────────────────┴──────────────────────────────────┴───────────────────┘
///     made from block     0xA5 when new, 0xDD when freed     made from block + size
/// ```
///
/// The guard bytes depend on where they stand: copied along with a block they are wrong at the new place. Sixteen before the
/// block keep its alignment.
final class GuardBytes {
    /// What a watched block takes beyond its size.
    static final int OVERHEAD = 32;
    /// New memory.
    static final byte FRESH = (byte) 0xA5;
    /// Freed memory.
    static final byte FREED = (byte) 0xDD;

    private static final int SIDE = OVERHEAD / 2;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
    private static final long FREED_WORD = 0xDDDD_DDDD_DDDD_DDDDL;
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private GuardBytes() {}

    /// Bytes that are not what they should be.
    ///
    /// @param offset of the first one, from the block
    /// @param bytes from the first to the last one
    /// @param expected what the first one should be
    /// @param found what it is
    record Damage(long offset, long bytes, byte expected, byte found) {}

    static long raw(long block) {
        return block - SIDE;
    }

    /// Writes the guard bytes around a block of so many bytes that begins behind the first sixteen of raw memory.
    ///
    /// @return address of the block
    static long set(long raw, long size) {
        long block = raw + SIDE;
        set(raw, block, SIDE / 8);
        set(block + size, block + size, SIDE / 8);
        return block;
    }

    private static void set(long at, long seed, int words) {
        for (int i = 0; i < words; i++)
            RawMemory.putLong(at + 8L * i, inMemoryOrder(word(seed, i)));
    }

    private static long word(long seed, int i) {
        long z = (seed + i) * MIX;
        return z ^ (z >>> 29);
    }

    private static long inMemoryOrder(long littleEndian) {
        return LITTLE ? littleEndian : Long.reverseBytes(littleEndian);
    }

    /// Looks at the guard bytes before a block, then at those after it.
    ///
    /// @return null where they are whole
    static @Nullable Damage damage(long block, long size) {
        Damage before = damage(block, block - SIDE, block);
        return before != null ? before : damage(block, block + size, block + size);
    }

    private static @Nullable Damage damage(long block, long at, long seed) {
        long first = word(seed, 0);
        long second = word(seed, 1);
        if (RawMemory.getLong(at) == inMemoryOrder(first) && RawMemory.getLong(at + 8) == inMemoryOrder(second))
            return null;
        int from = -1;
        int to = -1;
        for (int i = 0; i < SIDE; i++)
            if (RawMemory.getByte(at + i) != expected(first, second, i)) {
                from = from < 0 ? i : from;
                to = i;
            }
        return new Damage(at + from - block, to - from + 1L, expected(first, second, from),
                RawMemory.getByte(at + from));
    }

    private static byte expected(long first, long second, int i) {
        return (byte) ((i < 8 ? first : second) >>> (8 * (i & 7)));
    }

    /// Looks for bytes of freed memory that were written since.
    ///
    /// @return null where there are none
    static @Nullable Damage writtenSinceFreed(long block, long size) {
        long from = 0;
        while (from + 8 <= size && RawMemory.getLong(block + from) == FREED_WORD)
            from += 8;
        while (from < size && RawMemory.getByte(block + from) == FREED)
            from++;
        if (from == size)
            return null;
        long to = size - 1;
        while (RawMemory.getByte(block + to) == FREED)
            to--;
        return new Damage(from, to - from + 1, FREED, RawMemory.getByte(block + from));
    }
}
