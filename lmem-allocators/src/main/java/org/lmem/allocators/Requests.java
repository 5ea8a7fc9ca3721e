package org.lmem.allocators;

import org.lmem.core.LuaAlloc;

/// What every allocator here checks of a request before it does anything, and how a request reads in a message.
final class Requests {
    private Requests() {}

    /// Whether a block of this size can be in use: a size is above 0 and at most all the bytes in use.
    ///
    /// One comparison, because `osize − 1` of 0 is the largest unsigned number.
    static boolean isPlausible(long osize, long liveBytes) {
        return Long.compareUnsigned(osize - 1, liveBytes) < 0;
    }

    /// The bytes of `osize` that count: none where there is no block, since from 5.2 on it is a tag then.
    static long counted(long block, long osize) {
        return block == LuaAlloc.NULL ? 0 : osize;
    }

    /// The exception for a block that cannot have the size that the caller names.
    static IllegalArgumentException implausible(long block, long osize, long nsize, long liveBytes) {
        return new IllegalArgumentException("no block in use has that size: " + text(block, osize, nsize)
                + ", live bytes=" + Long.toUnsignedString(liveBytes));
    }

    static String text(long block, long osize, long nsize) {
        return "block=" + hex(block) + ", osize=" + Long.toUnsignedString(osize) + ", nsize="
                + Long.toUnsignedString(nsize);
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}
