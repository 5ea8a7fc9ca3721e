package org.lmem.allocators;

import org.jspecify.annotations.Nullable;

/// A mistake in the use of a block, as a [DebugAllocator] finds it.
///
/// | fault | found when |
/// |---|---|
/// | [WrongSize] | a block is resized or freed with an osize that it does not have |
/// | [DoubleFree], [ResizeAfterFree] | a block is freed or resized while it lies in quarantine |
/// | [ForeignBlock] | a block is resized or freed that was never given out, or has long been freed |
/// | [Overwritten] | a block is resized or freed, or all are checked |
/// | [WrittenAfterFree] | a block leaves the quarantine, or all are checked |
/// | [Forbidden] | memory is asked for where [DebugAllocator#forbid] was called |
public sealed interface BlockFault {
    /// The block concerned.
    ///
    /// @return its address
    long block();

    /// What is wrong, with the facts.
    ///
    /// @return one line
    String message();

    /// The size that the caller names is not the block's.
    ///
    /// @param block its address
    /// @param osize the size named
    /// @param nsize the size wanted
    /// @param owner what is known of the block, or null where it is not watched
    record WrongSize(long block, long osize, long nsize, @Nullable BlockInfo owner) implements BlockFault {
        @Override
        public String message() {
            return Facts.of("a block has another size").add("block", block).size("osize", osize).size("nsize", nsize)
                    .owner(owner).toString();
        }
    }

    /// A block is freed that was freed before.
    ///
    /// @param block its address
    /// @param freedAt the request that freed it
    /// @param owner what was known of it then
    record DoubleFree(long block, long freedAt, BlockInfo owner) implements BlockFault {
        @Override
        public String message() {
            return Facts.of("a block was freed twice").add("block", block).size("freed at operation", freedAt)
                    .owner(owner).toString();
        }
    }

    /// A block is resized that was freed before, or has moved since.
    ///
    /// @param block its address
    /// @param nsize the size wanted
    /// @param freedAt the request that freed or moved it
    /// @param owner what was known of it then
    record ResizeAfterFree(long block, long nsize, long freedAt, BlockInfo owner) implements BlockFault {
        @Override
        public String message() {
            return Facts.of("a freed block was resized").add("block", block).size("nsize", nsize)
                    .size("freed at operation", freedAt).owner(owner).toString();
        }
    }

    /// A block is resized or freed that this allocator does not know.
    ///
    /// @param block the address
    /// @param osize the size named
    /// @param nsize the size wanted
    /// @param around the live block whose inside the address is, or null
    record ForeignBlock(long block, long osize, long nsize, @Nullable BlockInfo around) implements BlockFault {
        @Override
        public String message() {
            Facts facts = Facts.of("a block was not obtained here").add("block", block).size("osize", osize)
                    .size("nsize", nsize);
            if (around != null)
                facts.add("inside block", around.address()).size("offset", block - around.address()).owner(around);
            return facts.toString();
        }
    }

    /// The guard bytes before or after a block were changed.
    ///
    /// @param block its address
    /// @param offset of the first byte changed: negative before the block, its size or more after it
    /// @param bytes from the first to the last one changed
    /// @param expected what the first one was
    /// @param found what it is
    /// @param owner what is known of the block
    record Overwritten(long block, long offset, int bytes, byte expected, byte found,
            BlockInfo owner) implements BlockFault {
        @Override
        public String message() {
            return Facts.of("bytes " + (offset < 0 ? "before" : "after") + " a block were overwritten")
                    .add("block", block).signed("offset", offset).size("bytes", bytes).octet("expected", expected)
                    .octet("found", found).owner(owner).toString();
        }
    }

    /// A freed block was written to.
    ///
    /// @param block its address
    /// @param offset of the first byte changed
    /// @param bytes from the first to the last one changed
    /// @param found what the first one is
    /// @param freedAt the request that freed or moved the block
    /// @param owner what was known of it then
    record WrittenAfterFree(long block, long offset, long bytes, byte found, long freedAt,
            BlockInfo owner) implements BlockFault {
        @Override
        public String message() {
            return Facts.of("a freed block was written to").add("block", block).signed("offset", offset)
                    .size("bytes", bytes).octet("found", found).size("freed at operation", freedAt).owner(owner)
                    .toString();
        }
    }

    /// Memory was asked for where that is forbidden.
    ///
    /// @param block the block that was to grow, 0 for a new one
    /// @param osize its size
    /// @param nsize the size wanted
    /// @param why it is forbidden, as [DebugAllocator#forbid] was told
    record Forbidden(long block, long osize, long nsize, String why) implements BlockFault {
        @Override
        public String message() {
            return Facts.of("memory was asked for where that is forbidden").add("block", block).size("osize", osize)
                    .size("nsize", nsize).text("why=" + why).toString();
        }
    }
}
