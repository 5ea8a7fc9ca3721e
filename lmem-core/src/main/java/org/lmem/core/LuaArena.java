package org.lmem.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.lmem.core.raw.RawMemory;

/// An owner of blocks: what was allocated in it is freed when it is closed, also when an error comes in between.
///
/// ```java
/// try (LuaArena arena = memory.openArena()) {
///     MemorySegment name = arena.allocateFrom("print");
///     MemorySegment values = arena.allocate(ValueLayout.JAVA_DOUBLE, 100);
///     …
/// } // both are freed and dead
/// ```
///
/// It is an [Arena], hence a `SegmentAllocator`, so that whatever takes one of these gets its memory from a
/// [LuaMemory], where each block is one request and is counted. Like the JDK's arenas it hands out zeros.
///
/// `Differs from Lua:` a block from `luaM_malloc` has no owner; an error between it and `luaM_free` loses it.
///
/// An arena belongs to the thread of its manager. A manager that is closed before its arenas closes them, and reports
/// what they held as a leak.
///
/// `inv.arena`: an arena lists exactly the blocks that it has obtained and not yet freed.
public final class LuaArena implements Arena {
    private final LuaMemory memory;
    private final Arena life = Arena.ofConfined();
    private long[] blocks = new long[8]; // address and size by turns
    private int used;

    LuaArena(LuaMemory memory) {
        this.memory = memory;
    }

    /// A block of zeros.
    ///
    /// @param byteSize bytes, 0 takes no block
    /// @param byteAlignment a power of two; above [LuaAlloc#ALIGNMENT] the block is larger by the difference
    /// @return a segment of exactly `byteSize` bytes, alive until the arena is closed
    /// @throws LuaMemoryException where the memory cannot be had
    /// @throws IllegalArgumentException where the size is negative or the alignment no power of two
    /// @throws IllegalStateException where the arena is closed
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < 0 || Long.bitCount(byteAlignment) != 1 || byteAlignment < 0)
            throw new IllegalArgumentException("a size is not negative and an alignment is a power of two: size="
                    + byteSize + ", alignment=" + byteAlignment);
        memory.requireAccess();
        requireAlive();
        long start = byteSize == 0 ? byteAlignment : alignUp(obtain(byteSize, byteAlignment), byteAlignment);
        return RawMemory.segment(start, byteSize, life).fill((byte) 0);
    }

    private long obtain(long byteSize, long byteAlignment) {
        if (used == blocks.length)
            blocks = Arrays.copyOf(blocks, 2 * used);
        long size = byteSize + Math.max(0, byteAlignment - LuaAlloc.ALIGNMENT); // unsigned: may pass 2^63, and is refused
        long block = memory.malloc(size);
        blocks[used] = block;
        blocks[used + 1] = size;
        used += 2;
        return block;
    }

    private static long alignUp(long address, long alignment) {
        return (address + alignment - 1) & -alignment;
    }

    private void requireAlive() {
        if (!life.scope().isAlive())
            throw new IllegalStateException("the arena is closed: " + memory);
    }

    /// The lifetime that all segments of this arena share.
    ///
    /// @return the scope, alive until [#close]
    @Override
    public MemorySegment.Scope scope() {
        return life.scope();
    }

    /// The blocks that the arena owns now.
    ///
    /// @return 0 or more
    public int blockCount() {
        return used / 2;
    }

    void forEachBlock(TypedBlocks.LongBinaryConsumer addressAndSize) {
        for (int i = 0; i < used; i += 2)
            addressAndSize.accept(blocks[i], blocks[i + 1]);
    }

    /// The bytes that the arena owns now, those for alignment included.
    ///
    /// @return bytes, a part of [LuaMemory#totalBytes]
    public long byteCount() {
        long bytes = 0;
        for (int i = 1; i < used; i += 2)
            bytes += blocks[i];
        return bytes;
    }

    /// Ends all segments and frees all blocks, the newest first.
    ///
    /// An allocator that throws on one of them does not keep the others from being freed; what it threw comes last.
    ///
    /// @throws IllegalStateException where the arena is closed already, or a C function is using one of its segments
    @Override
    public void close() {
        memory.requireIdle();
        requireAlive();
        life.close();
        memory.forget(this);
        RuntimeException failure = null;
        while (used > 0) {
            used -= 2;
            try {
                memory.freeMem(blocks[used], blocks[used + 1]);
            } catch (RuntimeException e) {
                if (failure == null)
                    failure = e;
                else
                    failure.addSuppressed(e);
            }
        }
        if (failure != null)
            throw failure;
    }

    @Override
    public String toString() {
        return "LuaArena[blocks=" + blockCount() + ", bytes=" + byteCount()
                + (life.scope().isAlive() ? "]" : ", closed]");
    }
}
