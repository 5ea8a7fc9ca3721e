package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import org.lmem.core.LuaMemory;

/// Tables: finding, entering and traversing keys: `ltable.c`, but for [Rehash].
///
/// The values of the keys 1 to n, n being the size of the array part, lie in a vector; all other keys in a chained
/// scatter table with Brent's variation:
///
/// - `inv.brent`: a node that is not in its main position collides there with one that is; hence chains stay short even
///   when every node is taken.
/// - `inv.lastfree`: every node from `lastfree` on has (or had) a key.
///
/// A key is a pair of numbers here, the eight bytes of the value and its tag, so that none has to be in memory.
/// [TValue#ABSENT] is the place of a value that is not there.
///
/// @lua ltable ltable.c
final class Tables {
    private Tables() {}

    // ----------------------------------------------------------------------------------------------------- hashing

    /// The node in which a key belongs.
    ///
    /// @lua mainposition ltable.c:100
    static long mainPosition(long t, long bits, int tag) {
        return switch (tag) {
            case TValue.NUMBER -> hashNumber(t, bits);
            case TValue.STRING -> hashBits(t, TString.hash(bits));
            case TValue.BOOLEAN -> hashBits(t, (int) bits);
            default -> hashModulo(t, (int) bits);
        };
    }

    private static long mainPosition(long t, long key) {
        return mainPosition(t, TValue.bits(key), TValue.tag(key));
    }

    /// @lua hashpow2 ltable.c:50
    private static long hashBits(long t, int h) {
        return Table.node(t, h & (Table.sizeNode(t) - 1));
    }

    /// For what has many factors of 2: the modulus is odd.
    ///
    /// @lua hashmod ltable.c:60
    private static long hashModulo(long t, int h) {
        return Table.node(t, Integer.remainderUnsigned(h, (Table.sizeNode(t) - 1) | 1));
    }

    /// @lua hashnum ltable.c:84
    private static long hashNumber(long t, long bits) {
        if (bits << 1 == 0) // 0 or −0
            return Table.node(t);
        return hashModulo(t, (int) bits + (int) (bits >>> 32));
    }

    /// The key as an index, or −1.
    ///
    /// @lua arrayindex ltable.c:120
    static int arrayIndex(long bits, int tag) {
        if (tag == TValue.NUMBER) {
            double n = Double.longBitsToDouble(bits);
            int k = (int) n;
            if (k == n)
                return k;
        }
        return -1;
    }

    // ------------------------------------------------------------------------------------------------------ making

    /// @lua luaH_new ltable.c:358
    static long create(LuaState state, int narray, int nhash) {
        long t = Memory.malloc(state, Table.SIZE);
        Collector.link(state.global.address, t, TValue.TABLE);
        Table.setMetatable(t, NULL);
        Table.setFlags(t, ~0);
        Table.setArray(t, NULL); // what the collector finds if a part cannot be had
        Table.setSizeArray(t, 0);
        Rehash.setNodes(t, Node.DUMMY, 0, 0);
        Rehash.setArrayVector(state, t, narray);
        if (nhash != 0)
            Rehash.setNodeVector(state, t, nhash);
        return t;
    }

    /// @lua luaH_free ltable.c:374
    static void free(GlobalState global, long t) {
        LuaMemory memory = global.memory;
        long nodes = Table.node(t);
        if (nodes != Node.DUMMY) {
            global.freedBlocks++;
            memory.realloc(nodes, Table.sizeNode(t) * Node.SIZE, 0);
        }
        long array = Table.array(t);
        if (array != NULL)
            global.freedBlocks++;
        memory.realloc(array, Table.sizeArray(t) * TValue.SIZE, 0);
        memory.realloc(t, Table.SIZE, 0);
    }

    // ----------------------------------------------------------------------------------------------------- finding

    /// @lua luaH_getnum ltable.c:435
    static long getNum(long t, int key) {
        if (Integer.compareUnsigned(key - 1, Table.sizeArray(t)) < 0)
            return Table.slot(t, key - 1);
        return getNumber(t, Double.doubleToRawLongBits(key));
    }

