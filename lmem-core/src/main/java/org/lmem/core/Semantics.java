package org.lmem.core;

/// Which Lua a memory manager behaves like, where versions (and the wishes of their readers) differ.
///
/// The default is [#LUA_5_1]: what 5.1.5 does, warts included. Each other behaviour is a choice of its own, so that
/// nothing is mixed in silently:
///
/// ```java
/// Semantics lua51ThatCollects = Semantics.LUA_5_1.withEmergencyCollection(true);
/// ```
///
/// | choice | 5.1.5 | when chosen |
/// |---|---|---|
/// | emergencyCollection | one request, then the error | one request, one collection, one more request, then the error (5.2+) |
/// | growthText | the caller's text, verbatim | `too many WHAT (limit is N)`, the caller's text being WHAT (5.2+) |
/// | osizeTags | a new block has `osize` 0 | it carries a tag, which reaches the allocator and is never counted (5.2+) |
/// | clampedGrowth | a first growth under a limit of 2 or 3 gives 4, above the limit | never above the limit |
/// | rejectedNegativeCounts | a count of −1 asks the allocator for 2^64 − e bytes | `block too big`, as for other negative counts |
/// | restoredTables | a rehash that fails between its two parts leaves the table damaged (as in all versions before 5.3.5) | the table is as it was |
///
/// @param emergencyCollection whether a refused request is repeated after a collection
/// @param growthText how the error of a vector at its limit reads
/// @param osizeTags whether `osize` of a new block is a tag
/// @param clampedGrowth whether the limit of a vector holds from the first growth on
/// @param rejectedNegativeCounts whether a count of −1 is an error before it reaches the allocator
/// @param restoredTables whether a table survives a failed rehash undamaged
public record Semantics(boolean emergencyCollection, GrowthText growthText, boolean osizeTags, boolean clampedGrowth,
        boolean rejectedNegativeCounts, boolean restoredTables) {
    /// Exactly 5.1.5.
    public static final Semantics LUA_5_1 = new Semantics(false, GrowthText.VERBATIM, false, false, false,
            false);

    /// 5.1.5 without its warts: growth is clamped, negative counts are rejected, tables survive a failed rehash.
    public static final Semantics SAFE = LUA_5_1.withClampedGrowth(true).withRejectedNegativeCounts(true)
            .withRestoredTables(true);

    /// 5.2 and later: emergency collection, the longer growth text, tags in `osize`.
    public static final Semantics LUA_5_2 = LUA_5_1.withEmergencyCollection(true).withGrowthText(GrowthText.WITH_LIMIT)
            .withOsizeTags(true);

    /// How the error of a vector at its limit reads.
    public enum GrowthText {
        /// The caller's text as it stands. `Differs from Lua:` 5.1.5 reads it as a format, so that a `%` in it is
        /// undefined behaviour; here it is a `%`.
        VERBATIM {
            @Override
            String of(String text, int limit) {
                return text;
            }
        },
        /// `too many WHAT (limit is N)`.
        WITH_LIMIT {
            @Override
            String of(String text, int limit) {
                return "too many " + text + " (limit is " + limit + ")";
            }
        };

        abstract String of(String text, int limit);
    }

    /// These semantics with another choice of emergency collection.
    ///
    /// @param chosen whether a refused request is repeated after a collection
    /// @return the new semantics
    public Semantics withEmergencyCollection(boolean chosen) {
        return new Semantics(chosen, growthText, osizeTags, clampedGrowth, rejectedNegativeCounts,
                restoredTables);
    }

    /// These semantics with another growth text.
    ///
    /// @param chosen how the error of a vector at its limit reads
    /// @return the new semantics
    public Semantics withGrowthText(GrowthText chosen) {
        return new Semantics(emergencyCollection, chosen, osizeTags, clampedGrowth, rejectedNegativeCounts,
                restoredTables);
    }

    /// These semantics with another meaning of `osize` for new blocks.
    ///
    /// @param chosen whether it is a tag
    /// @return the new semantics
    public Semantics withOsizeTags(boolean chosen) {
        return new Semantics(emergencyCollection, growthText, chosen, clampedGrowth, rejectedNegativeCounts,
                restoredTables);
    }

    /// These semantics with another rule for limits of 2 and 3.
    ///
    /// @param chosen whether growth stays within the limit
    /// @return the new semantics
    public Semantics withClampedGrowth(boolean chosen) {
        return new Semantics(emergencyCollection, growthText, osizeTags, chosen, rejectedNegativeCounts,
                restoredTables);
    }

    /// These semantics with another answer to a count of −1.
    ///
    /// @param chosen whether it is rejected before it reaches the allocator
    /// @return the new semantics
    public Semantics withRejectedNegativeCounts(boolean chosen) {
        return new Semantics(emergencyCollection, growthText, osizeTags, clampedGrowth, chosen, restoredTables);
    }

    /// These semantics with another fate of a table whose rehash fails.
    ///
    /// @param chosen whether it is restored
    /// @return the new semantics
    public Semantics withRestoredTables(boolean chosen) {
        return new Semantics(emergencyCollection, growthText, osizeTags, clampedGrowth, rejectedNegativeCounts, chosen);
    }
}
