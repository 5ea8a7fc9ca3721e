package org.lmem.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What belongs to an address: a map without boxes and without nodes.
///
/// ```
///   keys    │ 0 │ a │ b │ 0 │ …     open addressing, linear probing, at most half full; 0 (NULL) marks a free place
///   values  │ ∅ │ A │ B │ ∅ │ …
/// ```
///
/// `inv.probe`: between the place that an address hashes to and the place where it stands no place is free. A removal
/// moves later entries back to keep it, so that there are no tombstones and lookups stay short.
///
/// @param <V> what belongs to an address
final class AddressMap<V> {
    private static final int SMALLEST = 16;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L; // 2^64 / φ: multiplicative hashing, Knuth 6.4

    private long[] keys = new long[SMALLEST];
    private @Nullable Object[] values = new Object[SMALLEST];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    @Nullable
    V get(long address) {
        return at(place(address)); // the place of NULL, or of an absent address, holds nothing
    }

    /// Enters what belongs to an address; the address is not 0.
    void put(long address, V value) {
        if (2 * (size + 1) > keys.length)
            grow();
        int place = place(address);
        if (keys[place] == 0)
            size++;
        keys[place] = address;
        values[place] = value;
    }

    /// Removes an address.
    ///
    /// @return what belonged to it
    @Nullable
    V remove(long address) {
        int place = place(address);
        V value = at(place);
        if (value != null) {
            size--;
            closeGap(place);
        }
        return value;
    }

    /// Everything in the map, as a copy.
    List<V> values() {
        List<V> all = new ArrayList<>(size);
        for (int i = 0; i < keys.length; i++) {
            V value = at(i);
            if (value != null)
                all.add(value);
        }
        return all;
    }

    private void closeGap(int gap) {
        int mask = keys.length - 1;
        for (int i = (gap + 1) & mask; keys[i] != 0; i = (i + 1) & mask) {
            int home = home(keys[i]);
            if (((i - home) & mask) >= ((i - gap) & mask)) { // does its probe pass the gap?
                keys[gap] = keys[i];
                values[gap] = values[i];
                gap = i;
            }
        }
        keys[gap] = 0;
        values[gap] = null;
    }

    private void grow() {
        long[] oldKeys = keys;
        @Nullable
        Object[] oldValues = values;
        long[] newKeys = new long[2 * oldKeys.length];
        values = new Object[newKeys.length];
        keys = newKeys;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int place = place(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
        }
    }

    /// Where an address stands, or the free place where it would.
    private int place(long address) {
        int mask = keys.length - 1;
        int i = home(address);
        while (keys[i] != address && keys[i] != 0)
            i = (i + 1) & mask;
        return i;
    }

    private int home(long address) {
        return (int) ((address * GOLDEN) >>> (Long.numberOfLeadingZeros(keys.length) + 1));
    }

    @SuppressWarnings("unchecked") // only put writes values
    private @Nullable V at(int place) {
        return (V) values[place];
    }
}
