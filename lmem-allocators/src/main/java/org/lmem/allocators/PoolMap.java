package org.lmem.allocators;

import java.util.List;
import java.util.TreeMap;

/// What a [PoolAllocator] used its memory for at one moment. All in bytes unless it says otherwise.
///
/// ```
///   addresses   │ blocks of 48 │ blocks of 64 │ free      │ large block         │ free ─────────
///   spans       └──────────────┴──────────────┴───────────┴─────────────────────┴───── …   then the huge blocks
/// ```
///
/// @param liveBytes the sizes of all blocks in use, as their owners said
/// @param reservedBytes memory taken from the system, with the pool's own records
/// @param spans runs of pages in order of their addresses, then blocks with a mapping of their own
public record PoolMap(long liveBytes, long reservedBytes, List<Span> spans) {
    /// Copies the list.
    public PoolMap {
        spans = List.copyOf(spans);
    }

    /// What a span is used for.
    public enum Use {
        /// For nothing: part of it may never have been touched.
        FREE,
        /// For the blocks of one size class.
        BLOCKS,
        /// As [#BLOCKS], but none is in use, and the class keeps it for a while.
        SPARE,
        /// For one block with pages of its own.
        LARGE,
        /// For one block with a mapping of its own.
        HUGE
    }

    /// Neighbouring pages with one use.
    ///
    /// @param address of the first byte
    /// @param bytes its length
    /// @param touchedBytes memory that it takes
    /// @param use what it is for
    /// @param blockBytes what each block in it takes; 0 where it is free
    /// @param blocks how many are in use
    /// @param capacity how many there is room for
    public record Span(long address, long bytes, long touchedBytes, Use use, long blockBytes, int blocks,
            int capacity) {}

    /// What the blocks of one size class have.
    ///
    /// @param blockBytes what each takes
    /// @param spans how many spans
    /// @param bytes length of the spans together
    /// @param blocks how many are in use
    /// @param capacity how many there is room for
    public record SizeClassUse(long blockBytes, int spans, long bytes, long blocks, long capacity) {
        private static SizeClassUse of(Span span) {
            return new SizeClassUse(span.blockBytes, 1, span.bytes, span.blocks, span.capacity);
        }

        private SizeClassUse plus(SizeClassUse other) {
            return new SizeClassUse(blockBytes, spans + other.spans, bytes + other.bytes, blocks + other.blocks,
                    capacity + other.capacity);
        }
    }

    /// The spans of small blocks, class by class.
    ///
    /// @return those that have a span, the smallest blocks first
    public List<SizeClassUse> sizeClasses() {
        TreeMap<Long, SizeClassUse> classes = new TreeMap<>();
        for (Span span : spans)
            if (span.use == Use.BLOCKS || span.use == Use.SPARE)
                classes.merge(span.blockBytes, SizeClassUse.of(span), SizeClassUse::plus);
        return List.copyOf(classes.values());
    }

    /// How many blocks are in use.
    ///
    /// @return 0 or more
    public long liveBlocks() {
        return spans.stream().mapToLong(Span::blocks).sum();
    }

    /// What the blocks in use take: their sizes rounded up to that of their class, or to pages.
    ///
    /// @return 0 or more
    public long usedBytes() {
        return spans.stream().mapToLong(span -> span.blocks * span.blockBytes).sum();
    }

    /// The share of the used bytes that was rounded up.
    ///
    /// @return 0 to 1
    public double internalFragmentation() {
        return usedBytes() == 0 ? 0 : 1 - (double) liveBytes / usedBytes();
    }

    /// The share of the reserved bytes that no block takes.
    ///
    /// @return 0 to 1
    public double externalFragmentation() {
        return Math.max(0, 1 - (double) usedBytes() / reservedBytes); // a large block's last page may be untouched
    }
}
