package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import java.util.Arrays;
import org.lmem.core.LuaException;

/// How a table gets the sizes of its parts: the second half of `ltable.c`.
///
/// When a key finds no free node, all keys are counted, the integer ones by powers of 2: `counts[i]` is the number of those
/// in (2^(i−1), 2^i]. The array part becomes the largest n = 2^i of which more than half of 1 … n are in use; all other
/// keys go to the hash part, whose size is the next power of 2.
final class Rehash {
    /// The array part has at most 2^MAXBITS values, the hash part as many nodes.
    ///
    /// @lua MAXBITS ltable.c:42
    static final int MAXBITS = 26;

    private static final int MAXASIZE = 1 << MAXBITS;

    private Rehash() {}

    /// The power of 2 that is not below x: ⌈log2 x⌉; 32 for 0 and for what is negative.
    ///
    /// @lua ceillog2 lobject.h:366
    static int ceilLog2(int x) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(x - 1);
    }

    // ---------------------------------------------------------------------------------------------------- counting

    /// @lua rehash ltable.c:333
    static void rehash(LuaState state, long t, long bits, int tag) {
        int[] counts = state.global.counts;
        Arrays.fill(counts, 0);
        int integers = countArray(t, counts);
        int total = integers;
        for (int i = Table.sizeNode(t) - 1; i >= 0; i--) {
            long n = Table.node(t, i);
            if (!TValue.isNil(Node.value(n))) {
                integers += countInteger(TValue.bits(Node.key(n)), TValue.tag(Node.key(n)), counts);
                total++;
            }
        }
        integers += countInteger(bits, tag, counts);
        total++;
        int array = optimalSize(counts, integers);
        resize(state, t, array, total - countUpTo(counts, array));
    }

    /// @lua numusearray ltable.c:222
    private static int countArray(long t, int[] counts) {
        int size = Table.sizeArray(t);
        long array = Table.array(t);
        int used = 0;
        int from = 0;
        for (int log = 0; from < size && log <= MAXBITS; log++) {
            int end = Math.min(1 << log, size);
            int inSlice = countValues(array + from * TValue.SIZE, array + end * TValue.SIZE);
            counts[log] += inSlice;
            used += inSlice;
            from = end;
        }
        return used;
    }

    private static int countValues(long from, long end) {
        int n = 0;
        for (long o = from; o < end; o += TValue.SIZE)
            n += TValue.isNil(o) ? 0 : 1;
        return n;
    }

    /// 1 where the key may go to the array part.
    ///
    /// @lua countint ltable.c:211
    private static int countInteger(long bits, int tag, int[] counts) {
        int k = Tables.arrayIndex(bits, tag);
        if (k <= 0 || k > MAXASIZE)
            return 0;
        counts[ceilLog2(k)]++;
        return 1;
    }

    /// The size of the array part.
    ///
    /// @lua computesizes ltable.c:189
    static int optimalSize(int[] counts, int integers) {
        int below = 0; // keys up to 2^i
        int best = 0;
        for (int i = 0, size = 1; size / 2 < integers && i <= MAXBITS; i++, size *= 2) {
            below += counts[i];
            if (counts[i] > 0 && below > size / 2)
                best = size;
            if (below == integers)
                break;
        }
        return best;
    }

    private static int countUpTo(int[] counts, int size) {
        int sum = 0;
        for (int i = 0; i <= MAXBITS && 1 << i <= size; i++)
            sum += counts[i];
        return sum;
    }

    // ---------------------------------------------------------------------------------------------------- resizing

    /// @lua luaH_resizearray ltable.c:327
    static void resizeArray(LuaState state, long t, int size) {
        resize(state, t, size, Table.node(t) == Node.DUMMY ? 0 : Table.sizeNode(t));
    }

    /// Gives both parts new sizes and enters all keys again.
    ///
    /// `Differs from Lua:` 5.1.5 leaves a table whose array part has grown and whose hash part could not be had: integer
    /// keys of the hash part are then out of sight. Under [org.lmem.core.Semantics#restoredTables] the array part goes
    /// back to its old size first.
    ///
    /// @lua resize ltable.c:297
    private static void resize(LuaState state, long t, int arraySize, int hashSize) {
        int oldArray = Table.sizeArray(t);
        int oldNodes = Table.sizeNode(t);
        long old = Table.node(t);
        if (arraySize > oldArray)
            setArrayVector(state, t, arraySize);
        try {
            setNodeVector(state, t, hashSize);
        } catch (LuaException e) {
            if (arraySize > oldArray && state.global.restoredTables)
                truncate(state, t, oldArray, arraySize);
            throw e;
        }
        if (arraySize < oldArray)
            shrinkArray(state, t, oldArray, arraySize);
        for (int i = oldNodes - 1; i >= 0; i--) {
            long n = old + i * Node.SIZE;
            if (!TValue.isNil(Node.value(n)))
                TValue.copy(Node.value(n), Tables.set(state, t, TValue.bits(Node.key(n)), TValue.tag(Node.key(n))));
        }
        if (old != Node.DUMMY)
            state.memory.reallocv(old, oldNodes, 0, Node.SIZE);
    }

    /// The values of the vanishing slice go to the hash part.
    private static void shrinkArray(LuaState state, long t, int oldSize, int newSize) {
        Table.setSizeArray(t, newSize);
        for (int i = newSize; i < oldSize; i++) {
            if (!TValue.isNil(Table.slot(t, i)))
                TValue.copy(Table.slot(t, i), Tables.setNum(state, t, i + 1));
        }
        truncate(state, t, newSize, oldSize);
    }

    private static void truncate(LuaState state, long t, int newSize, int oldSize) {
        Table.setArray(t, state.memory.reallocv(Table.array(t), oldSize, newSize, TValue.SIZE));
        Table.setSizeArray(t, newSize);
    }

    /// @lua setarrayvector ltable.c:263
    static void setArrayVector(LuaState state, long t, int size) {
        int old = Table.sizeArray(t);
        long array = Memory.reallocv(state, Table.array(t), old, size, TValue.SIZE);
        Table.setArray(t, array);
        for (long o = array + old * TValue.SIZE, end = array + size * TValue.SIZE; o < end; o += TValue.SIZE)
            TValue.setNil(o);
        Table.setSizeArray(t, size);
    }

    /// @lua setnodevector ltable.c:272
    static void setNodeVector(LuaState state, long t, int size) {
        if (size == 0) {
            setNodes(t, Node.DUMMY, 0, 0);
            return;
        }
        int log = ceilLog2(size);
        if (log > MAXBITS)
            throw Errors.runError(state, "nodes=" + Integer.toUnsignedString(size) + ", limit=" + MAXASIZE,
                    "table overflow");
        int rounded = 1 << log;
        long nodes = Memory.newVector(state, rounded, Node.SIZE);
        for (long n = nodes, end = nodes + rounded * Node.SIZE; n < end; n += Node.SIZE)
            Node.clear(n);
        setNodes(t, nodes, log, rounded);
    }

    static void setNodes(long t, long nodes, int log, int free) {
        Table.setNode(t, nodes);
        Table.setLogSizeNode(t, log);
        Table.setLastFree(t, nodes + free * Node.SIZE);
    }
}
