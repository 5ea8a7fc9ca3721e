package org.lmem.core;

import java.io.Serializable;

/// Memory could not be had: the allocator refused a request (status 4, `not enough memory`).
///
/// Raising it makes no text: the message is a constant, the facts are numbers, and [#getMessage] puts them together when
/// it is called. That mirrors Lua, which keeps the message ready from the start of the state so that the error for lack
/// of memory needs no memory.
///
/// @lua LUA_ERRMEM lua.h:46
public final class LuaMemoryException extends LuaException {
    private static final long serialVersionUID = 1;

    /// The refused request, as numbers.
    private final Details details;

    /// What is known of the refused request. Sizes are bytes, unsigned.
    ///
    /// @param block the block that was to be resized, 0 for a new one
    /// @param osize its size; for a new block 0, or the tag of 5.2+
    /// @param nsize the size that was refused
    /// @param totalBytes bytes in use when the request was given up
    /// @param collected whether an emergency collection was tried before
    public record Details(long block, long osize, long nsize, long totalBytes, boolean collected)
            implements
                Serializable {
        /// Whether the allocator broke its contract: a request for an equal or smaller size cannot be refused.
        ///
        /// @return true where an existing block was not to grow
        public boolean isBrokenPromise() {
            return block != LuaAlloc.NULL && Long.compareUnsigned(nsize, osize) <= 0;
        }

        /// The facts as text, for example `osize=0, nsize=64, totalbytes=4096`.
        @Override
        public String toString() {
            return "osize=" + Long.toUnsignedString(osize) + ", nsize=" + Long.toUnsignedString(nsize) + ", totalbytes="
                    + Long.toUnsignedString(totalBytes) + (collected ? ", after a collection" : "")
                    + (isBrokenPromise() ? ", but shrinking cannot fail: the allocator breaks its contract" : "");
        }
    }

    LuaMemoryException(Details details) {
        super(LuaStatus.ERRMEM);
        this.details = details;
    }

    /// The facts of the refused request.
    ///
    /// @return numbers, not text
    public Details details() {
        return details;
    }

    @Override
    public String luaMessage() {
        return LuaMemory.MEMERRMSG;
    }

    @Override
    public String getMessage() {
        return LuaMemory.MEMERRMSG + ": " + details;
    }
}
