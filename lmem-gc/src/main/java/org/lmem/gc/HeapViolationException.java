package org.lmem.gc;

import java.util.List;

/// A verification found the heap damaged.
public final class HeapViolationException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final transient List<HeapViolation> violations;

    HeapViolationException(List<HeapViolation> violations) {
        super("the heap is damaged: violations=" + violations.size() + ", first=" + violations.get(0));
        this.violations = List.copyOf(violations);
    }

    /// All that was found.
    ///
    /// @return at least one violation
    public List<HeapViolation> violations() {
        return violations;
    }
}
