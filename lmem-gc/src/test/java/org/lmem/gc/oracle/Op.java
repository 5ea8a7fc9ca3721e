package org.lmem.gc.oracle;

import java.util.List;

/// An instruction of a random program: one call of the C API, or a few that belong together.
sealed interface Op permits StackOp, TableOp, ObjectOp, CallOp, CollectorOp {
    /// Runs the instruction, or does nothing where it would not be valid.
    void apply(Frame frame);

    /// The instructions inside this one.
    default List<Op> inner() {
        return List.of();
    }

    /// The same with other instructions inside.
    default Op withInner(List<Op> ops) {
        throw new UnsupportedOperationException("no instructions inside: " + this);
    }
}
