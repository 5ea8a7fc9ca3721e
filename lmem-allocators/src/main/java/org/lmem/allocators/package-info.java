/// Allocators and decorators of allocators, each a [org.lmem.core.LuaAlloc], and recorded traces to try them on.
///
/// ```
///   LuaMemory ──► StatsAllocator ──► SystemAlloc          decorators nest; each counts only what it sees succeed
///
///   Trace (what a real program asked for) ──► TraceReplay ──► LuaMemory ──► any allocator
/// ```
///
/// A decorator keeps to one rule, `inv.commit`: it asks the inner allocator first and writes its own books only after
/// that has succeeded. A refused request changes nothing but the count of refusals.
@NullMarked
package org.lmem.allocators;

import org.jspecify.annotations.NullMarked;
