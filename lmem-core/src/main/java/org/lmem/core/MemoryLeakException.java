package org.lmem.core;

/// A memory manager was closed while memory was still in use.
///
/// Real Lua asserts the same when a state is closed (`lstate.c:114`). The manager *is* closed when this is thrown, and
/// the blocks with a typed face have gone back to the allocator; raw blocks are known to nobody but their owner.
public final class MemoryLeakException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// Bytes in use at close.
    private final long totalBytes;
    /// Bytes of them given back.
    private final long releasedBytes;

    MemoryLeakException(long totalBytes, int releasedBlocks, long releasedBytes) {
        super("memory was still in use at close: totalbytes=" + totalBytes + ", typed blocks released=" + releasedBlocks
                + ", bytes released=" + releasedBytes + ", bytes lost=" + (totalBytes - releasedBytes));
        this.totalBytes = totalBytes;
        this.releasedBytes = releasedBytes;
    }

    /// The bytes in use when the manager was closed.
    ///
    /// @return more than 0
    public long totalBytes() {
        return totalBytes;
    }

    /// The bytes that were given back, because their blocks had a typed face.
    ///
    /// @return 0 to [#totalBytes]
    public long releasedBytes() {
        return releasedBytes;
    }
}
