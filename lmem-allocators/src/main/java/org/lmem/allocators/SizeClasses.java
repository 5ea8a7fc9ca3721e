package org.lmem.allocators;

/// The sizes that blocks of a pool really have: a request is rounded up to the next one.
///
/// ```
///   class      1    2   …   64 │   65    66  …   72 │   73  …  104
///   bytes     16   32   … 1024 │ 1152  1280  … 2048 │ 2304  … 32768
///             every 16 bytes   │ eight steps to each doubling
/// ```
///
/// The class of a block follows from its size alone, so that blocks need no header: whoever frees one says its size.
final class SizeClasses {
    /// The largest size with a class in steps of 16 bytes.
    static final int SMALL_LIMIT = 1024;

    /// The largest size that has a class at all.
    static final int LIMIT = 32 * 1024;

    /// The classes are numbered 1 to [#COUNT]` − 1`.
    static final int COUNT = 105;

    static final int UNIT_SHIFT = 4;
    private static final int UNIT = 1 << UNIT_SHIFT;

    /// The last class in steps of 16 bytes, whose number is its size in them.
    static final int SMALL_COUNT = SMALL_LIMIT / UNIT;

    private static final int STEP_SHIFT = 3; // eight steps
    private static final int STEPS = 1 << STEP_SHIFT;
    private static final int FIRST_EXPONENT = 10; // of SMALL_LIMIT

    private SizeClasses() {}

    /// The class of a size.
    ///
    /// @param bytes 1 to [#LIMIT]
    static int of(long bytes) {
        if (bytes <= SMALL_LIMIT)
            return (int) ((bytes + UNIT - 1) >>> UNIT_SHIFT);
        int exponent = 63 - Long.numberOfLeadingZeros(bytes - 1);
        int step = (int) ((bytes - 1) >>> (exponent - STEP_SHIFT)) & STEPS - 1;
        return SMALL_COUNT + 1 + (exponent - FIRST_EXPONENT) * STEPS + step;
    }

    /// The size of the blocks of a class.
    ///
    /// @param sizeClass 1 to [#COUNT]` − 1`
    static int bytes(int sizeClass) {
        if (sizeClass <= SMALL_COUNT)
            return sizeClass << UNIT_SHIFT;
        int step = sizeClass - SMALL_COUNT - 1;
        return (STEPS + 1 + step % STEPS) << (FIRST_EXPONENT + step / STEPS - STEP_SHIFT);
    }
}
