package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

final class StatsAllocatorTest {
    private final StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);

    /// Grants everything, and gives nothing: for sizes that no machine has.
    private static long grant(long block, long osize, long nsize) {
        return nsize == 0 ? LuaAlloc.NULL : 1 << 20;
    }

    @Nested
    final class Contract extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return new StatsAllocator(SystemAlloc.INSTANCE);
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((StatsAllocator) created).liveBytes();
        }
    }

    @Test
    @DisplayName("E31 a new Lua state takes 48 blocks, frees one, and peaks at 3692 bytes")
    void snapshot_newState_isThatOfRealLua() {
        NewState state = new NewState(stats);
        state.open();

        StatsAllocator.Snapshot open = stats.snapshot();
        assertThat(open.liveBytes()).isEqualTo(3627);
        assertThat(open.peakBytes()).isEqualTo(3692);
        assertThat(open.allocations()).isEqualTo(48);
        assertThat(open.frees()).isEqualTo(1);
        assertThat(open.noops()).isEqualTo(3);
        assertThat(open.requests()).isEqualTo(52);
        assertThat(open.liveBlocks()).isEqualTo(47);

        state.close();
        StatsAllocator.Snapshot closed = stats.snapshot();
        assertThat(closed.liveBytes()).isZero();
        assertThat(closed.frees()).isEqualTo(48);
        assertThat(closed.peakBytes()).isEqualTo(3692);
    }

    @Test
    @DisplayName("X46 a refused request leaves total and peak alone")
    void realloc_refused_countsNoByte() {
        long block = stats.realloc(0, 0, 300);
        assertThat(stats.realloc(0, 0, 1L << 62)).isZero();
        assertThat(stats.realloc(block, 300, 1L << 62)).isZero();

        assertThat(stats.snapshot().liveBytes()).isEqualTo(300);
        assertThat(stats.snapshot().peakBytes()).isEqualTo(300);
        assertThat(stats.snapshot().failures()).isEqualTo(2);

        stats.realloc(block, 300, 0);
        assertThat(stats.snapshot().liveBytes()).isZero();
    }

    @Test
    @DisplayName("X47 each kind of request has a counter of its own")
    void snapshot_eachKindOnce_countsEachOnce() {
        long block = stats.realloc(0, 0, 100);
        block = stats.realloc(block, 100, 300);
        block = stats.realloc(block, 300, 300);
        block = stats.realloc(block, 300, 50);
        stats.realloc(block, 50, 1L << 62);
        stats.realloc(block, 50, 0);
        stats.realloc(0, 0, 0);

        StatsAllocator.Snapshot seen = stats.snapshot();
        assertThat(List.of(seen.allocations(), seen.grows(), seen.sameSizes(), seen.shrinks(), seen.failures(),
                seen.frees(), seen.noops())).containsOnly(1L);
        assertThat(seen.requests()).isEqualTo(7);
        assertThat(stats.profile().allocatedBytes()).isEqualTo(300);
    }

    @Test
    @DisplayName("X48 two allocators share no figure")
    void snapshot_ofAnother_isUntouched() {
        StatsAllocator other = new StatsAllocator(SystemAlloc.INSTANCE);
        stats.realloc(stats.realloc(0, 0, 100), 100, 0);

        assertThat(other.snapshot().requests()).isZero();
        assertThat(stats.snapshot().requests()).isEqualTo(2);
    }

    @Test
    @DisplayName("X49 osize of a new block is a tag and is not counted")
    void realloc_newBlockWithTag_countsItsSizeAlone() {
        long block = stats.realloc(0, 4, 32);

        assertThat(stats.liveBytes()).isEqualTo(32).isEqualTo(stats.snapshot().liveBytes());
        stats.realloc(block, 32, 0);
        assertThat(stats.snapshot().liveBytes()).isZero();
    }

    @Test
    void realloc_innerThrows_countsAFailureAndLetsItThrough() {
        AtomicBoolean closed = new AtomicBoolean();
        StatsAllocator failing = new StatsAllocator((block, osize, nsize) -> {
            if (closed.get())
                throw new IllegalStateException("closed");
            return grant(block, osize, nsize);
        });
        failing.realloc(0, 0, 8);
        failing.realloc(0, 0, 5000);
        closed.set(true);
        StatsAllocator.Snapshot before = failing.snapshot();

        long[][] requests = {{0, 0, 8}, {0, 0, 5000}, {1 << 20, 8, 0}, {1 << 20, 5000, 0}, {1 << 20, 8, 9},
                {1 << 20, 8, 5000}, {1 << 20, 5000, 8}};
        for (long[] request : requests)
            assertThatThrownBy(() -> failing.realloc(request[0], request[1], request[2]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("closed");

        StatsAllocator.Snapshot since = failing.snapshot().diff(before);
        assertThat(since.failures()).isEqualTo(requests.length);
        assertThat(since.requests()).isEqualTo(requests.length);
        assertThat(failing.liveBytes()).isEqualTo(5008);
    }

    @Test
    void realloc_sizeOfNoBlock_throwsWithFacts() {
        long block = stats.realloc(0, 0, 100);

        for (long nsize : new long[]{0, 50, 5000})
            assertThatThrownBy(() -> stats.realloc(block, 101, nsize)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no block in use has that size: block=0x" + Long.toHexString(block)
                            + ", osize=101, nsize=" + nsize + ", live bytes=100");
        assertThat(stats.snapshot().requests()).isEqualTo(1);
        stats.realloc(block, 100, 0);
    }

    @Test
    void realloc_booksFull_refusesBeforeTheyOverflow() {
        StatsAllocator fantastic = new StatsAllocator(StatsAllocatorTest::grant);
        assertThat(fantastic.realloc(0, 0, Long.MAX_VALUE - 100)).isNotZero();

        assertThat(fantastic.realloc(0, 0, 101)).isZero();
        assertThat(fantastic.realloc(0, 0, -1)).isZero();
        assertThat(fantastic.realloc(0, 0, 100)).isNotZero();
        assertThat(fantastic.snapshot().liveBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(fantastic.snapshot().failures()).isEqualTo(2);

        fantastic.realloc(1 << 20, 100, 0);
        fantastic.realloc(0, 0, 100);
        assertThat(fantastic.profile().allocatedBytes()).as("stops at its largest").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void allocatedBytes_resizesAcrossTheExactSizes_countsWhatWasAdded() {
        long block = stats.realloc(0, 0, 100);
        block = stats.realloc(block, 100, 300);
        block = stats.realloc(block, 300, 50);
        block = stats.realloc(block, 50, 2000);
        block = stats.realloc(block, 2000, 1500);
        block = stats.realloc(block, 1500, 10);
        block = stats.realloc(block, 10, 10);

        AllocationProfile profile = stats.profile();
        assertThat(profile.allocatedBytes()).isEqualTo(100 + 200 + 1950);
        assertThat(profile.sizes()).filteredOn(size -> size.live() != 0)
                .containsExactly(new SizeClass(10, 10, 1, 1));
        stats.realloc(block, 10, 0);
    }

    @Test
    void realloc_smallBlockBesideAnEnormousOne_isCountedOnce() {
        StatsAllocator fantastic = new StatsAllocator(StatsAllocatorTest::grant);
        fantastic.realloc(0, 0, 1L << 62);
        fantastic.realloc(0, 0, 40);
        assertThat(fantastic.profile().allocatedBytes()).isEqualTo((1L << 62) + 40);
        assertThat(fantastic.liveBytes()).isEqualTo((1L << 62) + 40);

        fantastic.realloc(1 << 20, 1L << 62, 0);
        fantastic.realloc(0, 0, 40);

        assertThat(fantastic.profile().allocatedBytes()).isEqualTo((1L << 62) + 80);
        assertThat(fantastic.snapshot().liveBlocks()).isEqualTo(2);
    }

    @Test
    void realloc_innerFreesBlocksMeanwhile_countsBoth() {
        AtomicReference<StatsAllocator> self = new AtomicReference<>();
        AtomicBoolean full = new AtomicBoolean();
        long[] garbage = new long[1];
        StatsAllocator collecting = new StatsAllocator((block, osize, nsize) -> {
            if (full.getAndSet(false))
                self.get().realloc(garbage[0], 1000, 0);
            return SystemAlloc.INSTANCE.realloc(block, osize, nsize);
        });
        self.set(collecting);
        garbage[0] = collecting.realloc(0, 0, 1000);
        full.set(true);

        long block = collecting.realloc(0, 0, 200);

        assertThat(collecting.snapshot().liveBytes()).isEqualTo(200);
        assertThat(collecting.snapshot().peakBytes()).isEqualTo(1000);
        collecting.realloc(block, 200, 0);
    }

    @Test
    void resetPeak_afterAFree_beginsAtTheBytesInUse() {
        long small = stats.realloc(0, 0, 10);
        stats.realloc(stats.realloc(0, 0, 90), 90, 0);
        assertThat(stats.snapshot().peakBytes()).isEqualTo(100);

        stats.resetPeak();

        assertThat(stats.snapshot().peakBytes()).isEqualTo(10);
        stats.realloc(small, 10, 0);
    }

    @Test
    void powersOfTwo_boundarySizes_fallIntoTheirClasses() {
        StatsAllocator fantastic = new StatsAllocator(StatsAllocatorTest::grant);
        for (long size : new long[]{1, 2, 3, 4, 5, 8, 9, 1024, 1025, 2048, 2049, 1L << 40, (1L << 62) + 1})
            fantastic.realloc(0, 0, size);
        fantastic.realloc(1 << 20, 8, 0);

        assertThat(fantastic.profile().powersOfTwo()).containsExactly(new SizeClass(1, 1, 1, 1),
                new SizeClass(2, 2, 1, 1), new SizeClass(3, 4, 2, 2), new SizeClass(5, 8, 2, 1),
                new SizeClass(9, 16, 1, 1), new SizeClass(513, 1024, 1, 1), new SizeClass(1025, 2048, 2, 2),
                new SizeClass(2049, 4096, 1, 1), new SizeClass((1L << 39) + 1, 1L << 40, 1, 1),
                new SizeClass((1L << 62) + 1, Long.MAX_VALUE, 1, 1));
    }

    @Test
    void sizes_resizedBlock_leavesItsOldSize() {
        long block = stats.realloc(0, 0, 64);
        block = stats.realloc(block, 64, 64);
        block = stats.realloc(block, 64, 2000);

        assertThat(stats.profile().sizes()).containsExactly(new SizeClass(64, 64, 1, 0),
                new SizeClass(1025, 2048, 1, 1));
        stats.realloc(block, 2000, 0);
    }

    @Test
    void luaSizes_newState_namesItsStructures() {
        NewState state = new NewState(stats);
        state.open();

        assertThat(stats.profile().luaSizes()).containsExactly(new SizeClass(64, 64, 2, 2),
                new SizeClass(616, 616, 1, 1));
        assertThat(stats.profile().luaSizes()).extracting(SizeClass::luaName).containsExactly("Table", "LG");
        state.close();
    }

    @Test
    void diff_betweenTwoProfiles_isWhatHappened() {
        long old = stats.realloc(0, 0, 64);
        AllocationProfile before = stats.profile();
        long block = stats.realloc(0, 0, 40);
        block = stats.realloc(block, 40, 80);
        stats.realloc(old, 64, 0);

        AllocationProfile diff = stats.profile().diff(before);

        assertThat(diff).isEqualTo(new AllocationProfile(new StatsAllocator.Snapshot(16, 0, 80, 1, 1, 1, 0, 0, 0, 0),
                80,
                diff.nanos(),
                List.of(new SizeClass(40, 40, 1, 0), new SizeClass(64, 64, 0, -1), new SizeClass(80, 80, 1, 1))));
        assertThat(diff.nanos()).isPositive();
        stats.realloc(block, 80, 0);
    }

    @Test
    void allocatedBytesPerSecond_ofADiff_isBytesOverTime() {
        AllocationProfile diff = new AllocationProfile(stats.snapshot(), 3_000, 2_000_000, List.of());

        assertThat(diff.allocatedBytesPerSecond()).isEqualTo(1_500_000);
        assertThat(diff.diff(diff).allocatedBytesPerSecond()).isZero();
    }

    @Test
    void toJson_someFigures_isOneObject() {
        AllocationProfile seen = new AllocationProfile(new StatsAllocator.Snapshot(64, 1, 128, 2, 1, 0, 0, 0, 3, 4),
                164,
                5, List.of(new SizeClass(64, 64, 1, 1), new SizeClass(100, 100, 1, 0)));

        assertThat(seen.toJson()).isEqualTo("{\"counts\":{\"liveBytes\":64,\"liveBlocks\":1,\"peakBytes\":128,"
                + "\"allocations\":2,\"frees\":1,\"grows\":0,\"shrinks\":0,\"sameSizes\":0,"
                + "\"noops\":3,\"failures\":4},\"allocatedBytes\":164,\"nanos\":5,"
                + "\"powersOfTwo\":[{\"from\":33,\"to\":64,\"given\":1,\"live\":1},"
                + "{\"from\":65,\"to\":128,\"given\":1,\"live\":0}],"
                + "\"luaSizes\":[{\"from\":64,\"to\":64,\"given\":1,\"live\":1,\"luaName\":\"Table\"}]}");
    }

    @Test
    void snapshot_fromAnotherThread_seesTrueFigures() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<StatsAllocator.Snapshot> wrong = new AtomicReference<>();
        AtomicLong seen = new AtomicLong();
        Thread reader = Thread.ofPlatform().start(() -> {
            StatsAllocator.Snapshot before = stats.snapshot();
            while (!over.get()) {
                StatsAllocator.Snapshot now = stats.snapshot();
                if (!isTrue(now, before))
                    wrong.set(now);
                before = now;
                seen.set(now.allocations());
            }
        });

        long made = 0;
        while (made < 200_000 || seen.get() == 0) {
            long block = stats.realloc(0, 0, 48);
            stats.realloc(block, 48, 0);
            made++;
        }
        over.set(true);
        reader.join();

        assertThat(wrong.get()).isNull();
        assertThat(stats.snapshot()).isEqualTo(new StatsAllocator.Snapshot(0, 0, 48, made, made, 0, 0, 0, 0, 0));
    }

    /// At most one block of 48 bytes is in use, and counts do not fall.
    private static boolean isTrue(StatsAllocator.Snapshot now, StatsAllocator.Snapshot before) {
        boolean bytes = now.liveBytes() == 0 || now.liveBytes() == 48;
        boolean peak = now.peakBytes() >= now.liveBytes() && now.peakBytes() <= 48;
        return bytes && peak && now.liveBlocks() >= 0 && now.allocations() >= before.allocations()
                && now.frees() >= before.frees();
    }

    @Test
    void toString_namesTheNest() {
        assertThat(new StatsAllocator(stats)).hasToString("StatsAllocator[StatsAllocator[SystemAlloc]]");
    }
}
