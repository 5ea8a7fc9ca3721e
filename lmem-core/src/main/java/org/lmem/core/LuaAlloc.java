package org.lmem.core;

/// An allocator: the one function through which Lua obtains, resizes and returns every block of memory.
///
/// A block is an address; 0 ([#NULL]) is C's `NULL`. The allocator keeps no size of its own unless it wants to: the
/// caller always says how large the block is (`osize`) and how large it shall be (`nsize`), in bytes.
///
/// | block | osize | nsize | what happens | result |
/// |---|---|---|---|---|
/// | 0 | 0 | n > 0 | a new block of n bytes, contents undefined | its address, or 0 where it cannot be had |
/// | b | o > 0 | 0 | the block is freed | always 0 |
/// | 0 | 0 | 0 | nothing; 5.1.5 really makes this call, for empty vectors | always 0 |
/// | b | o > 0 | n > o | the block grows, its first o bytes are kept | its address, old or new, or 0 where that cannot be done |
/// | b | o > 0 | n = o | the block stays as it is | its address, old or new, **never 0** |
/// | b | o > 0 | 0 < n < o | the block shrinks, its first n bytes are kept | its address, old or new, **never 0** |
///
/// What a caller may rely on, and an implementation has to keep:
/// - `inv.contract.failure`: a result of 0 for n > 0 is a refusal, and leaves the old block exactly as it was.
/// - `inv.contract.shrink`: a request for an equal or smaller size cannot be refused. The collector relies on it in the
///   middle of a sweep.
/// - `inv.contract.align`: an address is a multiple of [#ALIGNMENT] at least.
/// - `inv.contract.disjoint`: no two live blocks share a byte.
///
/// Sizes are unsigned 64-bit numbers, as C's `size_t`: a negative `nsize` is a request of 2^63 bytes or more, and
/// refused by every allocator that means it well. What an implementation throws reaches the caller as it is, and counts
/// as a refusal.
///
/// From 5.2 on, `osize` of a *new* block is no size but a tag that says what the block is for ([Semantics#osizeTags]).
/// An allocator that may be used so ignores `osize` where `block` is 0.
///
/// Source: the contract above `luaM_realloc_` in `lmem.c:23-39`.
///
/// @lua lua_Alloc lua.h:66
@FunctionalInterface
public interface LuaAlloc {
    /// The address of no block.
    long NULL = 0;

    /// The alignment in bytes that every block has at least: that of the largest C scalar in Lua's `L_Umaxalign`.
    int ALIGNMENT = 8;

    /// Obtains, resizes or frees a block, as the table above says.
    ///
    /// @param block address of the block, or 0
    /// @param osize its size in bytes, exactly; 0 where `block` is 0
    /// @param nsize the size wanted in bytes; 0 frees
    /// @return the block's address from now on, or 0
    long realloc(long block, long osize, long nsize);
}
