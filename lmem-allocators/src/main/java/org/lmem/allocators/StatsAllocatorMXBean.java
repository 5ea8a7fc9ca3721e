package org.lmem.allocators;

/// The counts of a [StatsAllocator] for management tools. Each attribute is read by itself; [#getSnapshot] has all of one
/// moment.
public interface StatsAllocatorMXBean {
    /// Bytes in use.
    ///
    /// @return 0 or more
    long getLiveBytes();

    /// Blocks in use.
    ///
    /// @return 0 or more
    long getLiveBlocks();

    /// The most bytes that were in use at once.
    ///
    /// @return 0 or more
    long getPeakBytes();

    /// Requests of any kind.
    ///
    /// @return 0 or more
    long getRequests();

    /// Requests that were refused.
    ///
    /// @return 0 or more
    long getFailures();

    /// All counts at one moment.
    ///
    /// @return composite data with the names of the components
    StatsAllocator.Snapshot getSnapshot();
}
