package org.lmem.gc;

/// A limit of a [PressurePolicy] was reached. All in bytes.
///
/// @param kind which one, and what is done about it
/// @param bytes in use
/// @param limit that was reached
/// @param wanted what the block shall have of which the request is refused; 0 at the soft limit
public record PressureEvent(Kind kind, long bytes, long limit, long wanted) {
    /// The limits of a policy.
    public enum Kind {
        /// The soft limit, at a safe point: extra steps follow.
        SOFT_LIMIT,
        /// The hard limit, in a request: it is refused.
        HARD_LIMIT
    }
}
