package org.lmem.allocators;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Everything that a [DebugAllocator] knows, taken in one piece: no figure in it contradicts another one.
///
/// Before the allocator is closed, blocks in use are just that. A leak is a block that was still in use when the allocator
/// was closed, and that was not meant to be immortal.
///
/// The books (all numbers) are exact at levels SAMPLED and FULL. [#blocks] lists the watched blocks: all of them at level
/// FULL, one in [#sampling] at level SAMPLED. At level OFF nothing is known, and [#toString] says so.
///
/// @param level which blocks are watched
/// @param sampling at level SAMPLED, one new block in so many is watched
/// @param closed whether the allocator was closed
/// @param operations requests in all
/// @param allocations new blocks
/// @param resizes resizes of any kind
/// @param frees blocks freed
/// @param refusals requests refused
/// @param liveBlocks blocks in use
/// @param liveBytes bytes in use
/// @param peakBytes the most bytes that were in use at once
/// @param quarantinedBytes bytes of freed blocks that are kept back
/// @param small blocks of up to 64 bytes
/// @param medium blocks of 65 to 1024 bytes
/// @param large blocks of more than 1024 bytes
/// @param blocks the watched blocks in use, oldest first
/// @param faults the faults found, oldest first, up to [DebugAllocator#MAX_FAULTS] of them
public record DebugReport(DebugOptions.Level level, int sampling, boolean closed, long operations, long allocations,
        long resizes, long frees, long refusals, long liveBlocks, long liveBytes, long peakBytes, long quarantinedBytes,
        SizeClass small, SizeClass medium, SizeClass large, List<BlockInfo> blocks, List<BlockFault> faults) {

    /// Copies the lists.
    public DebugReport {
        blocks = List.copyOf(blocks);
        faults = List.copyOf(faults);
    }

    /// The blocks of a range of sizes.
    ///
    /// @param allocations new blocks of these sizes so far
    /// @param liveBlocks blocks in use
    /// @param liveBytes bytes in use
    public record SizeClass(long allocations, long liveBlocks, long liveBytes) {
        @Override
        public String toString() {
            return "allocations=" + allocations + ", blocks=" + liveBlocks + ", bytes=" + liveBytes;
        }
    }

    /// Blocks that have something in common.
    ///
    /// @param <K> type of what they have in common
    /// @param key what they have in common
    /// @param blocks how many
    /// @param bytes how large together
    /// @param oldest the first one that was allocated
    public record Group<K>(K key, long blocks, long bytes, BlockInfo oldest) {
        private static <K> Group<K> of(K key, List<BlockInfo> members) {
            return new Group<>(key, members.size(), members.stream().mapToLong(BlockInfo::size).sum(),
                    members.getFirst());
        }
    }

    /// The watched block in use at an address.
    ///
    /// @param address of the block
    /// @return what is known of it, if it is there
    public Optional<BlockInfo> block(long address) {
        return blocks.stream().filter(block -> block.address() == address).findFirst();
    }

    /// The watched blocks that leaked.
    ///
    /// @return oldest first; empty before the allocator is closed
    public List<BlockInfo> leaks() {
        return closed ? mortals().toList() : List.of();
    }

    private Stream<BlockInfo> mortals() {
        return blocks.stream().filter(block -> !block.immortal());
    }

    /// How many blocks leaked, watched or not.
    ///
    /// @return 0 before the allocator is closed
    public long leakedBlocks() {
        return closed ? liveBlocks - blocks.size() + mortals().count() : 0;
    }

    /// How many bytes leaked, in blocks that were watched or not.
    ///
    /// @return 0 before the allocator is closed
    public long leakedBytes() {
        long immortal = blocks.stream().filter(BlockInfo::immortal).mapToLong(BlockInfo::size).sum();
        return closed ? liveBytes - immortal : 0;
    }

    /// The watched blocks in use by the place where they were allocated.
    ///
    /// @return most bytes first
    public List<Group<AllocationSite>> bySite() {
        return groups(blocks, BlockInfo::site);
    }

    /// The watched blocks in use by their tag.
    ///
    /// @return most bytes first
    public List<Group<String>> byTag() {
        return groups(blocks, BlockInfo::tag);
    }

    /// The watched blocks in use by the thread that allocated them.
    ///
    /// @return most bytes first
    public List<Group<String>> byThread() {
        return groups(blocks, BlockInfo::thread);
    }

    /// The watched blocks that leaked, by the place where they were allocated.
    ///
    /// @return most bytes first; empty before the allocator is closed
    public List<Group<AllocationSite>> leaksBySite() {
        return groups(leaks(), BlockInfo::site);
    }

    private static <K> List<Group<K>> groups(List<BlockInfo> blocks, Function<BlockInfo, K> key) {
        Map<K, List<BlockInfo>> members = new LinkedHashMap<>();
        for (BlockInfo block : blocks)
            members.computeIfAbsent(key.apply(block), k -> new ArrayList<>()).add(block);
        return members.entrySet().stream().map(entry -> Group.of(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong((Group<K> group) -> group.bytes()).reversed()).toList();
    }

    /// The report as text: totals, the three classes of sizes, then what leaked, by site.
    @Override
    public String toString() {
        if (level == DebugOptions.Level.OFF)
            return "memory report: level=OFF, nothing is known\n";
        StringBuilder text = new StringBuilder("memory report: ").append(totals()).append('\n');
        text.append("  small, up to 64 bytes: ").append(small).append('\n');
        text.append("  medium, 65 to 1024 bytes: ").append(medium).append('\n');
        text.append("  large, over 1024 bytes: ").append(large).append('\n');
        text.append("  leaks: ").append(leakTotals()).append('\n');
        for (Group<AllocationSite> group : leaksBySite())
            text.append("    blocks=").append(group.blocks()).append(", bytes=").append(group.bytes())
                    .append(", oldest ").append(group.oldest()).append('\n');
        for (BlockFault fault : faults)
            text.append("  fault: ").append(fault.message()).append('\n');
        return text.toString();
    }

    private String totals() {
        return "level=" + level + ", operations=" + operations + ", allocations=" + allocations + ", resizes=" + resizes
                + ", frees=" + frees + ", refusals=" + refusals + ", blocks=" + liveBlocks + ", bytes=" + liveBytes
                + ", peak=" + peakBytes + ", quarantined=" + quarantinedBytes;
    }

    private String leakTotals() {
        if (!closed)
            return "unknown before close";
        String watched = level == DebugOptions.Level.SAMPLED ? ", of which 1 in " + sampling + " was watched" : "";
        return "blocks=" + leakedBlocks() + ", bytes=" + leakedBytes() + watched;
    }
}
