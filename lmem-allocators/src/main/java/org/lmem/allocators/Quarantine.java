package org.lmem.allocators;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Freed blocks that are kept back for a while, first in, first out, so that a late write to one of them is seen.
final class Quarantine {
    private final long maxBytes;
    private final int maxBlocks;
    private final Deque<WatchedBlock> blocks = new ArrayDeque<>();
    private long bytes;

    Quarantine(long maxBytes, int maxBlocks) {
        this.maxBytes = maxBytes;
        this.maxBlocks = maxBlocks;
    }

    long bytes() {
        return bytes;
    }

    /// Whether a block of this size may ever come in.
    boolean accepts(long size) {
        return maxBlocks > 0 && size <= maxBytes;
    }

    boolean isTooFullFor(long size) {
        return blocks.size() >= maxBlocks || bytes > maxBytes - size;
    }

    void add(WatchedBlock block) {
        blocks.add(block);
        bytes += block.size;
    }

    /// The block that has been here longest, or null.
    @Nullable
    WatchedBlock poll() {
        WatchedBlock block = blocks.poll();
        if (block != null)
            bytes -= block.size;
        return block;
    }
}
