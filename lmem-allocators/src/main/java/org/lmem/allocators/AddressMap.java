package org.lmem.allocators;

import org.lmem.core.LuaAlloc;

/// A hash table from the address of a block to a small number, without an object per entry.
///
/// Open addressing with linear probing; an entry is removed by moving back those behind it that would be cut off
/// (Knuth, volume 3, 6.4, algorithm R), so that no marks pile up. At most half of the places are taken.
///
/// ```
///   keys:    │ 0x7f10 │   0   │ 0x7f30 │ 0x7e30 │   0   │      home(key) = the top bits of key × odd constant
///   values:  │    4   │       │    0   │    9   │       │
/// ```
///
/// [#reserve] is the only method that takes memory: who calls it before he asks an allocator can write his books
/// afterwards without fail.
final class AddressMap {
    /// What [#get] and [#remove] return where there is no entry.
    static final int NONE = -1;

    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
    private static final int MIN_BITS = 4;

    private long[] keys = new long[1 << MIN_BITS];
    private int[] values = new int[1 << MIN_BITS];
    private int shift = Long.SIZE - MIN_BITS;
    private int size;

    int size() {
        return size;
    }

    /// Makes room for one more entry.
    void reserve() {
        if (size >= keys.length / 2)
            rehash();
    }

    private void rehash() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        long[] newKeys = new long[2 * oldKeys.length];
        values = new int[2 * oldKeys.length];
        keys = newKeys;
        shift--;
        for (int i = 0; i < oldKeys.length; i++)
            if (oldKeys[i] != LuaAlloc.NULL) {
                int place = find(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
    }

    /// The value of an address.
    ///
    /// @return 0 or more, or [#NONE]
    int get(long key) {
        int i = find(key);
        return keys[i] == LuaAlloc.NULL ? NONE : values[i];
    }

    /// Sets the value of an address. There must be room for it.
    void put(long key, int value) {
        assert key != LuaAlloc.NULL && value >= 0;
        int i = find(key);
        if (keys[i] == LuaAlloc.NULL) {
            assert size < keys.length / 2;
            keys[i] = key;
            size++;
        }
        values[i] = value;
    }

    /// Removes an address.
    ///
    /// @return the value it had, or [#NONE]
    int remove(long key) {
        int hole = find(key);
        if (keys[hole] == LuaAlloc.NULL)
            return NONE;
        int value = values[hole];
        int mask = keys.length - 1;
        for (int i = (hole + 1) & mask; keys[i] != LuaAlloc.NULL; i = (i + 1) & mask)
            if (((i - home(keys[i])) & mask) >= ((i - hole) & mask)) { // its way leads over the hole?
                keys[hole] = keys[i];
                values[hole] = values[i];
                hole = i;
            }
        keys[hole] = LuaAlloc.NULL;
        size--;
        return value;
    }

    /// Shows every entry, in no order.
    void forEach(Visitor visitor) {
        for (int i = 0; i < keys.length; i++)
            if (keys[i] != LuaAlloc.NULL)
                visitor.visit(keys[i], values[i]);
    }

    /// Who is shown an entry. The map may not be changed meanwhile.
    @FunctionalInterface
    interface Visitor {
        void visit(long key, int value);
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int i = home(key);
        while (keys[i] != key && keys[i] != LuaAlloc.NULL)
            i = (i + 1) & mask;
        return i;
    }

    private int home(long key) {
        return (int) ((key * MIX) >>> shift);
    }
}
