/// Allocators and decorators of allocators, each a [org.lmem.core.LuaAlloc], and recorded traces to try them on.
///
/// ```
///   LuaMemory ─┐    decorators, which nest                  allocators
///              ├──► Stats · Limit · Debug · Failing ──►  Pool · Region · MemoryPool · SystemAlloc
///   real Lua ──┘    · Listening · TraceRecorder             └──► PoolMap
///   NativeAlloc           │ │ │
///                         │ │ └──► Trace ──► TraceReplay ──► LuaMemory ──► any allocator
///                         │ └────► DebugReport, DebugEvent, BlockFault
///                         └──────► Snapshot, AllocatorEvents (JFR), AllocatorBeans (JMX), Micrometer
/// ```
///
/// | wanted | take |
/// |---|---|
/// | speed | [org.lmem.allocators.PoolAllocator] |
/// | a hard bound, no system | [org.lmem.allocators.RegionAllocator] |
/// | figures | [org.lmem.allocators.StatsAllocator] |
/// | budgets | [org.lmem.allocators.LimitAllocator] |
/// | leaks and misuse found | [org.lmem.allocators.DebugAllocator] |
/// | to be told of each request | [org.lmem.allocators.ListeningAllocator] |
/// | refusals on purpose | [org.lmem.allocators.FailingAllocator] |
/// | a run to be repeated | [org.lmem.allocators.TraceRecorder] |
/// | a real Lua state on any of them | [org.lmem.allocators.NativeAlloc] |
///
/// A decorator keeps to one rule, `inv.commit`: it asks the inner allocator first and writes its own books only after
/// that has succeeded. A refused request changes nothing but the count of refusals.
@NullMarked
package org.lmem.allocators;

import org.jspecify.annotations.NullMarked;
