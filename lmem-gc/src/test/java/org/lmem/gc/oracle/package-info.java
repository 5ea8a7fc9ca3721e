/// The truth about Lua 5.1.5, and this module held against it.
///
/// ```
///   golden/*.txt ◄── equal? ── GoldenLog ◄── RecordingAllocator ◄──┬── NativeMachine   liblua5164.so, real Lua 5.1.5
///                                  ▲                               └── JavaMachine     org.lmem.gc.LuaState
///   scenarios, random programs ── Machine (the C API) ─────────────────▲
/// ```
///
/// A *golden log* is what real Lua 5.1.5 did in one scenario: each call of the allocator, each value returned, each
/// finaliser, line by line (the lines are explained at [org.lmem.gc.oracle.GoldenLog]). A scenario is written once, against
/// [org.lmem.gc.oracle.Machine], and has to leave the same log on both machines. That it does so on the real library shows
/// that the scenario is the right one; that it does so on the other shows that the module is.
///
/// A *random program* needs no log: it runs on both machines in one process, and the two logs have to be equal.
@NullMarked
package org.lmem.gc.oracle;

import org.jspecify.annotations.NullMarked;
