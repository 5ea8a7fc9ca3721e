package org.lmem.gc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// An allocator that knows its blocks: it checks every size, moves a block at every resize, fills fresh and freed bytes with
/// rubbish, and refuses what it is told to refuse.
final class TestHeap implements LuaAlloc {
    private static final byte FRESH = (byte) 0xA5;
    private static final byte FREED = 0x5A;

    private final Map<Long, Long> blocks = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private long total;
    private long growing;
    private long refuseAt = -1;
    private boolean refused;
    private long limit = Long.MAX_VALUE;

    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block != NULL && !Long.valueOf(osize).equals(blocks.get(block)))
            throw new AssertionError("osize=" + osize + ", size=" + blocks.get(block));
        calls.add(osize + ">" + Long.toUnsignedString(nsize));
        if (Long.compareUnsigned(nsize, osize) > 0 && isRefused(osize, nsize))
            return NULL;
        long result = nsize == 0 ? NULL : fresh(nsize);
        if (block != NULL) {
            RawMemory.copy(block, result, Math.min(osize, nsize));
            release(block, osize);
        }
        return result;
    }

    private boolean isRefused(long osize, long nsize) {
        boolean chosen = growing++ == refuseAt;
        refused |= chosen;
        return chosen || nsize < 0 || total - osize + nsize > limit;
    }

    private long fresh(long size) {
        long block = SystemAlloc.INSTANCE.realloc(NULL, 0, size);
        if (block != NULL) {
            RawMemory.fill(block, size, FRESH);
            blocks.put(block, size);
            total += size;
        }
        return block;
    }

    private void release(long block, long size) {
        RawMemory.fill(block, size, FREED);
        blocks.remove(block);
        total -= size;
        SystemAlloc.INSTANCE.realloc(block, size, 0);
    }

    /// Refuses the growing request that comes after so many more.
    void refuseAfter(long n) {
        refuseAt = growing + n;
        refused = false;
    }

    void refuseNothing() {
        refuseAt = -1;
        limit = Long.MAX_VALUE;
    }

    /// Refuses what would take more than this beyond what is in use.
    void allowOnly(long more) {
        limit = total + more;
    }

    /// Whether the request of [#refuseAfter] has come.
    boolean hasRefused() {
        return refused;
    }

    /// A checksum of every byte of every block.
    long checksum() {
        CRC32 sum = new CRC32();
        blocks.keySet().stream().sorted().forEach(block -> {
            byte[] bytes = new byte[(int) (long) blocks.get(block)];
            RawMemory.copyOut(block, bytes, 0, bytes.length);
            sum.update(bytes);
        });
        return sum.getValue();
    }

    long total() {
        return total;
    }

    int blocks() {
        return blocks.size();
    }

    /// The calls since the last time, as `osize>nsize`.
    List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }
}
