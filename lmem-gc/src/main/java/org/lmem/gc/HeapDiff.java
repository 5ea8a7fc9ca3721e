package org.lmem.gc;

import java.util.List;

/// What has changed between two snapshots of one state. An object is the same if its address and its type are: a block
/// that was freed and used again for the same type counts as the same object.
///
/// @param added objects that only the later one has, the largest first
/// @param removed objects that only the earlier one has, the largest first
/// @param resized objects that both have, of another size, the largest change first
/// @param types the types of which the number or the bytes have changed, in the order of their names
public record HeapDiff(List<HeapObject> added, List<HeapObject> removed, List<Resized> resized, List<TypeDiff> types) {
    /// An object of another size.
    ///
    /// @param object as it is in the later snapshot
    /// @param bytesBefore in the earlier one
    public record Resized(HeapObject object, long bytesBefore) {
        long change() {
            return Math.abs(object.bytes() - bytesBefore);
        }
    }

    /// A type in both snapshots.
    ///
    /// @param type its name
    /// @param count by how many objects there are more
    /// @param bytes by how many bytes they are larger, together
    public record TypeDiff(String type, long count, long bytes) {}

    /// Makes the lists unmodifiable.
    public HeapDiff {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        resized = List.copyOf(resized);
        types = List.copyOf(types);
    }

    /// By how many bytes the later snapshot is larger.
    ///
    /// @return bytes, negative where it is smaller
    public long bytes() {
        return types.stream().mapToLong(TypeDiff::bytes).sum();
    }
}
