/// Lua 5.1.5's objects in off-heap memory, and the state that makes them call for call like 5.1.5.
///
/// Lua counts bytes so that its collector knows when to work: `totalbytes` is compared with `GCthreshold` at the safe
/// points of the C API. To show that with true numbers the objects have to be real, and here they are: every string,
/// table, userdata, closure and thread is a C structure in a block of [org.lmem.core.LuaMemory], obtained and freed in the
/// order and in the sizes of 5.1.5.
///
/// ```
///   LuaStack ◄── LuaObjects ◄── LuaState   LuaBuffer   lapi.c, lauxlib.c: the API, checked; one Java object a thread
///        │            │            │
///        │        ┌───┴────────────┴───────────────────────────┐
///        ▼        ▼                                            ▼
///   Machine   Calls   States   Strings   Tables, Rehash   Functions   Collector
///    lvm.c    ldo.c  lstate.c  lstring.c     ltable.c      lfunc.c      lgc.c       static functions over addresses
///        │        │        │        │            │             │            │
///        └────────┴────────┴────┬───┴────────────┴─────────────┴────────────┘
///                               ▼
///   TValue  GCHeader  TString  Udata  Table  Node  Closure  UpVal  Proto  CallInfo  LuaThread  Global  LG
///                               │              descriptors: layout, offsets, accessors; no state of their own
///                               ▼
///                 Memory ──► LuaMemory ──► LuaAlloc                     RawMemory: loads and stores at addresses
/// ```
///
/// **A block is an address, a descriptor knows what it means.** An object is a `long`; [org.lmem.gc.Table] and its like are
/// never instantiated. Layouts are written down once, as members in C's order, and the offsets follow from them. What
/// Java has beside the heap is what C keeps outside of it, too: the allocator, the functions of the host (closures hold
/// their handles), and one [org.lmem.gc.LuaState] for each thread that the host knows.
///
/// **Who owns what.** All objects but strings and open upvalues are chained from the root list, the main thread in it, the
/// userdata behind it; strings hang in the buckets of the string table, open upvalues on their threads. Closing a state
/// walks these and nothing else:
///
/// ```
///   Global.rootgc ─► object ─► … ─► object ─► main thread ─► userdata ─► … ─► 0
///   Global.strt   ─► bucket[h mod size] ─► string ─► … ─► 0
///   LuaThread.openupval ─► upvalue ─► … ─► 0
/// ```
///
/// **Who looks at it.** A listener ([org.lmem.gc.CollectorListener]) hears of each single step; what it sees is written down or
/// handed to the flight recorder. A snapshot is the heap at one moment, in vectors of Java's that no longer depend on the state:
///
/// ```
///   LuaCollector ──► CollectorListener ──► CollectorLog, CollectorRecording (JFR)
///        ├── colors() ──► ColoredObject …                 which object is white, gray, black, dead
///        ├── verify() ──► HeapVerifier ──► HeapViolation …   what does not hold, of which object, on which path
///        └── snapshot() ──► SnapshotBuilder ──► SnapshotGraph ──► Dominators       what keeps what alive
///                                                    └──► HeapSnapshot ──► HeapDiff, ChromeSnapshot (a .heapsnapshot file)
/// ```
///
/// Invariants, cited where they are kept:
/// - `inv.total`: the manager's count is the sum of the sizes of all blocks of the state; after close it is 0.
/// - `inv.link`: a block is linked as soon as it is there, before anything else can fail.
/// - `inv.interned`: two live strings never have the same bytes.
/// - `inv.strt`: the number of strings in all buckets is the one that is noted.
/// - `inv.brent`: a node that is not in its main position collides there with one that is.
/// - `inv.tricolor`: while the collector marks, no black object refers to a white one.
/// - `inv.safepoint`: the collector runs where 5.1.5 runs it, never inside an allocation.
///
/// **Errors.** A refused request is a [org.lmem.core.LuaMemoryException], an error of run time a
/// [org.lmem.core.LuaRuntimeException]; [org.lmem.gc.LuaState#pcall] receives both and restores the stack as `ldo.c` does.
/// Misuse from Java is an [IllegalArgumentException] or [IllegalStateException] and changes nothing. Where 5.1.5 has a wart
/// that can be observed it is kept, unless [org.lmem.core.Semantics] says otherwise.
@NullMarked
package org.lmem.gc;

import org.jspecify.annotations.NullMarked;
