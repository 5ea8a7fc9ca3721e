package org.lmem.allocators;

/// The sizes that blocks of a pool really have: a request is rounded up to the next one.
///
/// ```
///   class      1    2   …   16 │   18    20  …   32 │   36    40  …    64 │   72    80  …   128 │  129  …  160
///   bytes     16   32   …  256 │  288   320  …  512 │  576   640  …  1024 │ 1152  1280  …  2048 │ 2304  … 32768
///             every 16 bytes   │ eight steps to each doubling
/// ```
///
/// The class of a block follows from its size alone, so that blocks need no header: whoever frees one says its size.
///
/// *Why eight steps.* Each class with a block in use holds pages of its own. Where every 16 bytes had one up to 1024, a small
/// heap with strings of all lengths was mostly pages with little in them; what rounding up takes is less.
final class SizeClasses {
    /// The largest size whose class is its number of 16 bytes, rounded up.
    static final int SMALL_LIMIT = 2048;

    /// The largest size that has a class at all.
    static final int LIMIT = 32 * 1024;

    /// The classes have numbers from 1 to [#COUNT]` − 1`, but not each of these is one ([#isClass]).
    static final int COUNT = 161;

    static final int UNIT_SHIFT = 4;
    private static final int UNIT = 1 << UNIT_SHIFT;

    /// The last class whose number is the size of its blocks in units of 16 bytes.
    static final int SMALL_COUNT = SMALL_LIMIT / UNIT;

    private static final int STEP_SHIFT = 3; // eight steps
    private static final int STEPS = 1 << STEP_SHIFT;
    private static final int FIRST_EXPONENT = 11; // of SMALL_LIMIT

    private SizeClasses() {}

    /// The class of a size.
    ///
    /// @param bytes 1 to [#LIMIT]
    static int of(long bytes) {
        if (bytes <= SMALL_LIMIT) {
            int last = (int) (bytes - 1) >>> UNIT_SHIFT;
            return (last | step(last) - 1) + 1;
        }
        int exponent = exponent(bytes - 1);
        int step = (int) ((bytes - 1) >>> (exponent - STEP_SHIFT)) & STEPS - 1;
        return SMALL_COUNT + 1 + (exponent - FIRST_EXPONENT) * STEPS + step;
    }

    private static int exponent(long value) {
        return 63 - Long.numberOfLeadingZeros(value);
    }

    /// How many units lie between two sizes.
    ///
    /// @param last number of a unit of 16 bytes, from 0: of the last one in a block
    private static int step(int last) {
        return 1 << Math.max(0, exponent(last | 1) - STEP_SHIFT);
    }

    /// Whether a number is that of a class.
    ///
    /// @param number 1 to [#COUNT]` − 1`
    static boolean isClass(int number) {
        return number > SMALL_COUNT || (number & (units(number) - 1)) == 0;
    }

    /// The small class after another one.
    ///
    /// @param sizeClass below [#SMALL_COUNT]
    static int next(int sizeClass) {
        return sizeClass + step(sizeClass);
    }

    /// How many sizes a small class has, in units of 16 bytes: those from `sizeClass − units + 1` to `sizeClass`.
    ///
    /// @param sizeClass 1 to [#SMALL_COUNT]
    static int units(int sizeClass) {
        return step(sizeClass - 1);
    }

    /// The class that a small one shares pages with where it has none: of those there are two to each doubling, so that
    /// blocks are less than half as large again as they need to be.
    ///
    /// @param sizeClass 1 to [#SMALL_COUNT]
    /// @return the class itself, or a larger small one
    static int shared(int sizeClass) {
        int last = sizeClass - 1;
        int sizes = 1 << Math.max(0, exponent(last | 1) - 1);
        return (last | (sizes - 1)) + 1;
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
