/// The links from the memory manager to the parts of Lua that live on it (L01 to L07): tables, strings, stacks, coroutines,
/// the C API, the compiler, and the virtual machine at work.
///
/// ```
///   L01 tables ─┐
///   L02 strings ├─► LuaState ─► LuaMemory ─┐
///   L03 stacks  │   (lmem-gc)              ├─► RequestLog ─► an allocator
///   L04 threads │                          │
///   L05 the API ┘                          │
///   L06 the compiler ─► real Lua 5.1.5 ────┘
///   L07 the virtual machine ─► a trace of real Lua 5.1.5
/// ```
@NullMarked
package org.lmem.examples.links;

import org.jspecify.annotations.NullMarked;
