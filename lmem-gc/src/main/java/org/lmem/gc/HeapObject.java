package org.lmem.gc;

/// An object in a [HeapSnapshot].
///
/// @param address of the object; what stands for a block that is no object has a small negative number
/// @param type as a program names it, or `prototype`, `upvalue`, `global state`, `string table`, `buffer`, `other blocks`
/// @param bytes of all its blocks
/// @param label a string's beginning, with control characters and bytes that are no UTF-8 as `\ddd`; else the type, and what tells it from others of its type
public record HeapObject(long address, String type, long bytes, String label) {}
