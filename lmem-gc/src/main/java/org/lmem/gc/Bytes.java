package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.lmem.core.raw.RawMemory;

/// Bytes of strings: hashing, comparing and copying, from arrays and from addresses.
///
/// Strings are short as a rule. Up to [#BY_HAND] bytes a few moves of eight bytes are quicker than a call that is made for
/// large copies.
final class Bytes {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle HALF = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final int BY_HAND = 64;
    private static final int SAMPLED = 32; // from this length on not every byte counts

    private Bytes() {}

    /// The hash of a string: of all bytes up to length 31, of at most 32 bytes of a longer one, from the end.
    ///
    /// @lua luaS_newlstr lstring.c:75
    static int hash(byte[] bytes, int offset, int len) {
        int h = len;
        if (len < SAMPLED) {
            for (int i = offset + len - 1; i >= offset; i--)
                h = mix(h, bytes[i]);
            return h;
        }
        int step = (len >>> 5) + 1;
        for (int i = len; i >= step; i -= step)
            h = mix(h, bytes[offset + i - 1]);
        return h;
    }

    /// The same for bytes off the heap.
    static int hash(long address, long len) {
        int h = (int) len;
        long step = (len >>> 5) + 1;
        for (long i = len; i >= step; i -= step)
            h = mix(h, getByte(address + i - 1));
        return h;
    }

    private static int mix(int h, byte b) {
        return h ^ ((h << 5) + (h >>> 2) + (b & 0xFF));
    }

    /// Whether bytes are the same. The last eight (or four) are compared at once, some of them again.
    static boolean equal(long address, byte[] bytes, int offset, int len) {
        if (len < Long.BYTES)
            return equalShort(address, bytes, offset, len);
        int last = len - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            if (getLong(address + i) != (long) WORD.get(bytes, offset + i))
                return false;
        }
        return getLong(address + last) == (long) WORD.get(bytes, offset + last);
    }

    private static boolean equalShort(long address, byte[] bytes, int offset, int len) {
        if (len >= Integer.BYTES) {
            int last = len - Integer.BYTES;
            return getInt(address) == (int) HALF.get(bytes, offset)
                    && getInt(address + last) == (int) HALF.get(bytes, offset + last);
        }
        for (int i = 0; i < len; i++) {
            if (getByte(address + i) != bytes[offset + i])
                return false;
        }
        return true;
    }

    static boolean equal(long a, long b, long len) {
        long i = 0;
        for (; i <= len - Long.BYTES; i += Long.BYTES) {
            if (getLong(a + i) != getLong(b + i))
                return false;
        }
        for (; i < len; i++) {
            if (getByte(a + i) != getByte(b + i))
                return false;
        }
        return true;
    }

    static void copy(byte[] bytes, int offset, long to, int len) {
        if (len < Long.BYTES) {
            copyShort(bytes, offset, to, len);
        } else if (len > BY_HAND) {
            RawMemory.copyIn(bytes, offset, to, len);
        } else {
            int last = len - Long.BYTES;
            for (int i = 0; i < last; i += Long.BYTES)
                putLong(to + i, (long) WORD.get(bytes, offset + i));
            putLong(to + last, (long) WORD.get(bytes, offset + last));
        }
    }

    private static void copyShort(byte[] bytes, int offset, long to, int len) {
        if (len >= Integer.BYTES) {
            int last = len - Integer.BYTES;
            putInt(to, (int) HALF.get(bytes, offset));
            putInt(to + last, (int) HALF.get(bytes, offset + last));
            return;
        }
        for (int i = 0; i < len; i++)
            putByte(to + i, bytes[offset + i]);
    }

    static void copy(long from, long to, long len) {
        if (len > BY_HAND) {
            RawMemory.copy(from, to, len);
            return;
        }
        long i = 0;
        for (; i <= len - Long.BYTES; i += Long.BYTES)
            putLong(to + i, getLong(from + i));
        for (; i < len; i++)
            putByte(to + i, getByte(from + i));
    }

    /// The order of two strings, byte by byte as unsigned numbers, a prefix before what it begins.
    ///
    /// @lua l_strcmp lvm.c:203
    static int compare(long a, long alen, long b, long blen) {
        long common = Math.min(alen, blen);
        for (long i = 0; i < common; i++) {
            int difference = (getByte(a + i) & 0xFF) - (getByte(b + i) & 0xFF);
            if (difference != 0)
                return difference;
        }
        return Long.compare(alen, blen);
    }
}
