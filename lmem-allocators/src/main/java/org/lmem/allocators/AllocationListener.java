package org.lmem.allocators;

/// Somebody who is told of every request that an allocator has answered ([ListeningAllocator]).
///
/// A listener is called after the answer is known and before its caller has it: it must neither throw, for the block would be
/// lost, nor ask the same allocator for memory. All sizes are in bytes.
public interface AllocationListener {
    /// A new block was handed out.
    ///
    /// @param block its address
    /// @param size of it
    default void onAllocate(long block, long size) {}

    /// A block has another size, and maybe another address.
    ///
    /// @param block its address until now
    /// @param osize its size until now
    /// @param resized its address now
    /// @param nsize its size now
    default void onResize(long block, long osize, long resized, long nsize) {}

    /// A block was taken back.
    ///
    /// @param block its address
    /// @param size of it
    default void onFree(long block, long size) {}

    /// A request was refused; the block, if there is one, is as it was.
    ///
    /// @param block its address, or 0
    /// @param osize its size
    /// @param nsize what was wanted
    default void onRefuse(long block, long osize, long nsize) {}
}
