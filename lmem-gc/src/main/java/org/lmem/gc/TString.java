package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;
import org.lmem.core.raw.RawMemory;

/// A string: a head, then its bytes, then a zero byte.
///
/// ```
///    0        8    9        10         11  12     16       24
///   ┌────────┬────┬────────┬──────────┬───┬──────┬────────┬───────────────┬────┐
///   │ next   │ tt │ marked │ reserved │ · │ hash │ len    │ len bytes     │ \0 │
///   └────────┴────┴────────┴──────────┴───┴──────┴────────┴───────────────┴────┘
/// ```
///
/// Strings are interned: `next` is the chain of a bucket of the string table, not the list of all objects. `reserved`
/// is the number of a reserved word, or 0.
///
/// @lua TString lobject.h:199
public final class TString {
    /// The layout of the head: `next`, `tt`, `marked`, `reserved`, `hash`, `len`.
    public static final StructLayout LAYOUT = Struct.of("TString",
            Struct.header(Struct.uint8("reserved"), Struct.int32("hash"), Struct.word("len")));

    static final long HEAD = LAYOUT.byteSize();
    private static final long RESERVED = Struct.offset(LAYOUT, "reserved");
    private static final long HASH = Struct.offset(LAYOUT, "hash");
    private static final long LEN = Struct.offset(LAYOUT, "len");

    private TString() {}

    /// The bytes that a string of a length takes.
    ///
    /// @lua sizestring lstring.h:16
    static long sizeOf(long len) {
        return HEAD + len + 1;
    }

    /// @lua getstr lobject.h:210
    static long bytes(long ts) {
        return ts + HEAD;
    }

    static int reserved(long ts) {
        return getByte(ts, RESERVED);
    }

    static void setReserved(long ts, int word) {
        putByte(ts, RESERVED, (byte) word);
    }

    static int hash(long ts) {
        return getInt(ts, HASH);
    }

    static void setHash(long ts, int hash) {
        putInt(ts, HASH, hash);
    }

    static long len(long ts) {
        return getLong(ts, LEN);
    }

    static void setLen(long ts, long len) {
        putLong(ts, LEN, len);
    }

    /// A copy of the bytes.
    ///
    /// @throws OutOfMemoryError where no Java array is long enough
    static byte[] toBytes(long ts) {
        byte[] copy = new byte[Math.toIntExact(len(ts))];
        RawMemory.copyOut(bytes(ts), copy, 0, copy.length);
        return copy;
    }
}
