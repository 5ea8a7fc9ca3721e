package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.Breakdown.Verdict;

/// The two bounds, and programs that keep to them: one that breaks a region below the first, many that break none above the
/// second.
final class BreakdownTest {
    private static final int UNIT = 16;
    private static final int PEAK = 4096; // units
    private static final int LEVELS = 6; // the largest request is of 2^6 units
    private static final long ROBSON = (PEAK * (LEVELS / 2 + 1) - (1 << LEVELS) + 1L) * UNIT;

    private record Block(long address, int units) {
        boolean covers(long base, long residue, int modulus) {
            long first = (address - base) / UNIT;
            return Math.floorMod(residue - first, modulus) < units;
        }
    }

    /// Robson's program: after each phase only blocks stay that lie on one residue, so that no hole between them is of use.
    ///
    /// @return whether a request was refused
    private static boolean attack(RegionAllocator region) {
        long base = region.realloc(NULL, 0, UNIT);
        region.realloc(base, UNIT, 0);
        List<Block> live = new ArrayList<>();
        long residue = 0;
        for (int level = 0; level <= LEVELS; level++) {
            int size = 1 << level;
            if (level > 0) {
                residue = better(live, base, residue, size);
                free(region, live, base, residue, size);
            }
            int used = live.stream().mapToInt(Block::units).sum();
            for (; used + size <= PEAK; used += size) {
                long block = region.realloc(NULL, 0, (long) size * UNIT);
                if (block == NULL)
                    return true;
                live.add(new Block(block, size));
            }
        }
        return false;
    }

    private static long better(List<Block> live, long base, long residue, int size) {
        long other = residue + size / 2;
        return hidden(live, base, other, size) > hidden(live, base, residue, size) ? other : residue;
    }

    private static long hidden(List<Block> live, long base, long residue, int size) {
        return live.stream().filter(b -> b.covers(base, residue, size)).mapToLong(b -> size - b.units).sum();
    }

    private static void free(RegionAllocator region, List<Block> live, long base, long residue, int size) {
        for (Block block : List.copyOf(live))
            if (!block.covers(base, residue, size)) {
                region.realloc(block.address, (long) block.units * UNIT, 0);
                live.remove(block);
            }
    }

    @Test
    void belowRobsonsBound_hisProgramBreaksTheRegion() {
        try (RegionAllocator region = new RegionAllocator(ROBSON - UNIT)) {
            assertThat(attack(region)).isTrue();
            RegionAllocator.Figures figures = region.figures();
            assertThat(figures.largestFree()).isLessThan(figures.freeBytes());
            assertThat(figures.peakBytes()).isLessThanOrEqualTo((long) PEAK * UNIT);
        }
    }

    @Test
    void robsonsBound_isThatOfHisTheorem() {
        Breakdown breakdown = new Breakdown(ROBSON - 1, (long) PEAK * UNIT, UNIT, (long) UNIT << LEVELS);
        assertThat(breakdown.robsonBytes()).isEqualTo(ROBSON);
        assertThat(breakdown.verdict()).isEqualTo(Verdict.POSSIBLE);
        assertThat(new Breakdown(ROBSON, (long) PEAK * UNIT, UNIT, (long) UNIT << LEVELS).verdict())
                .isEqualTo(Verdict.NOT_EXCLUDED);
    }

    @Test
    void oneSizeOnly_needsNoMoreThanThePeak() {
        assertThat(new Breakdown(1 << 20, 1000 * 64, 64, 64).robsonBytes()).isEqualTo(1000 * 64);
    }

    @Test
    void figuresThatCannotBeCounted_areTheLargestNumber() {
        assertThat(new Breakdown(1 << 20, RegionAllocator.MAX_BYTES, 16, RegionAllocator.MAX_BYTES).sureBytes())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sizesBetweenPowersOfTwo_countAsThePowerBelow() {
        long peak = (long) PEAK * UNIT;
        assertThat(new Breakdown(0, peak, UNIT, 127 * UNIT).robsonBytes()).isEqualTo(ROBSON);
        assertThat(new Breakdown(0, peak, UNIT, 128 * UNIT).robsonBytes()).isGreaterThan(ROBSON);
    }

    @Test
    void largestRequestNearThePeak_isNotTheOneThatTellsMost() {
        // 4 units: requests of 1 and 2 need 4 · 1½ − 2 + 1, those of 4 too need 4 · 2 − 4 + 1
        assertThat(new Breakdown(0, 4 * UNIT, UNIT, 4 * UNIT).robsonBytes()).isEqualTo(5 * UNIT);
        // 8 units: 8 · 2 − 4 + 1 with requests of up to 4, and 8 · 2½ − 8 + 1 with 8; beyond the peak none can be met
        assertThat(new Breakdown(0, 8 * UNIT, UNIT, 64 * UNIT).robsonBytes()).isEqualTo(13 * UNIT);
    }

    @Test
    void figuresOfNoRegion_areRefused() {
        assertThatThrownBy(() -> new Breakdown(0, 64, 32, 16)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("these are no figures of a region: capacity=0, peak=64, smallest=32, largest=16, most="
                        + RegionAllocator.MAX_BYTES);
        assertThatThrownBy(() -> new Breakdown(0, -1, 16, 16)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Breakdown(0, 16, 0, 16)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unusedRegion_needsNothing() {
        try (RegionAllocator region = new RegionAllocator(1 << 12)) {
            assertThat(region.breakdown()).isEqualTo(new Breakdown(1 << 12, 0, 0, 0));
            assertThat(region.breakdown().robsonBytes()).isZero();
            assertThat(region.breakdown().verdict()).isEqualTo(Verdict.IMPOSSIBLE);
        }
    }

    @Test
    void fromTheSureBoundOn_nothingIsRefused() {
        int most = 40 * UNIT;
        long peak = 200L * UNIT;
        long capacity = new Breakdown(0, peak, UNIT, most).sureBytes();
        for (int seed = 0; seed < 20; seed++)
            try (RegionAllocator region = new RegionAllocator(capacity + UNIT)) {
                fill(region, new Random(seed), peak, most);
                assertThat(region.figures().refusals()).as("seed=%d", seed).isZero();
                assertThat(region.breakdown().peakBytes()).isLessThanOrEqualTo(peak);
                assertThat(region.breakdown().verdict()).isEqualTo(Verdict.IMPOSSIBLE);
            }
    }

    private static void fill(RegionAllocator region, Random random, long peak, int most) {
        List<long[]> blocks = new ArrayList<>();
        long used = 0;
        for (int i = 0; i < 20_000; i++) {
            long size = (1 + random.nextInt(random.nextInt(most / UNIT) + 1)) * (long) UNIT;
            if (used + size <= peak) {
                blocks.add(new long[]{region.realloc(NULL, 0, size), size});
                used += size;
            } else {
                long[] block = blocks.remove(random.nextInt(blocks.size()));
                region.realloc(block[0], block[1], 0);
                used -= block[1];
            }
        }
    }
}
