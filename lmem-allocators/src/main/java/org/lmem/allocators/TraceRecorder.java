package org.lmem.allocators;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;

/// An allocator that writes down every request that another one served, as a [Trace].
///
/// ```
///   (block, osize, nsize) ──► inner ──► served? ──► id of the block, osize, nsize
///
///   address ──AddressMap──► id ──► size[id]        ids: the smallest free one first, as the format wants it
/// ```
///
/// Refused requests and requests (NULL, 0, 0) are left out. `osize` of a new block is written as 0, whatever it was.
///
/// The program that is recorded never pays for what a trace cannot express (a block of 2 GiB or more, one that was there
/// before the recorder, an `osize` that is not the block's size, more requests than were allowed): the request goes
/// through, recording ends there, and [#trace] says why.
///
/// Takes 12 bytes per request and about 40 per block of Java's heap, and all of it before the inner allocator is asked:
/// lack of heap loses no block. For one thread, as the state that it serves.
public final class TraceRecorder implements LuaAlloc {
    private static final int FIELDS = 3;
    private static final int MIN_RECORDS = 1024;

    private final LuaAlloc inner;
    private final int maxOperations;
    private final AddressMap idOf = new AddressMap();
    private final SmallestIds ids = new SmallestIds();
    private int[] sizes = new int[16]; // by id
    private int[] records = new int[FIELDS * MIN_RECORDS];
    private int operations;
    private @Nullable String fault;

    /// Records as many requests as a trace can hold.
    ///
    /// @param inner does the work
    public TraceRecorder(LuaAlloc inner) {
        this(inner, Trace.MAX_COUNT);
    }

    /// Records up to a number of requests.
    ///
    /// @param inner does the work
    /// @param maxOperations after which recording ends
    /// @throws IllegalArgumentException where the number is negative, or more than a trace can hold
    public TraceRecorder(LuaAlloc inner, int maxOperations) {
        this.inner = Objects.requireNonNull(inner, "inner");
        if (maxOperations < 0 || maxOperations > Trace.MAX_COUNT)
            throw new IllegalArgumentException("impossible number of operations: maxOperations=" + maxOperations
                    + ", largest=" + Trace.MAX_COUNT);
        this.maxOperations = maxOperations;
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        boolean recording = fault == null;
        if (recording)
            reserve();
        long newBlock = inner.realloc(block, osize, nsize);
        boolean served = newBlock != NULL || (block != NULL && nsize == 0);
        if (recording && served)
            record(block, block == NULL ? 0 : osize, nsize, newBlock);
        return newBlock;
    }

    private void reserve() {
        if (operations < maxOperations && FIELDS * operations == records.length)
            records = Arrays.copyOf(records, (int) Math.min(2L * records.length, (long) FIELDS * maxOperations));
        if (ids.peek() == sizes.length)
            sizes = Arrays.copyOf(sizes, 2 * sizes.length);
        idOf.reserve();
        ids.reserve();
    }

    private void record(long block, long osize, long nsize, long newBlock) {
        fault = whatIsWrong(block, osize, nsize);
        if (fault != null)
            return;
        int id = block == NULL ? ids.take() : idOf.remove(block);
        if (nsize == 0)
            ids.release(id);
        else
            idOf.put(newBlock, id);
        sizes[id] = (int) nsize;
        append(id, (int) osize, (int) nsize);
    }

    private @Nullable String whatIsWrong(long block, long osize, long nsize) {
        if (operations == maxOperations)
            return "there were more requests than allowed: maxOperations=" + maxOperations;
        if (nsize < 0 || nsize > Integer.MAX_VALUE)
            return "a block is too large for a trace: nsize=" + Long.toUnsignedString(nsize);
        if (block == NULL)
            return null;
        int id = idOf.get(block);
        if (id == AddressMap.NONE)
            return "a block was not obtained here: block=" + Requests.hex(block);
        return sizes[id] == osize
                ? null
                : "a block has another size: block=" + Requests.hex(block) + ", size=" + sizes[id] + ", osize="
                        + Long.toUnsignedString(osize);
    }

    private void append(int id, int osize, int nsize) {
        int i = FIELDS * operations++;
        records[i] = id;
        records[i + 1] = osize;
        records[i + 2] = nsize;
    }

    /// The requests recorded so far.
    ///
    /// @return 0 or more
    public int operations() {
        return operations;
    }

    /// What was recorded.
    ///
    /// @return a copy; recording goes on
    /// @throws IllegalStateException where recording has ended, with the reason
    public Trace trace() {
        if (fault != null)
            throw new IllegalStateException("recording has ended: " + fault + ", operations=" + operations);
        return Trace.of(Arrays.copyOf(records, FIELDS * operations));
    }

    @Override
    public String toString() {
        return "TraceRecorder[" + inner + "]";
    }
}
