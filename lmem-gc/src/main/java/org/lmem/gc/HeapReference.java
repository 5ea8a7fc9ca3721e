package org.lmem.gc;

/// A reference in a [HeapSnapshot].
///
/// @param from the address of the object that has it, 0 for a root
/// @param to the address of the object that it leads to
/// @param name as a step of a path: `.name`, `[3]`, `(metatable)`, `(upvalue 1)`, `(slot 7)`, `registry`
/// @param weak whether it keeps nothing alive
public record HeapReference(long from, long to, String name, boolean weak) {}
