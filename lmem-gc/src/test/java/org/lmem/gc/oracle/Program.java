package org.lmem.gc.oracle;

import java.util.List;

/// A random program: calls of the C API, and the functions that they push and call.
///
/// A program is data. An instruction names no place of the stack but chooses among those that suit it, and is left out
/// where none does, where there is no room, or where C would leave undefined what happens. So every list of instructions
/// is a valid program, and remains one when any of them is taken away.
///
/// @param main what runs in the main thread
/// @param functions what can be pushed and called
record Program(List<Op> main, List<Function> functions) {
    /// A C function.
    ///
    /// @param ops what it does
    /// @param results how many results it returns at most
    record Function(List<Op> ops, int results) {}
}
