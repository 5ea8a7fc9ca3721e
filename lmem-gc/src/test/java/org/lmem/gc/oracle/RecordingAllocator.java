package org.lmem.gc.oracle;

import java.util.BitSet;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// An allocator that writes every call down, moves a block at every resize, and gives the smallest free number to a new one.
///
/// ```
///   heap   │ id, size │ block (0xA5…) │ id, size │ block │ freed (0x5A…) │ … untouched
///          └ 16 bytes ┘                                                   ▲ next
/// ```
///
/// Blocks are carved off one [Heap] from its start and never used again, so that a stale pointer reads rubbish; and the
/// addresses follow from the requests alone, so that two machines that make the same requests over the same heap, one
/// after the other, get the same addresses. That is what makes the order of keys in a table comparable where the hash
/// of a key is its address.
final class RecordingAllocator implements LuaAlloc {
    private static final int HEADER = 16;
    private static final byte FRESH = (byte) 0xA5;
    private static final byte FREED = 0x5A;

    /// The largest single block that is granted.
    static final long LARGEST = 1L << 30;

    private final GoldenLog log;
    private final Heap heap;
    private final BitSet ids = new BitSet();
    private long total;
    private long blocks;
    private long growing;
    private long failAt = -1;
    private long cap = Long.MAX_VALUE;
    private boolean withTotals;

    RecordingAllocator(GoldenLog log, Heap heap) {
        this.log = log;
        this.heap = heap;
        heap.reset();
    }

    /// Bytes in use.
    long total() {
        return total;
    }

    /// Blocks in use.
    long blocks() {
        return blocks;
    }

    /// Requests so far that were for more bytes than before.
    long growingRequests() {
        return growing;
    }

    /// From now on each line of a call ends with the bytes in use after it.
    void writeTotals() {
        withTotals = true;
    }

    /// Refuses the n-th growing request, counted from 1 at the start; −1 refuses none.
    void failAt(long n) {
        failAt = n;
    }

    /// Whether a request is going to be refused that is not out of all measure.
    boolean isArmed() {
        return failAt > growing;
    }

    /// Refuses what would bring the bytes in use above this.
    void capAt(long bytes) {
        cap = bytes;
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        check(block, osize);
        if (Long.compareUnsigned(nsize, osize) > 0 && isRefused(osize, nsize)) {
            log.call("! " + Long.toUnsignedString(osize) + ' ' + Long.toUnsignedString(nsize));
            return NULL;
        }
        if (block == NULL)
            return nsize == 0 ? nothing() : obtain(nsize);
        return nsize == 0 ? release(block, osize) : move(block, osize, nsize);
    }

    private void check(long block, long osize) {
        if ((block == NULL) != (osize == 0))
            log.call("MISMATCH block=0x" + Long.toHexString(block) + ", osize=" + osize);
        else if (block != NULL && RawMemory.getLong(block - 8) != osize)
            log.call("MISMATCH osize=" + osize + ", true size=" + RawMemory.getLong(block - 8));
    }

    private boolean isRefused(long osize, long nsize) {
        growing++;
        return Long.compareUnsigned(nsize, LARGEST) > 0 || growing == failAt || total - osize + nsize > cap;
    }

    private long nothing() {
        log.call("Z 0 0");
        return NULL;
    }

    private long obtain(long nsize) {
        int id = ids.nextClearBit(0);
        ids.set(id);
        total += nsize;
        blocks++;
        write('N', id, 0, nsize);
        return carve(id, nsize);
    }

    private long release(long block, long osize) {
        int id = (int) RawMemory.getLong(block - HEADER);
        ids.clear(id);
        total -= osize;
        blocks--;
        write('F', id, osize, 0);
        RawMemory.fill(block - HEADER, HEADER + osize, FREED);
        return NULL;
    }

    private long move(long block, long osize, long nsize) {
        int id = (int) RawMemory.getLong(block - HEADER);
        total += nsize - osize;
        write('R', id, osize, nsize);
        long moved = carve(id, nsize);
        RawMemory.copy(block, moved, Math.min(osize, nsize));
        RawMemory.fill(block - HEADER, HEADER + osize, FREED);
        return moved;
    }

    private long carve(int id, long size) {
        long block = heap.take(HEADER + size) + HEADER;
        RawMemory.putLong(block - HEADER, id);
        RawMemory.putLong(block - 8, size);
        RawMemory.fill(block, size, FRESH);
        return block;
    }

    private void write(char kind, int id, long osize, long nsize) {
        String line = kind + " " + id + ' ' + osize + ' ' + nsize;
        log.call(withTotals ? line + ' ' + total : line);
    }
}
