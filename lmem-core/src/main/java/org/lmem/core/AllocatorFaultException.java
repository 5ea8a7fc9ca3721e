package org.lmem.core;

/// An allocator returned what the contract of [LuaAlloc] forbids. Nothing was counted; the answer was thrown away.
///
/// It is a bug of the allocator, not an error that a Lua program could handle, so that it is no [LuaException].
public final class AllocatorFaultException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    AllocatorFaultException(String fault, long block, long osize, long nsize, long result) {
        super("the allocator " + fault + ": block=" + Hex.of(block) + ", osize=" + Long.toUnsignedString(osize)
                + ", nsize=" + Long.toUnsignedString(nsize) + ", result=" + Hex.of(result));
    }
}
