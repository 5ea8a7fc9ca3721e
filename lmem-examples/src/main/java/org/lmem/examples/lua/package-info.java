/// The real Lua 5.1.5, in C, on memory from a [org.lmem.core.LuaAlloc].
///
/// ```
///   RealLua ── downcalls ──► lua_newstate, lua_cpcall, lua_pcall, … in C ── NativeAlloc ──► any allocator
///      │                                     │
///      └── interrupt, from any thread ──► lua_sethook          the state's own figures are read where they lie,
///      └── figures ◄── global_State ◄────────┘                 by the layouts of lmem-gc
/// ```
///
/// Invariants:
/// - `inv.protected`: nothing that can need memory is called outside of a protected call, except where the method says
///   so. An unprotected refusal would make Lua end the process.
/// - `inv.noJump`: Lua leaves a call by longjmp, and no Java frame ever lies between the jump and its target: Java is
///   entered from C only by the allocator, which always returns.
@NullMarked
package org.lmem.examples.lua;

import org.jspecify.annotations.NullMarked;
