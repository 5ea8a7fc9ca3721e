package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getByte;

/// Removing from weak tables what nothing else refers to.
///
/// | the entry has | as key | as value |
/// |---|---|---|
/// | a nil, boolean, number, light userdata | stays | stays |
/// | a string | stays, and is marked: strings are values | stays, and is marked |
/// | a userdata that is being finalised | stays, until the next cycle | goes, before its finaliser is called |
/// | another object that was not reached | goes | goes |
///
/// A weak key does not make its value weak: an entry whose value refers to its own key stays for ever (there are no
/// ephemerons in 5.1.5).
final class WeakTables {
    private WeakTables() {}

    /// Whether a mode has a letter, up to its first zero byte.
    static boolean contains(long ts, char letter) {
        for (long p = TString.bytes(ts);; p++) {
            byte b = getByte(p);
            if (b == letter)
                return true;
            if (b == 0) // every string has one behind it
                return false;
        }
    }

    /// An entry without value keeps its key for traversals only.
    ///
    /// @lua removeentry lgc.c:62
    static void removeEntry(long n) {
        if (TValue.isCollectable(Node.key(n)))
            TValue.setTag(Node.key(n), TValue.DEADKEY);
    }

    /// Clears a list of weak tables.
    ///
    /// @param first linked through `gclist`
    /// @lua cleartable lgc.c:351
    static void clear(long first) {
        for (long t = first; t != NULL; t = Table.gcList(t)) {
            if (GCHeader.test(t, GCHeader.WEAKVALUES))
                clearArray(t);
            clearNodes(t);
        }
    }

    private static void clearArray(long t) {
        for (int i = Table.sizeArray(t) - 1; i >= 0; i--) {
            long o = Table.slot(t, i);
            if (isCleared(o, false))
                TValue.setNil(o);
        }
    }

    private static void clearNodes(long t) {
        for (int i = Table.sizeNode(t) - 1; i >= 0; i--) {
            long n = Table.node(t, i);
            if (!TValue.isNil(Node.value(n)) && (isCleared(Node.key(n), true) || isCleared(Node.value(n), false))) {
                TValue.setNil(Node.value(n));
                removeEntry(n);
            }
        }
    }

    /// Whether what a key or value refers to is about to go.
    ///
    /// @lua iscleared lgc.c:337
    private static boolean isCleared(long value, boolean isKey) {
        if (!TValue.isCollectable(value))
            return false;
        long o = TValue.object(value);
        if (TValue.isString(value)) {
            GCHeader.reset(o, GCHeader.WHITES);
            return false;
        }
        return GCHeader.isWhite(o)
                || (TValue.tag(value) == TValue.USERDATA && !isKey && GCHeader.test(o, GCHeader.FINALIZED));
    }
}
