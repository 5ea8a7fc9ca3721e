package org.lmem.gc.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The lines that a run leaves behind, in order of execution.
///
/// | line | meaning |
/// |---|---|
/// | `S text` | a call of the API begins; left out by [#quietStep] where no call of the allocator follows |
/// | `N id 0 nsize` | a new block; the number is the smallest free one |
/// | `R id osize nsize` | a resize; the block keeps its number |
/// | `F id osize 0` | a free |
/// | `Z 0 0` | the call without block and size, which 5.1.5 really makes |
/// | `! osize nsize` | a request that was refused |
/// | `= total blocks` | the end of a step: bytes as `lua_gc` counts them, live blocks |
/// | `V text` | a value that the step returned |
/// | `G __gc n` | the finaliser of userdata number n ran |
/// | `C k total` | the sentinel's finaliser ran for the k-th time: a cycle has reached its last phase |
final class GoldenLog {
    private final List<String> lines = new ArrayList<>();
    private @Nullable String pending;

    /// A step begins.
    void step(String text) {
        lines.add("S " + text);
        pending = null;
    }

    /// A step begins that is only worth its line if it calls the allocator.
    void quietStep(String text) {
        pending = text;
    }

    /// Ends a quiet step.
    ///
    /// @return whether it did not call the allocator
    boolean endQuietStep() {
        boolean silent = pending != null;
        pending = null;
        return silent;
    }

    /// A call of the allocator.
    void call(String line) {
        if (pending != null)
            step(pending);
        lines.add(line);
    }

    /// Any other line.
    void add(String line) {
        lines.add(line);
    }

    /// All lines so far.
    List<String> lines() {
        return Collections.unmodifiableList(lines);
    }
}
