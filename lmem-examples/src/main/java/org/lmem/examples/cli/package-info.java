/// The command line `lmem`: what memory a real Lua script takes, on allocators that can be chosen and limited.
///
/// ```
///   Lmem ──► tour  run  replay  bench  report  completion               picocli; one class a command
///             │     │     │       │
///             │     │     └───────┴──► Fork ──► a virtual machine for each allocator      a fair comparison
///             │     ▼
///             │   LuaRun ──► lua.RealLua ◄── Interrupts (Ctrl-C)
///             │     │
///             │     └──► Meter ──► StatsAllocator ──► TraceRecorder ──► LimitAllocator ──► Store (pool, system, …)
///             ▼                        only what was asked for lies between the script and its allocator
///           Catalog
/// ```
///
/// Invariants:
/// - `inv.oneLine`: what the user or his files do wrong is one line on standard error, and the status 2 (of the command
///   line) or 1 (of anything else). A stack trace comes with `--verbose` alone.
/// - `inv.streams`: standard output belongs to the script or to the result that was asked for; everything else goes to
///   standard error. What C holds back is written out before Java writes.
@NullMarked
package org.lmem.examples.cli;

import org.jspecify.annotations.NullMarked;
