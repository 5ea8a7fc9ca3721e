package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SizeClassesTest {
    @Test
    void eachSize_fitsItsClassAndWastesAnEighthAtMost() {
        for (int size = 1; size <= SizeClasses.LIMIT; size++) {
            int bytes = SizeClasses.bytes(SizeClasses.of(size));
            assertThat(bytes - size).as("size %d", size).isBetween(0, Math.max(15, size / 8));
        }
    }

    @Test
    void eachClass_isThatOfItsLargestSizeAndOfNoLargerOne() {
        int classes = 0;
        for (int number = 1; number < SizeClasses.COUNT; number++) {
            boolean isClass = SizeClasses.of(SizeClasses.bytes(number)) == number;
            assertThat(SizeClasses.isClass(number)).as("number %d", number).isEqualTo(isClass);
            if (isClass) {
                classes++;
                if (number < SizeClasses.COUNT - 1)
                    assertThat(SizeClasses.of(SizeClasses.bytes(number) + 1)).isGreaterThan(number);
            }
        }
        assertThat(classes).isEqualTo(16 + 8 + 8 + 5 * 8); // to 256, to 512, to 1024, to 32 KiB
    }

    @Test
    void eachSmallClass_sharesPagesWithALargerOneThatWastesLessThanHalf() {
        for (int number = 1; number <= SizeClasses.SMALL_COUNT; number++) {
            int shared = SizeClasses.shared(number);
            assertThat(SizeClasses.isClass(shared)).as("number %d", number).isTrue();
            assertThat(SizeClasses.shared(shared)).isEqualTo(shared);
            assertThat(shared).isBetween(number, Math.max(number, number * 3 / 2));
        }
    }

    @Test
    void unitsOfSmallClasses_addUpToAllSizes() {
        int units = 0;
        for (int number = 1; number <= SizeClasses.SMALL_COUNT; number++)
            if (SizeClasses.isClass(number))
                units += SizeClasses.units(number);
        assertThat(units).isEqualTo(SizeClasses.SMALL_COUNT);
    }
}
