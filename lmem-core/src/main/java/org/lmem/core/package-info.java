/// Lua 5.1.5's memory manager: one entry for all memory, typed macros over it, exact accounting, vectors that grow.
///
/// ```
///   newObject  newVector  reallocVector  free  freeArray      LuaVector
///        │         │            │          │       │              │ growVector → growAux
///        └────┬────┴──────┬─────┴──────────┴───┬───┴──────────────┘
///           malloc     reallocv             freeMem                     lmem.h: macros, a line each
///             └───────────┼────────────────────┘
///                      realloc            totalBytes = totalBytes − osize + nsize      lmem.c: luaM_realloc_
///                         │
///                      LuaAlloc           (block, osize, nsize) → block      the one function an allocator is
///                         │
///                   SystemAlloc, or one of your own
/// ```
///
/// Where to begin: [org.lmem.core.LuaMemory] is the manager and mirrors `lmem.h` and `lmem.c` line by line;
/// [org.lmem.core.LuaAlloc] is the contract of an allocator; [org.lmem.core.LuaVector] is a vector that doubles.
/// [org.lmem.core.Semantics] says where 5.1.5 is followed to the letter and what may be chosen instead. Errors that a Lua
/// program can see are [org.lmem.core.LuaException]s; misuse from Java is an [IllegalArgumentException],
/// [IllegalStateException] or [WrongThreadException] with the facts, and leaves everything as it was.
///
/// A block is an address because that is what makes it fast (a pool behind this interface takes a third of the time that
/// the same pool takes when it returns a segment each time), and because it is the very signature that real Lua calls.
/// Whoever wants to be told about mistakes uses the typed face, whose segments are checked and die with their blocks.
///
/// The tag `Lua:` names the counterpart in C and its place in the source of Lua 5.1.5.
@NullMarked
package org.lmem.core;

import org.jspecify.annotations.NullMarked;
