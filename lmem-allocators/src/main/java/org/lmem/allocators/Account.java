package org.lmem.allocators;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The numbers of a [Budget] that every request asks for: what is in use, and between which bounds nobody else needs to know.
///
/// ```
///        rearmAt                  used            peak       ceiling
///   ────────┴───────────────────────┴───────────────┴────────────┴────
///           ◄─ frees are routine ───┤               │
///                                   ├── new blocks are admitted ─►
/// ```
///
/// A budget has them in an object of its own; that of a [LimitAllocator] with a limit of its own has them in the allocator,
/// where a request finds them without a step in between. An account that is no budget's admits nothing.
///
/// One thread takes and gives back; any may read what is in use, and its peak.
class Account {
    /// A bound that nothing is within.
    static final long NEVER = -1;

    private static final VarHandle USED = field("used");
    private static final VarHandle PEAK = field("peak");

    private long used;
    private long peak;
    private long ceiling = NEVER;
    private long rearmAt = NEVER;

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(Account.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Sets the bounds.
    ///
    /// @param upper up to which use nobody needs to be asked
    /// @param lower at which use, and below, somebody wants to be told
    final void bound(long upper, long lower) {
        ceiling = upper;
        rearmAt = lower;
    }

    final long used() {
        return (long) USED.getOpaque(this);
    }

    final long peak() {
        return (long) PEAK.getOpaque(this);
    }

    /// Whether there is room for more without asking anybody.
    final boolean admits(long more) {
        return more <= ceiling - used;
    }

    /// Whether a block of this size can be in use, and nobody needs to be told when it is freed.
    final boolean isRoutine(long bytes) {
        return bytes > 0 && bytes < used - rearmAt;
    }

    /// Whether somebody wants to be told.
    final boolean isLow() {
        return used <= rearmAt;
    }

    /// Takes bytes, or gives some back where the number is negative.
    final void take(long bytes) {
        long now = used + bytes;
        USED.setOpaque(this, now);
        if (now > peak)
            PEAK.setOpaque(this, now);
    }

    final void giveBack(long bytes) {
        USED.setOpaque(this, used - bytes);
    }
}
