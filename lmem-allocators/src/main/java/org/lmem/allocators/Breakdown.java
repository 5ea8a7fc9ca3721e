package org.lmem.allocators;

/// Whether a region can break down, that is refuse a request although enough is free, because the free memory lies in
/// pieces that are all too small.
///
/// ```
///   capacity   0 ──────────── robsonBytes ───────────────────── sureBytes ──────────────►
///   refusals     some order of such requests    not excluded              impossible
///                breaks every allocator
/// ```
///
/// Two bounds for all programs that keep within the same peak and the same sizes, in whatever order they ask:
/// - *Below [#robsonBytes]* every allocator that does not move blocks breaks down in some order: with M the peak and n the
///   largest request, both in the smallest one's units, that is `M (½ log₂ n + 1) − n + 1`, for sizes that are powers of two
///   [1].
/// - *From [#sureBytes] on* none can: where a request is refused, every free piece is shorter than the largest request (or
///   longer by a class of sizes, which a search may pass by), and there is at most one more of them than there are blocks.
///
/// [1] J. M. Robson: An estimate of the store size necessary for dynamic storage allocation. Journal of the ACM 18 (1971).
///
/// @param capacityBytes of the region
/// @param peakBytes the most that was in use at once, each block rounded up to 16 bytes
/// @param smallestBytes the smallest block that was wanted, rounded up; 0 where none was
/// @param largestBytes the largest, rounded up
public record Breakdown(long capacityBytes, long peakBytes, long smallestBytes, long largestBytes) {
    /// What can be said of a region.
    public enum Verdict {
        /// Some order of such requests breaks every allocator that does not move blocks.
        POSSIBLE,
        /// An allocator could be safe; that this one is in every order is not proved.
        NOT_EXCLUDED,
        /// There is no order in which it happens.
        IMPOSSIBLE
    }

    /// The memory without which no allocator is safe.
    ///
    /// @return bytes, 0 where nothing was asked for
    public long robsonBytes() {
        if (smallestBytes == 0)
            return 0;
        double m = (double) peakBytes / smallestBytes;
        double n = (double) largestBytes / smallestBytes;
        return (long) Math.ceil((m * (Math.log(n) / Math.log(2) / 2 + 1) - n + 1) * smallestBytes);
    }

    /// The memory with which this one is safe.
    ///
    /// @return bytes, [Long#MAX_VALUE] where that is more than can be counted; 0 where nothing was asked for
    public long sureBytes() {
        if (smallestBytes == 0)
            return 0;
        long pieces = peakBytes / smallestBytes + 1;
        long longest = largestBytes + largestBytes / 32;
        long bytes = peakBytes + pieces * longest;
        return Math.multiplyHigh(pieces, longest) != 0 || bytes < 0 ? Long.MAX_VALUE : bytes;
    }

    /// What follows for this region.
    ///
    /// @return for the peak and the sizes seen so far
    public Verdict verdict() {
        return capacityBytes < robsonBytes()
                ? Verdict.POSSIBLE
                : capacityBytes < sureBytes() ? Verdict.NOT_EXCLUDED : Verdict.IMPOSSIBLE;
    }
}
