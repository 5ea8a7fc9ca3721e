package org.lmem.core;

/// How large a vector becomes when it is full.
///
/// Lua's own, and the default, is [#DOUBLING]. The others exist to be compared with it: they trade copies (and calls of
/// the allocator) against unused room.
///
/// ```
///   append 1000 elements          capacities                                  growths
///   DOUBLING                      4 8 16 32 64 128 256 512 1024                     9
///   scaled(3, 2)                  4 6 9 13 19 28 42 63 94 … 1066                   15
///   fixed(1000)                   1000                                              1
/// ```
@FunctionalInterface
public interface GrowthPolicy {
    /// The smallest capacity that a policy by ratio gives a vector.
    ///
    /// @lua MINSIZEARRAY lmem.c:43
    int MINIMUM = 4;

    /// Lua's policy: twice the size, at least [#MINIMUM], and straight to the limit as soon as half of it is reached.
    ///
    /// The minimum is applied last, after the limit: a limit of 2 or 3 is passed by the first growth, in Lua as here
    /// ([Semantics#clampedGrowth] is the cure).
    GrowthPolicy DOUBLING = (capacity, limit) -> capacity >= limit / 2 /* cannot double it? */
            ? limit
            : Math.max(2 * capacity, MINIMUM);

    /// The capacity after the next growth.
    ///
    /// It is asked only for vectors below their limit. An answer that is not above `capacity` is an error of the policy.
    ///
    /// @param capacity the present one, in elements, 0 for an empty vector
    /// @param limit the most elements that the vector may have
    /// @return the next one, above `capacity`
    int nextCapacity(int capacity, int limit);

    /// Growth by a ratio, rounded down; at least by one element, and to [#MINIMUM] at least.
    ///
    /// @param numerator of the ratio
    /// @param denominator of the ratio
    /// @return the policy
    /// @throws IllegalArgumentException where the ratio is not above 1
    static GrowthPolicy scaled(int numerator, int denominator) {
        requireRatio(numerator, denominator);
        return (capacity, limit) -> atMost(limit, atLeast(capacity, (long) capacity * numerator / denominator));
    }

    /// Growth by a ratio, rounded up; to [#MINIMUM] at least.
    ///
    /// @param numerator of the ratio
    /// @param denominator of the ratio
    /// @return the policy
    /// @throws IllegalArgumentException where the ratio is not above 1
    static GrowthPolicy scaledUp(int numerator, int denominator) {
        requireRatio(numerator, denominator);
        return (capacity, limit) -> atMost(limit,
                atLeast(capacity, Math.ceilDiv((long) capacity * numerator, denominator)));
    }

    /// Growth by the same number of elements each time; [#MINIMUM] is not applied.
    ///
    /// @param elements how many
    /// @return the policy
    /// @throws IllegalArgumentException where `elements` is not above 0
    static GrowthPolicy fixed(int elements) {
        if (elements <= 0)
            throw new IllegalArgumentException("growth needs at least one element: elements=" + elements);
        return (capacity, limit) -> atMost(limit, (long) capacity + elements);
    }

    private static void requireRatio(int numerator, int denominator) {
        if (denominator <= 0 || numerator <= denominator)
            throw new IllegalArgumentException(
                    "a growth ratio is above 1: numerator=" + numerator + ", denominator=" + denominator);
    }

    private static long atLeast(int capacity, long grown) {
        return Math.max(Math.max(grown, capacity + 1L), MINIMUM);
    }

    private static int atMost(int limit, long grown) {
        return (int) Math.min(grown, limit);
    }
}
