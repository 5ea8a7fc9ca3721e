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
/// - *Below [#robsonBytes]* every allocator that does not move blocks breaks down in some order: with M the peak in units of
///   the smallest request, and requests of 1, 2, 4 … 2ᵏ such units, that is `M (½ k + 1) − 2ᵏ + 1` [1], for the best k that
///   the largest request and the peak allow.
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
    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException where one is negative or more than a region has, or no request can be both the
    ///   smallest and below the largest
    public Breakdown {
        boolean ordered = smallestBytes == 0 ? largestBytes == 0 : smallestBytes <= largestBytes;
        if (capacityBytes < 0 || peakBytes < 0 || smallestBytes < 0 || !ordered || peakBytes > RegionAllocator.MAX_BYTES
                || largestBytes > RegionAllocator.MAX_BYTES)
            throw new IllegalArgumentException("these are no figures of a region: capacity=" + capacityBytes + ", peak="
                    + peakBytes + ", smallest=" + smallestBytes + ", largest=" + largestBytes + ", most="
                    + RegionAllocator.MAX_BYTES);
    }

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
        long m = peakBytes / smallestBytes;
        long n = Math.min(largestBytes / smallestBytes, m);
        long most = 0;
        for (int k = 0; 1L << k <= n; k++)
            most = Math.max(most, m + (m * k + 1) / 2 - (1L << k) + 1);
        return most * smallestBytes;
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
