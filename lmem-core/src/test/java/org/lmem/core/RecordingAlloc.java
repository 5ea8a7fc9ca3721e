package org.lmem.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Real memory for tests: keeps every call and the size of every live block, insists that the caller's word agrees with
/// them, and refuses growing requests when told to.
final class RecordingAlloc implements LuaAlloc {
    /// One call and its answer.
    record Call(long block, long osize, long nsize, long result) {
        boolean isNew() {
            return block == NULL && nsize != 0;
        }

        boolean isResize() {
            return block != NULL && nsize != 0;
        }
    }

    private final List<Call> calls = new ArrayList<>();
    private final Map<Long, Long> live = new HashMap<>();
    private long allowed = Long.MAX_VALUE;

    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block != NULL && !Long.valueOf(osize).equals(live.get(block)))
            throw new AssertionError("block=" + Hex.of(block) + ", osize=" + osize + ", size=" + live.get(block));
        long result = isRefused(block, osize, nsize) ? NULL : SystemAlloc.INSTANCE.realloc(block, osize, nsize);
        calls.add(new Call(block, osize, nsize, result));
        if (nsize == 0 || result != NULL)
            live.remove(block);
        if (result != NULL)
            live.put(result, nsize);
        return result;
    }

    private boolean isRefused(long block, long osize, long nsize) {
        boolean grows = Long.compareUnsigned(nsize, block == NULL ? 0 : osize) > 0;
        return grows && allowed-- <= 0;
    }

    /// From now on `n` growing requests succeed and all later ones are refused.
    void allow(long n) {
        allowed = n;
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    int callCount() {
        return calls.size();
    }

    Call lastCall() {
        return calls.getLast();
    }

    void forgetCalls() {
        calls.clear();
    }

    /// The sizes of all live blocks by address.
    Map<Long, Long> live() {
        return Map.copyOf(live);
    }

    long liveBytes() {
        return live.values().stream().mapToLong(Long::longValue).sum();
    }
}
