package org.lmem.core;

import java.io.Serializable;
import java.util.List;

/// A memory manager was closed while memory was still in use.
///
/// Real Lua asserts the same when a state is closed (`lstate.c:114`). The manager *is* closed when this is thrown, and
/// the blocks that it knew, those with a typed face and those of open arenas, have gone back to the allocator. Raw blocks
/// are known to nobody but their owner; an allocator for debugging can tell where they were obtained.
public final class MemoryLeakException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// Bytes in use at close.
    private final long totalBytes;
    /// The blocks that were given back.
    private final Block[] released;

    /// A block that nobody had freed.
    ///
    /// @param address where it was
    /// @param size its size in bytes
    public record Block(long address, long size) implements Serializable {
        @Override
        public String toString() {
            return Hex.of(address) + "+" + size;
        }
    }

    MemoryLeakException(long totalBytes, List<Block> released) {
        super("memory was still in use at close: totalbytes=" + totalBytes + ", typed blocks released="
                + released.size() + ", bytes released=" + bytesOf(released) + ", bytes lost="
                + (totalBytes - bytesOf(released)));
        this.totalBytes = totalBytes;
        this.released = released.toArray(Block[]::new);
    }

    private static long bytesOf(List<Block> blocks) {
        return blocks.stream().mapToLong(Block::size).sum();
    }

    /// The bytes in use when the manager was closed.
    ///
    /// @return more than 0
    public long totalBytes() {
        return totalBytes;
    }

    /// The blocks that were given back, because they had a typed face or belonged to an arena.
    ///
    /// @return each with its address and its size, in no order
    public List<Block> released() {
        return List.of(released);
    }

    /// The bytes of these blocks.
    ///
    /// @return 0 to [#totalBytes]
    public long releasedBytes() {
        return bytesOf(released());
    }
}
