package org.lmem.allocators;

import java.time.Duration;

/// What a [DebugAllocator] knows of a block.
///
/// @param address of the block
/// @param size in bytes
/// @param number of the block among those watched: 1 for the first one that was given out
/// @param tag what it is for, or an empty text
/// @param thread that allocated it
/// @param site where it was allocated
/// @param ageOperations requests since it was allocated
/// @param age time since it was allocated
/// @param immortal whether it is meant to outlive the allocator
public record BlockInfo(long address, long size, long number, String tag, String thread, AllocationSite site,
        long ageOperations, Duration age, boolean immortal) {
    /// The facts on one line.
    @Override
    public String toString() {
        Facts facts = Facts.of("block").add("address", address).size("age in operations", ageOperations);
        return (immortal ? facts.text("immortal") : facts).owner(this).toString();
    }
}
