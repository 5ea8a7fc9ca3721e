package org.lmem.allocators;

import org.lmem.core.raw.RawMemory;

/// Copies of blocks that do not overlap, at multiples of 16 bytes, short ones by hand.
final class SmallCopies {
    private static final int BY_HAND = 32; // up to here a bulk copy costs more than it saves

    private SmallCopies() {}

    /// Copies a block. Up to 7 bytes more may be copied than asked for, to a multiple of 8.
    static void copy(long from, long to, long bytes) {
        if (bytes > BY_HAND) {
            RawMemory.copy(from, to, bytes);
            return;
        }
        for (long i = 0; i < bytes; i += 8)
            RawMemory.putLong(to + i, RawMemory.getLong(from + i));
    }
}
