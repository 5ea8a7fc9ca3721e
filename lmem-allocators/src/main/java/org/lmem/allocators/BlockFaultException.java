package org.lmem.allocators;

/// A block was misused, and a [DebugAllocator] noticed. The request that brought it to light was not carried out; the
/// books are as before.
public final class BlockFaultException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /// What was found.
    private final transient BlockFault fault;

    BlockFaultException(BlockFault fault) {
        super(fault.message());
        this.fault = fault;
    }

    /// What was found, as data.
    ///
    /// @return the fault
    public BlockFault fault() {
        return fault;
    }
}
