package org.lmem.allocators;

/// Somebody who is shown blocks one after the other, and changes none of them meanwhile.
@FunctionalInterface
public interface BlockVisitor {
    /// Looks at a block.
    ///
    /// @param block its address
    /// @param bytes what it takes of the memory, which is its size or somewhat more
    void visit(long block, long bytes);
}
