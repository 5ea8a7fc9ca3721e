package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;

/// A table: a head with two parts hanging on it, the array (values of the keys 1 to `sizearray`) and the hash
/// (`2^lsizenode` nodes).
///
/// ```
///    0      8    9        10      11          12  16          24      32     40         48       56          60  64
///   ┌──────┬────┬────────┬───────┬───────────┬───┬───────────┬───────┬──────┬──────────┬────────┬───────────┬───┐
///   │ next │ tt │ marked │ flags │ lsizenode │ · │ metatable │ array │ node │ lastfree │ gclist │ sizearray │ · │
///   └──────┴────┴────────┴───────┴───────────┴───┴───────────┴───┬───┴──┬───┴──────────┴────────┴───────────┴───┘
///                                                                │      └─► Node[2^lsizenode], or Node.DUMMY
///                                                                └─► TValue[sizearray]
/// ```
///
/// Bit p of `flags` remembers that the table, as a metatable, has no metamethod p. Every node from `lastfree` on is
/// taken; the free ones are looked for below it.
///
/// @lua Table lobject.h:338
public final class Table {
    /// The layout of the head: `next`, `tt`, `marked`, `flags`, `lsizenode`, `metatable`, `array`, `node`, `lastfree`,
    /// `gclist`, `sizearray`.
    public static final StructLayout LAYOUT = Struct.of("Table",
            Struct.header(Struct.uint8("flags"), Struct.uint8("lsizenode"), Struct.pointer("metatable"),
                    Struct.pointer("array"), Struct.pointer("node"), Struct.pointer("lastfree"),
                    Struct.pointer("gclist"), Struct.int32("sizearray")));

    static final long SIZE = LAYOUT.byteSize();
    private static final long FLAGS = Struct.offset(LAYOUT, "flags");
    private static final long LSIZENODE = Struct.offset(LAYOUT, "lsizenode");
    private static final long METATABLE = Struct.offset(LAYOUT, "metatable");
    private static final long ARRAY = Struct.offset(LAYOUT, "array");
    private static final long NODE = Struct.offset(LAYOUT, "node");
    private static final long LASTFREE = Struct.offset(LAYOUT, "lastfree");
    static final long GCLIST = Struct.offset(LAYOUT, "gclist");
    private static final long SIZEARRAY = Struct.offset(LAYOUT, "sizearray");

    private Table() {}

    /// The bytes that a table takes, parts included; the shared dummy node counts.
    static long sizeOf(long t) {
        return SIZE + sizeArray(t) * TValue.SIZE + sizeNode(t) * Node.SIZE;
    }

    static int flags(long t) {
        return getByte(t, FLAGS) & 0xFF;
    }

    static void setFlags(long t, int flags) {
        putByte(t, FLAGS, (byte) flags);
    }

    static int logSizeNode(long t) {
        return getByte(t, LSIZENODE);
    }

    static void setLogSizeNode(long t, int log) {
        putByte(t, LSIZENODE, (byte) log);
    }

    /// How many nodes the hash part has; 1 where it is the shared dummy.
    ///
    /// @lua sizenode lobject.h:360
    static int sizeNode(long t) {
        return 1 << logSizeNode(t);
    }

    static long metatable(long t) {
        return getLong(t, METATABLE);
    }

    static void setMetatable(long t, long mt) {
        putLong(t, METATABLE, mt);
    }

    static long array(long t) {
        return getLong(t, ARRAY);
    }

    static void setArray(long t, long array) {
        putLong(t, ARRAY, array);
    }

    /// The place of the value of a key in the array part, counted from 0.
    static long slot(long t, int i) {
        return array(t) + ((long) i << TValue.SHIFT);
    }

    static long node(long t) {
        return getLong(t, NODE);
    }

    static void setNode(long t, long node) {
        putLong(t, NODE, node);
    }

    /// A node of the hash part.
    ///
    /// @lua gnode ltable.h:13
    static long node(long t, int i) {
        return node(t) + i * Node.SIZE;
    }

    static long lastFree(long t) {
        return getLong(t, LASTFREE);
    }

    static void setLastFree(long t, long node) {
        putLong(t, LASTFREE, node);
    }

    static long gcList(long t) {
        return getLong(t, GCLIST);
    }

    static void setGCList(long t, long o) {
        putLong(t, GCLIST, o);
    }

    static int sizeArray(long t) {
        return getInt(t, SIZEARRAY);
    }

    static void setSizeArray(long t, int size) {
        putInt(t, SIZEARRAY, size);
    }
}