    private static long getNumber(long t, long bits) {
        double key = Double.longBitsToDouble(bits);
        long n = hashNumber(t, bits);
        do {
            long k = Node.key(n);
            if (TValue.isNumber(k) && TValue.number(k) == key)
                return Node.value(n);
            n = Node.next(n);
        } while (n != NULL);
        return TValue.ABSENT;
    }

    /// @lua luaH_getstr ltable.c:455
    static long getStr(long t, long ts) {
        long n = hashBits(t, TString.hash(ts));
        do {
            long k = Node.key(n);
            if (TValue.object(k) == ts && TValue.isString(k))
                return Node.value(n);
            n = Node.next(n);
        } while (n != NULL);
        return TValue.ABSENT;
    }

    /// @lua luaH_get ltable.c:469
    static long get(long t, long bits, int tag) {
        return switch (tag) {
            case TValue.NIL -> TValue.ABSENT;
            case TValue.STRING -> getStr(t, bits);
            case TValue.NUMBER -> {
                double n = Double.longBitsToDouble(bits);
                int k = (int) n;
                yield k == n ? getNum(t, k) : getNumber(t, bits);
            }
            default -> getAny(t, bits, tag);
        };
    }

    private static long getAny(long t, long bits, int tag) {
        long n = mainPosition(t, bits, tag);
        do {
            if (TValue.rawEquals(Node.key(n), bits, tag))
                return Node.value(n);
            n = Node.next(n);
        } while (n != NULL);
        return TValue.ABSENT;
    }

    // ---------------------------------------------------------------------------------------------------- entering

    /// The place of a key's value; the key is entered where it is not there.
    ///
    /// @lua luaH_set ltable.c:494
    static long set(LuaState state, long t, long bits, int tag) {
        long o = get(t, bits, tag);
        Table.setFlags(t, 0);
        if (o != TValue.ABSENT)
            return o;
        if (tag == TValue.NIL)
            throw Errors.runError(state, "", "table index is nil");
        if (tag == TValue.NUMBER && Double.isNaN(Double.longBitsToDouble(bits)))
            throw Errors.runError(state, "", "table index is NaN");
        return newKey(state, t, bits, tag);
    }

    /// @lua luaH_setnum ltable.c:508
    static long setNum(LuaState state, long t, int key) {
        long o = getNum(t, key);
        return o != TValue.ABSENT ? o : newKey(state, t, Double.doubleToRawLongBits(key), TValue.NUMBER);
    }

    /// @lua luaH_setstr ltable.c:520
    static long setStr(LuaState state, long t, long ts) {
        long o = getStr(t, ts);
        return o != TValue.ABSENT ? o : newKey(state, t, ts, TValue.STRING);
    }

    /// Enters a key. If its main position is taken by a node that belongs elsewhere, that node moves to a free place;
    /// otherwise the new key goes to the free place.
    ///
    /// @lua newkey ltable.c:399
    private static long newKey(LuaState state, long t, long bits, int tag) {
        long mp = mainPosition(t, bits, tag);
        if (!TValue.isNil(Node.value(mp)) || mp == Node.DUMMY) {
            long free = freePosition(t);
            if (free == NULL) { // every node is taken?
                Rehash.rehash(state, t, bits, tag);
                return set(state, t, bits, tag);
            }
            mp = collide(t, mp, free);
        }
        TValue.set(Node.key(mp), bits, tag);
        if (tag >= TValue.STRING)
            Collector.objectBarrierBack(state.global.address, t, bits);
        return Node.value(mp);
    }

    /// Which of the two nodes the new key gets.
    private static long collide(long t, long mp, long free) {
        long other = mainPosition(t, Node.key(mp));
        if (other == mp) {
            Node.setNext(free, Node.next(mp));
            Node.setNext(mp, free);
            return free;
        }
        while (Node.next(other) != mp)
            other = Node.next(other);
        Node.setNext(other, free);
        Node.copy(mp, free);
        Node.setNext(mp, NULL);
        TValue.setNil(Node.value(mp));
        return mp;
    }

