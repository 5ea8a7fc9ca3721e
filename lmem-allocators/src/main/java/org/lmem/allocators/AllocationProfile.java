package org.lmem.allocators;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What an allocator was used for: the counts of [StatsAllocator], the sizes that blocks were given, and the rate.
///
/// @param counts how often each kind of request was made, and the bytes in use
/// @param allocatedBytes all bytes that new blocks and growing ones got
/// @param nanos the time this took, in nanoseconds
/// @param sizes the sizes that blocks were given, smallest first: each by itself up to 1024 bytes, then by powers of two
public record AllocationProfile(StatsAllocator.Snapshot counts, long allocatedBytes, long nanos,
        List<SizeClass> sizes) {
    /// Makes the list unmodifiable.
    public AllocationProfile {
        sizes = List.copyOf(sizes);
    }

    /// The rate of allocation.
    ///
    /// @return bytes per second, 0 where no time has passed
    public double allocatedBytesPerSecond() {
        return nanos <= 0 ? 0 : allocatedBytes * 1e9 / nanos;
    }

    /// The sizes by powers of two: 1, 2, 3 to 4, 5 to 8, and so on.
    ///
    /// @return the classes in which there is something, smallest first
    public List<SizeClass> powersOfTwo() {
        return sizes.stream()
                .collect(Collectors.groupingBy(SizeClass::powerOfTwo, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> SizeClass.merged(entry.getKey(), entry.getValue()))
                .toList();
    }

    /// The sizes that one of Lua 5.1.5's structures has exactly (on a 64-bit system): tables, nodes, states and so on.
    ///
    /// @return the classes with a name in which there is something, smallest first
    public List<SizeClass> luaSizes() {
        return sizes.stream().filter(size -> !size.luaName().isEmpty()).toList();
    }

    /// What happened since an earlier profile of the same allocator.
    ///
    /// @param earlier the profile to begin at
    /// @return the difference of each figure
    public AllocationProfile diff(AllocationProfile earlier) {
        return new AllocationProfile(counts.diff(earlier.counts), allocatedBytes - earlier.allocatedBytes,
                nanos - earlier.nanos, SizeClass.diff(sizes, earlier.sizes));
    }

    /// All figures as a JSON object.
    ///
    /// @return one line; the sizes are in `powersOfTwo` and `luaSizes`
    public String toJson() {
        return "{\"counts\":" + counts.toJson() + ",\"allocatedBytes\":" + allocatedBytes + ",\"nanos\":" + nanos
                + ",\"powersOfTwo\":" + json(powersOfTwo()) + ",\"luaSizes\":" + json(luaSizes()) + "}";
    }

    private static String json(List<SizeClass> classes) {
        return classes.stream().map(SizeClass::toJson).collect(Collectors.joining(",", "[", "]"));
    }
}
