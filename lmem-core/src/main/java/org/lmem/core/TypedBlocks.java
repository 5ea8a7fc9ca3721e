package org.lmem.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.lmem.core.raw.RawMemory;

/// The blocks of one memory manager that have a typed face: a segment in an arena of its own.
///
/// ```
///   address ──► Face { life: Arena ──► every segment and slice over the block, size }
/// ```
///
/// An arena for each block is what makes `inv.face` true: closing it ends the segment and all slices of it, wherever they
/// are. Blocks without a face cost nothing here.
final class TypedBlocks {
    private record Face(Arena life, MemorySegment segment) {}

    private final AddressMap<Face> faces = new AddressMap<>();

    boolean isEmpty() {
        return faces.isEmpty();
    }

    int size() {
        return faces.size();
    }

    boolean contains(long block) {
        return faces.get(block) != null;
    }

    @SuppressWarnings("MustBeClosed") // closed in retire
    MemorySegment open(long block, long size) {
        Arena life = Arena.ofConfined();
        MemorySegment segment = RawMemory.segment(block, size, life);
        faces.put(block, new Face(life, segment));
        return segment;
    }

    MemorySegment openIfAbsent(long block, long size) {
        Face face = faces.get(block);
        return face != null ? face.segment : open(block, size);
    }

    /// The address of a whole typed block of this manager; 0 for [MemorySegment#NULL].
    long addressOf(MemorySegment b) {
        if (b.equals(MemorySegment.NULL))
            return LuaAlloc.NULL;
        Face face = faces.get(b.address());
        // equal segments have the same scope, so that an earlier block at this address is told apart
        if (face == null || !face.segment.equals(b))
            throw new IllegalArgumentException("the segment is no live block of this memory manager: address="
                    + Hex.of(b.address()) + ", size=" + b.byteSize() + ", alive=" + b.scope().isAlive());
        return b.address();
    }

    /// Before the allocator is asked: the size has to be the block's. A free cannot be refused, so its face ends now.
    void admit(long block, long osize, long nsize) {
        Face face = faces.get(block);
        if (face == null)
            return;
        if (face.segment.byteSize() != osize)
            throw new IllegalArgumentException("osize is not the size of the block: block=" + Hex.of(block) + ", osize="
                    + Long.toUnsignedString(osize) + ", size=" + face.segment.byteSize());
        if (nsize == 0)
            retire(block);
    }

    /// After the allocator has answered: the block is no longer what its segment shows.
    void retire(long block) {
        Face face = faces.remove(block);
        if (face != null)
            face.life.close(); // inv.face
    }

    void forEachBlock(LongBinaryConsumer addressAndSize) {
        for (Face face : faces.values())
            addressAndSize.accept(face.segment.address(), face.segment.byteSize());
    }

    /// Takes an address and a size.
    interface LongBinaryConsumer {
        void accept(long address, long size);
    }
}
