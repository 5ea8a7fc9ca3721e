package org.lmem.allocators;

/// Something that happened to a watched block, or a request that was refused. Kept in a ring, never written out by the
/// allocator itself.
public sealed interface DebugEvent {
    /// When it happened, counted in requests.
    ///
    /// @return 1 for the first request
    long operation();

    /// When it happened, by the clock of the options.
    ///
    /// @return nanoseconds since an arbitrary moment
    long nanos();

    /// Who made the request.
    ///
    /// @return name of the thread
    String thread();

    /// The block that the request named, or the new one.
    ///
    /// @return its address
    long block();

    /// A block was given out.
    ///
    /// @param operation counted in requests
    /// @param nanos by the clock
    /// @param thread who asked for it
    /// @param block its address
    /// @param size its size in bytes
    /// @param tag what it is for, or an empty text
    record Allocated(long operation, long nanos, String thread, long block, long size,
            String tag) implements DebugEvent {}

    /// A block was resized.
    ///
    /// @param operation counted in requests
    /// @param nanos by the clock
    /// @param thread who asked for it
    /// @param block its address before
    /// @param newBlock its address after
    /// @param osize its size before
    /// @param nsize its size after
    record Resized(long operation, long nanos, String thread, long block, long newBlock, long osize,
            long nsize) implements DebugEvent {}

    /// A block was freed.
    ///
    /// @param operation counted in requests
    /// @param nanos by the clock
    /// @param thread who freed it
    /// @param block its address
    /// @param size its size in bytes
    record Freed(long operation, long nanos, String thread, long block, long size) implements DebugEvent {}

    /// A request was refused.
    ///
    /// @param operation counted in requests
    /// @param nanos by the clock
    /// @param thread who made it
    /// @param block the block that was to grow, or 0
    /// @param osize its size, or 0
    /// @param nsize the size that was refused, unsigned
    record Refused(long operation, long nanos, String thread, long block, long osize,
            long nsize) implements DebugEvent {}

    /// A fault was found.
    ///
    /// @param operation counted in requests
    /// @param nanos by the clock
    /// @param thread in whose request it was found, which need not be the culprit
    /// @param fault what was found
    record Faulted(long operation, long nanos, String thread, BlockFault fault) implements DebugEvent {
        @Override
        public long block() {
            return fault.block();
        }
    }
}