    /// @lua getfreepos ltable.c:382
    private static long freePosition(long t) {
        long first = Table.node(t);
        long last = Table.lastFree(t);
        while (last > first) {
            last -= Node.SIZE;
            if (TValue.isNil(Node.key(last))) {
                Table.setLastFree(t, last);
                return last;
            }
        }
        Table.setLastFree(t, first);
        return NULL;
    }

    // -------------------------------------------------------------------------------------------------- traversing

    /// Replaces a key on the stack by the next one and writes its value above it.
    ///
    /// @param key the slot of the key
    /// @return false where there is no next one; nothing is written then
    /// @lua luaH_next ltable.c:162
    static boolean next(LuaState state, long t, long key) {
        int array = Table.sizeArray(t);
        int i = findIndex(state, t, key) + 1;
        for (; i < array; i++) {
            if (!TValue.isNil(Table.slot(t, i))) {
                TValue.setNumber(key, i + 1);
                TValue.copy(Table.slot(t, i), key + TValue.SIZE);
                return true;
            }
        }
        int nodes = Table.sizeNode(t);
        for (i -= array; i < nodes; i++) {
            long n = Table.node(t, i);
            if (!TValue.isNil(Node.value(n))) {
                TValue.copy(Node.key(n), key);
                TValue.copy(Node.value(n), key + TValue.SIZE);
                return true;
            }
        }
        return false;
    }

    /// The position of a key in a traversal: the array part first, then the nodes; −1 before the first.
    ///
    /// @lua findindex ltable.c:137
    private static int findIndex(LuaState state, long t, long key) {
        long bits = TValue.bits(key);
        int tag = TValue.tag(key);
        if (tag == TValue.NIL)
            return -1;
        int i = arrayIndex(bits, tag);
        if (i > 0 && i <= Table.sizeArray(t))
            return i - 1;
        long n = mainPosition(t, bits, tag);
        do {
            if (TValue.rawEquals(Node.key(n), bits, tag) || isDead(Node.key(n), bits, tag))
                return (int) ((n - Table.node(t)) / Node.SIZE) + Table.sizeArray(t);
            n = Node.next(n);
        } while (n != NULL);
        throw Errors.runError(state, "", "invalid key to 'next'");
    }

    /// The key of an entry that was cleared during the traversal: it still tells where it was.
    private static boolean isDead(long k, long bits, int tag) {
        return TValue.tag(k) == TValue.DEADKEY && tag >= TValue.STRING && TValue.object(k) == bits;
    }

    // ------------------------------------------------------------------------------------------------------ length

    /// A boundary: an index whose value is there while the next one's is not, or 0.
    ///
    /// @lua luaH_getn ltable.c:560
    static int length(long t) {
        int j = Table.sizeArray(t);
        if (j > 0 && TValue.isNil(Table.slot(t, j - 1)))
            return boundaryInArray(t, j);
        return Table.node(t) == Node.DUMMY ? j : unboundSearch(t, j);
    }

    private static int boundaryInArray(long t, int size) {
        int i = 0;
        int j = size;
        while (j - i > 1) {
            int m = (i + j) >>> 1;
            if (TValue.isNil(Table.slot(t, m - 1)))
                j = m;
            else
                i = m;
        }
        return i;
    }

    /// @lua unbound_search ltable.c:532
    private static int unboundSearch(long t, int from) {
        int i = from;
        int j = from + 1;
        while (!TValue.isNil(getNum(t, j))) {
            i = j;
            j *= 2;
            if (Integer.compareUnsigned(j, LuaMemory.MAX_INT) > 0) // built to be slow?
                return linearSearch(t);
        }
        while (j - i > 1) {
            int m = (i + j) >>> 1;
            if (TValue.isNil(getNum(t, m)))
                j = m;
            else
                i = m;
        }
        return i;
    }

    private static int linearSearch(long t) {
        int i = 1;
        while (!TValue.isNil(getNum(t, i)))
            i++;
        return i - 1;
    }
}
