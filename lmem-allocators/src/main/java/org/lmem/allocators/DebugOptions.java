package org.lmem.allocators;

import java.util.Objects;
import java.util.function.LongSupplier;

/// What a [DebugAllocator] looks at, and how closely.
///
/// ```java
/// DebugOptions options = DebugOptions.FULL.withSiteDepth(16).withMoveOnResize(false);
/// ```
///
/// @param level which blocks are watched
/// @param sampling at level SAMPLED, one new block in so many is watched, on average; 1 or more
/// @param siteDepth the most stack frames kept of the place where a block was allocated; 0 keeps none
/// @param quarantineBytes the most bytes of freed blocks kept back for the write-after-free check
/// @param quarantineBlocks the most freed blocks kept back
/// @param moveOnResize whether a watched block gets a new address at every resize, so that an old one is never good again
/// @param historyLength the most events kept of a block: the first one, and the last ones
/// @param eventCapacity the most events kept of all blocks together
/// @param nanoClock gives the time in nanoseconds, for ages
public record DebugOptions(Level level, int sampling, int siteDepth, long quarantineBytes, int quarantineBlocks,
        boolean moveOnResize, int historyLength, int eventCapacity, LongSupplier nanoClock) {

    /// Which blocks are watched, and what that costs.
    ///
    /// Measured with the requests of a JSON parser in real Lua, over a pool that takes 7.7 ns a request; the C library's
    /// allocator took 21.8. Medians of 5 runs, AMD EPYC, Temurin 25.0.3, 2026-11-29, by the program that the module's README
    /// names, with the allocators `debug.off(pool)`, `debug.sampled(pool)`, `debug.nosites(pool)` and `debug.full(pool)`.
    ///
    /// | level | ns more | in requests of the C library |
    /// |---|---|---|
    /// | OFF | 0.9 | 0.04 |
    /// | SAMPLED, 1 in 128 | 46 | 2.1 |
    /// | FULL, without allocation sites | 330 | 15 |
    /// | FULL, sites of 8 frames | 2200 | 101 |
    public enum Level {
        /// No block: every request goes straight through.
        OFF,
        /// One new block in so many; the books (bytes, blocks, size classes) are exact all the same.
        SAMPLED,
        /// Every block.
        FULL
    }

    /// Every block is watched: for tests.
    public static final DebugOptions FULL = new DebugOptions(Level.FULL, 1, 8, 1 << 20, 4096, true, 8, 4096,
            System::nanoTime);

    /// One block in 128 is watched: for production.
    public static final DebugOptions SAMPLED = FULL.withLevel(Level.SAMPLED).withSampling(128)
            .withQuarantine(64 << 10, 256);

    /// Nothing is watched.
    public static final DebugOptions OFF = FULL.withLevel(Level.OFF);

    /// Checks the options.
    ///
    /// @throws IllegalArgumentException where a number is negative, or one that counts to 0 where 1 is needed
    public DebugOptions {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(nanoClock, "nanoClock");
        require("sampling", sampling, 1);
        require("siteDepth", siteDepth, 0);
        require("quarantineBytes", quarantineBytes, 0);
        require("quarantineBlocks", quarantineBlocks, 0);
        require("historyLength", historyLength, 1);
        require("eventCapacity", eventCapacity, 1);
    }

    private static void require(String name, long value, long least) {
        if (value < least)
            throw new IllegalArgumentException("impossible option: " + name + "=" + value + ", least=" + least);
    }

    /// These options at another level.
    ///
    /// @param chosen which blocks are watched
    /// @return the new options
    public DebugOptions withLevel(Level chosen) {
        return new DebugOptions(chosen, sampling, siteDepth, quarantineBytes, quarantineBlocks, moveOnResize,
                historyLength, eventCapacity, nanoClock);
    }

    /// These options with another rate of sampling.
    ///
    /// @param oneIn how many new blocks there are to one that is watched
    /// @return the new options
    public DebugOptions withSampling(int oneIn) {
        return new DebugOptions(level, oneIn, siteDepth, quarantineBytes, quarantineBlocks, moveOnResize, historyLength,
                eventCapacity, nanoClock);
    }

    /// These options with another depth of allocation sites.
    ///
    /// @param frames the most stack frames kept
    /// @return the new options
    public DebugOptions withSiteDepth(int frames) {
        return new DebugOptions(level, sampling, frames, quarantineBytes, quarantineBlocks, moveOnResize, historyLength,
                eventCapacity, nanoClock);
    }

    /// These options with another quarantine.
    ///
    /// @param bytes the most bytes kept back
    /// @param blocks the most blocks kept back; 0 turns the quarantine off
    /// @return the new options
    public DebugOptions withQuarantine(long bytes, int blocks) {
        return new DebugOptions(level, sampling, siteDepth, bytes, blocks, moveOnResize, historyLength, eventCapacity,
                nanoClock);
    }

    /// These options with another way to resize.
    ///
    /// @param chosen whether a block gets a new address at every resize
    /// @return the new options
    public DebugOptions withMoveOnResize(boolean chosen) {
        return new DebugOptions(level, sampling, siteDepth, quarantineBytes, quarantineBlocks, chosen, historyLength,
                eventCapacity, nanoClock);
    }

    /// These options with other room for events.
    ///
    /// @param ofOneBlock the most events kept of a block
    /// @param ofAll the most events kept of all together
    /// @return the new options
    public DebugOptions withEvents(int ofOneBlock, int ofAll) {
        return new DebugOptions(level, sampling, siteDepth, quarantineBytes, quarantineBlocks, moveOnResize, ofOneBlock,
                ofAll, nanoClock);
    }

    /// These options with another clock.
    ///
    /// @param nanos gives the time in nanoseconds
    /// @return the new options
    public DebugOptions withNanoClock(LongSupplier nanos) {
        return new DebugOptions(level, sampling, siteDepth, quarantineBytes, quarantineBlocks, moveOnResize,
                historyLength, eventCapacity, nanos);
    }
}
