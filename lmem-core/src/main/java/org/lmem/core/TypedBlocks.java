package org.lmem.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmem.core.raw.RawMemory;

/// The blocks of one memory manager that have a typed face: a segment in an arena of its own, or in an open [LuaArena].
///
/// ```
///   faces    address ──► Face { life: Arena ──► every segment and slice over the block, segment, ofVector }
///   arenas   LuaArena { life: Arena ──► every segment of all its blocks }, …
/// ```
///
/// An arena for each block is what makes `inv.face` true: closing it ends the segment and all slices of it, wherever they
/// are. Blocks without a face cost nothing here.
final class TypedBlocks {
    private record Face(Arena life, MemorySegment segment, boolean ofVector) {
        /// Whether a segment at this address is the block: no part of it, and no earlier block at the same address.
        ///
        /// [MemorySegment#equals] will not do: it compares addresses, and neither sizes nor scopes.
        boolean isWhole(MemorySegment b) {
            return b.byteSize() == segment.byteSize() && b.scope().equals(segment.scope());
        }
    }

    private final AddressMap<Face> faces = new AddressMap<>();
    private final List<LuaArena> arenas = new ArrayList<>();

    /// Whether no block has a face of its own.
    boolean isEmpty() {
        return faces.isEmpty();
    }

    boolean contains(long block) {
        return faces.get(block) != null;
    }

    @SuppressWarnings("MustBeClosed") // closed in retire
    MemorySegment open(long block, long size, boolean ofVector) {
        Arena life = Arena.ofConfined();
        MemorySegment segment = RawMemory.segment(block, size, life);
        faces.put(block, new Face(life, segment, ofVector));
        return segment;
    }

    MemorySegment openForVector(long block, long size) {
        Face face = faces.get(block);
        return face != null ? face.segment : open(block, size, true);
    }

    /// The address of a whole typed block of this manager; 0 for [MemorySegment#NULL].
    long addressOf(MemorySegment b) {
        if (b.equals(MemorySegment.NULL))
            return LuaAlloc.NULL;
        Face face = faces.get(b.address());
        if (face == null || !face.isWhole(b))
            throw new IllegalArgumentException("the segment is no live block of this memory manager: address="
                    + Hex.of(b.address()) + ", size=" + b.byteSize() + ", alive=" + b.scope().isAlive());
        if (face.ofVector)
            throw new IllegalArgumentException("the segment belongs to a vector, which frees it: address="
                    + Hex.of(b.address()) + ", size=" + b.byteSize());
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
        Face face = faces.get(block);
        if (face == null)
            return;
        face.life.close(); // inv.face; refuses while a C function is using the segment
        faces.remove(block);
    }

    void add(LuaArena arena) {
        arenas.add(arena);
    }

    void remove(LuaArena arena) {
        arenas.remove(arenas.lastIndexOf(arena)); // nested ones close from the last on
    }

    /// What a manager that is closed has to free by itself.
    List<MemoryLeakException.Block> blocks() {
        List<MemoryLeakException.Block> all = new ArrayList<>();
        LongBinaryConsumer adder = (address, size) -> all.add(new MemoryLeakException.Block(address, size));
        faces.values().forEach(face -> adder.accept(face.segment.address(), face.segment.byteSize()));
        arenas.forEach(arena -> arena.forEachBlock(adder));
        return all;
    }

    /// Frees all of them.
    void freeAll(LongBinaryConsumer free) {
        List.copyOf(arenas).forEach(LuaArena::close);
        for (Face face : faces.values())
            free.accept(face.segment.address(), face.segment.byteSize());
    }

    /// Takes an address and a size.
    @FunctionalInterface
    interface LongBinaryConsumer {
        void accept(long address, long size);
    }
}
