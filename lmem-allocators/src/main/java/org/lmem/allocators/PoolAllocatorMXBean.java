package org.lmem.allocators;

/// The figures of a [PoolAllocator] for management tools, read while the pool works.
public interface PoolAllocatorMXBean {
    /// Bytes in use.
    ///
    /// @return 0 or more
    long getLiveBytes();

    /// Memory taken from the system now, in bytes.
    ///
    /// @return 0 or more
    long getReservedBytes();

    /// The most memory that was taken from the system at once, in bytes.
    ///
    /// @return 0 or more
    long getPeakReservedBytes();
}
