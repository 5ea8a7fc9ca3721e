package org.lmem.allocators;

/// Blocks with a mapping of their own each, which grows by moving its pages rather than its bytes.
///
/// Invariant `inv.huge`: the map holds, for each such block, how many pages of the system it has; their bytes are counted
/// in the heap as memory outside of its pages.
final class HugeBlocks {
    private static final long NULL = VirtualMemory.NULL;

    private final AddressMap pages = new AddressMap(); // address → pages of the system
    private final PageHeap heap;

    HugeBlocks(PageHeap heap) {
        this.heap = heap;
    }

    /// A block, or 0.
    long allocate(long size) {
        long n = pagesFor(size);
        if (n > Integer.MAX_VALUE)
            return NULL;
        pages.reserve();
        long bytes = n * VirtualMemory.PAGE;
        long block = VirtualMemory.allocate(bytes, false);
        if (block != NULL) {
            VirtualMemory.preferLargePages(block, bytes);
            pages.put(block, (int) n);
            heap.countOutside(bytes);
        }
        return block;
    }

    /// Ends a block.
    ///
    /// @throws IllegalArgumentException where there is none of this size
    void free(long block, long osize) {
        require(block, osize);
        long bytes = (long) pages.remove(block) * VirtualMemory.PAGE;
        VirtualMemory.release(block, bytes);
        heap.countOutside(-bytes);
    }

    /// Another size for a block that is there.
    ///
    /// @return its address, which may be new, or 0 where it stays as it is
    long resize(long block, long osize, long nsize) {
        if (pagesFor(nsize) > Integer.MAX_VALUE)
            return NULL;
        long oldBytes = pagesFor(osize) * VirtualMemory.PAGE;
        long newBytes = pagesFor(nsize) * VirtualMemory.PAGE;
        long resized = block;
        if (newBytes < oldBytes)
            VirtualMemory.release(block + newBytes, oldBytes - newBytes);
        else if (newBytes > oldBytes)
            resized = VirtualMemory.grow(block, oldBytes, newBytes);
        if (resized == NULL)
            return NULL;
        pages.remove(block);
        pages.put(resized, (int) pagesFor(nsize));
        heap.countOutside(newBytes - oldBytes);
        return resized;
    }

    /// Ends all blocks.
    void release() {
        pages.forEach((block, n) -> VirtualMemory.release(block, (long) n * VirtualMemory.PAGE));
    }

    void forEach(BlockVisitor visitor) {
        pages.forEach((block, n) -> visitor.visit(block, (long) n * VirtualMemory.PAGE));
    }

    /// @throws IllegalArgumentException where there is no block of this size
    void require(long block, long osize) {
        int n = pages.get(block);
        if (n == AddressMap.NONE)
            throw fault("not a block of this pool", block, osize);
        if (osize <= 0 || pagesFor(osize) != n)
            throw fault("the block has another size", block, osize, "bytes", (long) n * VirtualMemory.PAGE);
    }

    private static long pagesFor(long size) {
        return (size - 1) / VirtualMemory.PAGE + 1;
    }

    static IllegalArgumentException fault(String what, long block, long osize) {
        return new IllegalArgumentException(what + ": block=0x" + Long.toHexString(block) + ", osize="
                + Long.toUnsignedString(osize));
    }

    static IllegalArgumentException fault(String what, long block, long osize, String fact, long value) {
        return new IllegalArgumentException(fault(what, block, osize).getMessage() + ", " + fact + "=" + value);
    }
}
