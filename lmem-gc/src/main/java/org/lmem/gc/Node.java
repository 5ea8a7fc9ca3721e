package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;
import org.lmem.core.raw.RawMemory;

/// An entry of a table's hash part: a value, its key, and the next node of the chain.
///
/// ```
///    0              16             32       40
///   ┌──────────────┬──────────────┬────────┐
///   │ i_val        │ i_key        │ next   │      i_val, i_key: a TValue each
///   └──────────────┴──────────────┴────────┘
/// ```
///
/// An entry without value is free for its key alone: the node is reclaimed by the next rehash, not before.
///
/// @lua Node lobject.h:332
public final class Node {
    /// The layout of a node: `i_val`, `i_key`, `next`.
    public static final StructLayout LAYOUT = Struct.of("Node", TValue.LAYOUT.withName("i_val"),
            TValue.LAYOUT.withName("i_key"), Struct.pointer("next"));

    static final long SIZE = LAYOUT.byteSize();
    private static final long VALUE = Struct.offset(LAYOUT, "i_val");
    private static final long KEY = Struct.offset(LAYOUT, "i_key");
    private static final long NEXT = Struct.offset(LAYOUT, "next");

    /// The hash part of all tables that have none: one empty node that nobody writes to.
    ///
    /// @lua dummynode ltable.c:73
    static final long DUMMY = Arena.global().allocate(LAYOUT).address();

    private Node() {}

    /// @lua gval ltable.h:15
    static long value(long n) {
        return n + VALUE;
    }

    /// @lua key2tval ltable.h:18
    static long key(long n) {
        return n + KEY;
    }

    /// @lua gnext ltable.h:16
    static long next(long n) {
        return getLong(n, NEXT);
    }

    static void setNext(long n, long next) {
        putLong(n, NEXT, next);
    }

    static void clear(long n) {
        setNext(n, RawMemory.NULL);
        TValue.setNil(key(n));
        TValue.setNil(value(n));
    }

    static void copy(long from, long to) {
        TValue.copy(value(from), value(to));
        TValue.copy(key(from), key(to));
        setNext(to, next(from));
    }
}
