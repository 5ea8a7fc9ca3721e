package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.allocators.DebugAllocator.Leftover;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// Each kind of fault is planted and found; what is no fault is not called one.
class DebugAllocatorTest {
    private static final String HERE = "org.lmem.allocators.DebugAllocatorTest.";

    private final StatsAllocator below = new StatsAllocator(SystemAlloc.INSTANCE);
    private final AtomicLong clock = new AtomicLong();
    private DebugAllocator debug = debug(DebugOptions.FULL);

    private DebugAllocator debug(DebugOptions options) {
        return new DebugAllocator(below, options.withNanoClock(clock::get));
    }

    @AfterEach
    void everyByteComesBack() {
        debug.close(Leftover.RELEASE);
        assertThat(below.snapshot().liveBytes()).isZero();
    }

    private long allocate(long size) {
        return debug.realloc(0, 0, size);
    }

    /// What messages say of a block: its size, its thread, and the line in [#allocate].
    private String owner(long block) {
        BlockInfo info = debug.report().block(block).orElseThrow();
        assertThat(info.site().toString()).startsWith(HERE + "allocate(DebugAllocatorTest.java:");
        return ", size=" + info.size() + ", thread=" + Thread.currentThread().getName() + ", site=" + info.site();
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    private static String hex(byte value) {
        return "0x" + Integer.toHexString(Byte.toUnsignedInt(value));
    }

    private static void requireFault(ThrowingCallable request, String message) {
        assertThatExceptionOfType(BlockFaultException.class).isThrownBy(request).withMessage(message);
    }

    private static void flip(long address) {
        RawMemory.putByte(address, (byte) ~RawMemory.getByte(address));
    }

    @Nested
    class Overwriting {
        @ParameterizedTest
        @CsvSource({"-1, 1, before", "-16, 16, before", "-7, 3, before", "100, 1, after", "108, 8, after",
                "115, 1, after"})
        void guardBytes_changed_areFoundAtFree(int offset, int bytes, String side) {
            long block = allocate(100);
            String owner = owner(block);
            byte expected = RawMemory.getByte(block + offset);
            for (int i = 0; i < bytes; i++)
                flip(block + offset + i);
            requireFault(() -> debug.realloc(block, 100, 0),
                    "bytes " + side + " a block were overwritten: block=" + hex(block) + ", offset=" + offset
                            + ", bytes=" + bytes + ", expected=" + hex(expected) + ", found=" + hex((byte) ~expected)
                            + owner);
            assertThat(debug.realloc(block, 100, 0)).as("reported once").isZero();
        }

        @Test
        void guardBytes_changed_areFoundAtResize() {
            long block = allocate(24);
            flip(block + 24);
            BlockFaultException fault = catchThrowableOfType(BlockFaultException.class,
                    () -> debug.realloc(block, 24, 48));
            assertThat(fault.fault()).isInstanceOfSatisfying(BlockFault.Overwritten.class,
                    found -> assertThat(found.offset()).isEqualTo(24));
            assertThat(debug.report().liveBytes()).as("not carried out").isEqualTo(24);
            assertThat(debug.report().faults()).containsExactly(fault.fault());
        }

        @Test
        void guardBytes_changed_areFoundByCheck() {
            long block = allocate(8);
            allocate(8);
            flip(block - 3);
            assertThat(debug.check()).singleElement().returns(block, BlockFault::block);
            assertThat(debug.check()).as("each of them once").isEmpty();
        }

        @Test
        void guardBytes_copiedAlongWithABlock_areWrongThere() {
            long from = allocate(32);
            long to = allocate(32);
            RawMemory.copy(from - 16, to - 16, 64);
            assertThat(debug.check()).extracting(BlockFault::block).containsExactly(to);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 7, 8, 9, 100, 4096})
        void everyByteOfABlock_mayBeWritten(int size) {
            long block = allocate(size);
            RawMemory.fill(block, size, (byte) 0xDD);
            assertThat(debug.check()).isEmpty();
            block = debug.realloc(block, size, 2 * size);
            RawMemory.fill(block, 2 * size, (byte) -1);
            block = debug.realloc(block, 2 * size, 1);
            RawMemory.fill(block, 1, (byte) 0);
            assertThat(debug.realloc(block, 1, 0)).isZero();
            assertThat(debug.report().faults()).isEmpty();
        }
    }

    @Nested
    class WritingAfterFree {
        @ParameterizedTest
        @CsvSource({"0, 1", "99, 1", "50, 20"})
        void freedBlock_written_isFoundByCheck(int offset, int bytes) {
            long block = allocate(100);
            String owner = owner(block);
            debug.realloc(block, 100, 0);
            RawMemory.fill(block + offset, bytes, (byte) 7);
            assertThat(debug.check()).extracting(BlockFault::message)
                    .containsExactly("a freed block was written to: block=" + hex(block) + ", offset=" + offset
                            + ", bytes=" + bytes + ", found=0x7, freed at operation=2" + owner);
        }

        @Test
        void freedBlock_written_isFoundWhenItLeavesQuarantine() {
            debug = debug(DebugOptions.FULL.withQuarantine(1000, 2));
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 4; i++)
                blocks.add(allocate(10));
            debug.realloc(blocks.get(0), 10, 0);
            debug.realloc(blocks.get(1), 10, 0);
            flip(blocks.get(0) + 9);
            BlockFaultException fault = catchThrowableOfType(BlockFaultException.class,
                    () -> debug.realloc(blocks.get(2), 10, 0));
            assertThat(fault.fault()).isInstanceOf(BlockFault.WrittenAfterFree.class)
                    .returns(blocks.get(0), BlockFault::block);
            assertThat(debug.report().liveBlocks()).as("not carried out").isEqualTo(2);
            assertThat(debug.realloc(blocks.get(2), 10, 0)).as("reported once").isZero();
        }

        @Test
        void guardBytesOfAFreedBlock_written_areFound() {
            long block = allocate(10);
            debug.realloc(block, 10, 0);
            flip(block + 10);
            assertThat(debug.check()).singleElement().isInstanceOf(BlockFault.Overwritten.class);
        }

        @Test
        void oldPlaceOfAMovedBlock_written_isFound() {
            long old = allocate(10);
            long moved = debug.realloc(old, 10, 20);
            RawMemory.putLong(old, 1);
            assertThat(debug.check()).extracting(BlockFault::block).containsExactly(old);
            assertThat(moved).isNotEqualTo(old);
        }

        @Test
        void freedBlocks_untouched_leaveQuarantineInSilence() {
            debug = debug(DebugOptions.FULL.withQuarantine(500, 8));
            for (int i = 0; i < 200; i++)
                debug.realloc(allocate(1 + i), 1 + i, 0);
            assertThat(debug.report().faults()).isEmpty();
            assertThat(debug.report().quarantinedBytes()).isBetween(1L, 500L);
            assertThat(debug.check()).isEmpty();
        }

        @Test
        void quarantineOff_returnsBlocksAtOnce() {
            debug = debug(DebugOptions.FULL.withQuarantine(0, 0));
            debug.realloc(debug.realloc(allocate(100), 100, 200), 200, 0);
            assertThat(below.snapshot().liveBytes()).isZero();
        }
    }

    @Nested
    class WrongSize {
        @ParameterizedTest
        @CsvSource({"99, 0", "101, 0", "0, 0", "-1, 0", "99, 200", "0, 200"})
        void osize_thatTheBlockDoesNotHave_isFound(long osize, long nsize) {
            long block = allocate(100);
            requireFault(() -> debug.realloc(block, osize, nsize),
                    "a block has another size: block=" + hex(block) + ", osize=" + Long.toUnsignedString(osize)
                            + ", nsize=" + nsize + owner(block));
            assertThat(debug.report().liveBytes()).isEqualTo(100);
        }

        @Test
        void osize_ofANewBlock_isATagAndNoFault() {
            debug.realloc(0, 5, 40);
            debug.realloc(0, 0, 40);
            assertThat(debug.report().faults()).isEmpty();
            assertThat(debug.report().blocks()).extracting(BlockInfo::tag).containsExactly("kind 5", "");
        }
    }

    @Nested
    class FreedBlocks {
        @Test
        void secondFree_isFound() {
            long block = allocate(10);
            String owner = owner(block);
            debug.realloc(block, 10, 0);
            requireFault(() -> debug.realloc(block, 10, 0),
                    "a block was freed twice: block=" + hex(block) + ", freed at operation=2" + owner);
            assertThat(debug.report().frees()).isEqualTo(1);
        }

        @Test
        void freeOfTheOldPlace_isFound() {
            long old = allocate(10);
            String owner = owner(old);
            debug.realloc(old, 10, 12);
            requireFault(() -> debug.realloc(old, 10, 0),
                    "a block was freed twice: block=" + hex(old) + ", freed at operation=2" + owner);
        }

        @Test
        void resizeOfAFreedBlock_isFound() {
            long block = allocate(10);
            String owner = owner(block);
            debug.realloc(block, 10, 0);
            requireFault(() -> debug.realloc(block, 10, 20),
                    "a freed block was resized: block=" + hex(block) + ", nsize=20, freed at operation=2" + owner);
        }

        @Test
        void sameAddress_givenOutAgain_isNoDoubleFree() {
            debug = debug(DebugOptions.FULL.withQuarantine(0, 0));
            for (int i = 0; i < 100; i++)
                debug.realloc(allocate(64), 64, 0);
            assertThat(debug.report().faults()).isEmpty();
            assertThat(debug.report().frees()).isEqualTo(100);
        }
    }

    @Nested
    class ForeignBlocks {
        @Test
        void blockFromElsewhere_isFound() {
            long foreign = SystemAlloc.INSTANCE.realloc(0, 0, 8);
            requireFault(() -> debug.realloc(foreign, 8, 0),
                    "a block was not obtained here: block=" + hex(foreign) + ", osize=8, nsize=0");
            SystemAlloc.INSTANCE.realloc(foreign, 8, 0);
        }

        @Test
        void insideOfABlock_isFoundAndNamed() {
            long block = allocate(100);
            requireFault(() -> debug.realloc(block + 16, 84, 200), "a block was not obtained here: block="
                    + hex(block + 16) + ", osize=84, nsize=200, inside block=" + hex(block) + ", offset=16"
                    + owner(block));
        }
    }

    @Nested
    class Contents {
        @Test
        void newBlock_isFilled() {
            long block = allocate(3);
            assertThat(RawMemory.getByte(block)).isEqualTo((byte) 0xA5);
            assertThat(RawMemory.getByte(block + 2)).isEqualTo((byte) 0xA5);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void grownPart_isFilledAndTheRestKept(boolean moves) {
            debug = debug(DebugOptions.FULL.withMoveOnResize(moves));
            long block = allocate(2);
            RawMemory.putShort(block, (short) 0x1234);
            block = debug.realloc(block, 2, 4);
            assertThat(RawMemory.getShort(block)).isEqualTo((short) 0x1234);
            assertThat(RawMemory.getShort(block + 2)).isEqualTo((short) 0xA5A5);
        }

        @Test
        void freedBlock_isFilled() {
            long block = allocate(5);
            debug.realloc(block, 5, 0);
            assertThat(RawMemory.getByte(block)).isEqualTo((byte) 0xDD);
            assertThat(RawMemory.getByte(block + 4)).isEqualTo((byte) 0xDD);
        }

        @Test
        void resize_movesAlwaysOrNever() {
            long block = allocate(100);
            assertThat(debug.realloc(block, 100, 100)).isNotEqualTo(block);
            debug.close(Leftover.RELEASE);
            debug = debug(DebugOptions.FULL.withMoveOnResize(false));
            long other = allocate(100);
            assertThat(debug.realloc(other, 100, 99)).as("the C library shrinks in place").isEqualTo(other);
        }
    }

    @Nested
    class Refusals {
        private long budget = Long.MAX_VALUE;
        private final LuaAlloc bounded = (block, osize, nsize) -> nsize > osize
                && below.snapshot().liveBytes() + nsize - osize > budget ? 0 : below.realloc(block, osize, nsize);

        private void bound(DebugOptions options) {
            debug = new DebugAllocator(bounded, options.withNanoClock(clock::get));
        }

        @Test
        void quarantine_isGivenBackBeforeARequestIsRefused() {
            bound(DebugOptions.FULL);
            debug.realloc(allocate(500), 500, 0);
            budget = 600;
            assertThat(allocate(500)).isNotZero();
            assertThat(debug.report().refusals()).isZero();
        }

        @Test
        void blockThatCannotMove_shrinksInPlace() {
            bound(DebugOptions.FULL);
            long block = allocate(500);
            budget = 0;
            assertThat(debug.realloc(block, 500, 400)).isEqualTo(block);
            assertThat(debug.check()).isEmpty();
        }

        @Test
        void refusal_changesNothingAndIsCounted() {
            bound(DebugOptions.FULL);
            long block = allocate(500);
            budget = 0;
            assertThat(debug.realloc(block, 500, 501)).isZero();
            assertThat(allocate(1)).isZero();
            assertThat(debug.report()).returns(2L, DebugReport::refusals).returns(500L, DebugReport::liveBytes)
                    .returns(500L, DebugReport::peakBytes);
            assertThat(debug.events().subList(1, 3)).extracting(Object::getClass)
                    .containsOnly(DebugEvent.Refused.class);
        }

        @Test
        void exceptionOfTheInnerAllocator_changesNothing() {
            IllegalArgumentException no = new IllegalArgumentException("no");
            LuaAlloc throwing = (block, osize, nsize) -> {
                if (nsize == 0 && osize == 10 + 32)
                    throw no;
                return below.realloc(block, osize, nsize);
            };
            DebugAllocator over = new DebugAllocator(throwing, DebugOptions.FULL.withQuarantine(0, 0));
            long block = over.realloc(0, 0, 10);
            assertThatIllegalArgumentException().isThrownBy(() -> over.realloc(block, 10, 0)).isSameAs(no);
            assertThatIllegalArgumentException().isThrownBy(() -> over.realloc(block, 10, 20)).isSameAs(no);
            assertThat(over.report()).returns(10L, DebugReport::liveBytes).returns(0L, DebugReport::frees);
            assertThat(over.check()).isEmpty();
            assertThat(below.snapshot().liveBlocks()).as("the copy is given back").isEqualTo(1);
            below.realloc(block - 16, 10 + 32, 0);
        }

        @Test
        void sampling_givesOutUnwatchedWhatCannotBeWatched() {
            bound(DebugOptions.SAMPLED.withSampling(1));
            budget = 100;
            long block = allocate(100);
            assertThat(block).isNotZero();
            assertThat(debug.report().blocks()).isEmpty();
            assertThat(debug.report().liveBytes()).isEqualTo(100);
            debug.realloc(block, 100, 0);
        }
    }

    @Nested
    class Sampling {
        @Test
        void oneInSoMany_isWatchedAndTheBooksAreExact() {
            debug = debug(DebugOptions.SAMPLED.withSampling(10));
            List<Long> blocks = new ArrayList<>();
            for (int i = 1; i <= 1000; i++)
                blocks.add(allocate(i));
            assertThat(debug.report().blocks()).hasSizeBetween(80, 120);
            assertThat(debug.report()).returns(500_500L, DebugReport::liveBytes)
                    .returns(1000L, DebugReport::liveBlocks);
            assertThat(debug.report().toString()).contains("leaks: unknown before close\n");
            DebugReport last = debug.close(Leftover.RELEASE);
            assertThat(last.leakedBlocks()).isEqualTo(1000);
            assertThat(last.toString())
                    .contains("leaks: blocks=1000, bytes=500500, of which 1 in 10 was watched\n");
            for (int i = 1; i <= 1000; i++)
                if (last.block(blocks.get(i - 1)).isEmpty())
                    below.realloc(blocks.get(i - 1), i, 0);
        }

        @Test
        void unwatchedBlocks_goThrough() {
            debug = debug(DebugOptions.SAMPLED.withSampling(Integer.MAX_VALUE));
            long block = debug.realloc(debug.realloc(allocate(10), 10, 20), 20, 5);
            assertThat(debug.report()).returns(2L, DebugReport::resizes).returns(5L, DebugReport::liveBytes)
                    .returns(20L, DebugReport::peakBytes);
            assertThat(debug.realloc(block, 5, -1)).isZero();
            requireFault(() -> debug.realloc(block, 6, 0),
                    "a block has another size: block=" + hex(block) + ", osize=6, nsize=0");
            requireFault(() -> debug.realloc(block, 0, 9),
                    "a block has another size: block=" + hex(block) + ", osize=0, nsize=9");
            assertThat(debug.markImmortal(block)).isFalse();
            assertThat(debug.realloc(block, 5, 0)).isZero();
        }

        @Test
        void watchedBlock_isGuarded() {
            debug = debug(DebugOptions.SAMPLED.withSampling(1));
            long block = allocate(10);
            flip(block + 10);
            assertThat(debug.check()).hasSize(1);
            debug.realloc(block, 10, 0);
            assertThatExceptionOfType(BlockFaultException.class).isThrownBy(() -> debug.realloc(block, 10, 0));
        }

        @Test
        void sameProgram_isSampledTheSameWay() {
            List<Long> first = new ArrayList<>();
            for (int run = 0; run < 2; run++) {
                DebugAllocator sampled = debug(DebugOptions.SAMPLED.withSampling(5));
                List<Long> sizes = new ArrayList<>();
                List<Long> blocks = new ArrayList<>();
                for (int i = 1; i <= 100; i++)
                    blocks.add(sampled.realloc(0, 0, i));
                sampled.report().blocks().forEach(block -> sizes.add(block.size()));
                for (int i = 1; i <= 100; i++)
                    sampled.realloc(blocks.get(i - 1), i, 0);
                if (run == 0)
                    first = sizes;
                else
                    assertThat(sizes).isEqualTo(first).hasSizeGreaterThan(10);
                sampled.close();
            }
        }
    }

    @Nested
    class Off {
        @Test
        void requests_goStraightThrough() {
            debug = debug(DebugOptions.OFF);
            long block = debug.realloc(allocate(10), 10, 20);
            assertThat(below.snapshot().liveBytes()).isEqualTo(20);
            assertThat(debug.report()).hasToString("memory report: level=OFF, nothing is known\n");
            debug.realloc(block, 20, 0);
            debug.close();
            assertThatIllegalStateException().isThrownBy(() -> allocate(1))
                    .withMessage("the allocator is closed: block=0x0, osize=0, nsize=1");
        }
    }

    @Nested
    class Leaks {
        @Test
        void blockInUse_isNoLeakBeforeClose() {
            allocate(100);
            assertThat(debug.report().leaks()).isEmpty();
            assertThat(debug.report().leaksBySite()).isEmpty();
            assertThat(debug.report().leakedBlocks()).isZero();
            assertThat(debug.report().leakedBytes()).isZero();
        }

        @Test
        void blockInUse_isALeakAtClose() {
            long block = allocate(100);
            clock.set(5_000_000);
            debug.realloc(0, 0, 0);
            AllocationSite site = debug.report().block(block).orElseThrow().site();
            DebugReport report = debug.close(Leftover.RELEASE);
            assertThat(report.leaks()).containsExactly(new BlockInfo(block, 100, 1, "",
                    Thread.currentThread().getName(), site, 1, Duration.ofMillis(5), false));
            assertThat(report.leaks().getFirst()).hasToString("block: address=" + hex(block)
                    + ", age in operations=1, size=100, thread=" + Thread.currentThread().getName() + ", site=" + site);
        }

        @Test
        void close_namesTheSitesOfWhatLeaked() {
            for (int i = 0; i < 3; i++)
                allocate(100 + i);
            AllocationSite site = debug.report().blocks().getFirst().site();
            BlockLeakException leak = catchThrowableOfType(BlockLeakException.class, debug::close);
            assertThat(leak).hasMessage("memory was still in use at close: blocks=3, bytes=303, site=" + site
                    + " (blocks=3, bytes=303)");
            assertThat(leak.report().leaks()).extracting(BlockInfo::size).containsExactly(100L, 101L, 102L);
            debug.close(); // a second time does nothing
            assertThat(debug.close(Leftover.RELEASE)).isSameAs(leak.report());
            leak.report().leaks().forEach(info -> below.realloc(info.address() - 16, info.size() + 32, 0));
        }

        @Test
        void leakException_namesThreeSitesAtMost() {
            allocate(4);
            allocate(3);
            allocate(2);
            allocate(1);
            BlockLeakException leak = new BlockLeakException(debug.close(Leftover.RELEASE));
            assertThat(leak.getMessage().split("site=")).hasSize(4);
        }

        @Test
        void everythingFreed_isNoLeak() {
            debug.realloc(debug.realloc(allocate(10), 10, 2000), 2000, 0);
            debug.close();
            assertThat(debug.report().leakedBlocks()).isZero();
        }

        @Test
        void immortalBlock_isNoLeak() {
            long block = allocate(100);
            assertThat(debug.markImmortal(block)).isTrue();
            long moved = debug.realloc(block, 100, 200);
            assertThat(debug.markImmortal(block)).as("its old place").isFalse();
            debug.close();
            assertThat(debug.report().leakedBytes()).isZero();
            assertThat(debug.report().blocks()).singleElement().returns(true, BlockInfo::immortal);
            assertThat(debug.report().blocks().getFirst().toString()).contains(", immortal, size=200");
            below.realloc(moved - 16, 232, 0);
        }

        @Test
        void damageAtClose_isThrownWithTheLeak() {
            flip(allocate(10) + 10);
            BlockFaultException fault = catchThrowableOfType(BlockFaultException.class, debug::close);
            assertThat(fault.fault()).isInstanceOf(BlockFault.Overwritten.class);
            assertThat(fault.getSuppressed()).singleElement().isInstanceOf(BlockLeakException.class);
            debug.report().leaks().forEach(info -> below.realloc(info.address() - 16, info.size() + 32, 0));
        }

        @Test
        void damageSeenBefore_isNotThrownAgain() {
            long block = allocate(10);
            flip(block + 10);
            debug.check();
            debug.realloc(block, 10, 0);
            debug.close();
            assertThat(debug.report().faults()).hasSize(1);
        }

        @Test
        void damageInQuarantine_isFoundAtClose() {
            long block = allocate(10);
            debug.realloc(block, 10, 0);
            flip(block);
            assertThatExceptionOfType(BlockFaultException.class).isThrownBy(debug::close)
                    .withMessageStartingWith("a freed block was written to: block=" + hex(block) + ", offset=0");
        }

        @Test
        void groups_areBySiteTagAndThread() throws InterruptedException {
            allocate(10);
            debug.realloc(0, 0, 500);
            LuaAlloc strings = debug.tagged("strings");
            Thread thread = Thread.ofPlatform().name("other").start(() -> strings.realloc(0, 0, 30));
            thread.join();
            DebugReport report = debug.report();
            assertThat(report.byTag()).extracting(DebugReport.Group::key).containsExactly("", "strings");
            assertThat(report.byTag()).extracting(DebugReport.Group::bytes).containsExactly(510L, 30L);
            assertThat(report.byThread()).extracting(DebugReport.Group::key)
                    .containsExactly(Thread.currentThread().getName(), "other");
            assertThat(report.bySite()).hasSize(3).extracting(DebugReport.Group::blocks).containsOnly(1L);
            assertThat(strings).hasToString("DebugAllocator[StatsAllocator[SystemAlloc]][strings]");
        }

        @Test
        void siteDepth_limitsTheFramesKept() {
            debug = debug(DebugOptions.FULL.withSiteDepth(0));
            long block = allocate(1);
            assertThat(debug.report().block(block)).map(BlockInfo::site).hasValue(AllocationSite.UNKNOWN);
            assertThat(AllocationSite.UNKNOWN).hasToString("unknown");
            debug.close(Leftover.RELEASE);
            debug = debug(DebugOptions.FULL.withSiteDepth(2));
            allocate(1);
            assertThat(debug.report().blocks().getFirst().site().frames())
                    .extracting(StackTraceElement::getMethodName)
                    .containsExactly("allocate", "siteDepth_limitsTheFramesKept");
        }

        @Test
        void sameSite_isKeptOnce() {
            for (int i = 0; i < 3; i++)
                allocate(8);
            assertThat(debug.report().blocks().stream().map(BlockInfo::site).distinct()).hasSize(1);
        }
    }

    @Nested
    class Events {
        @Test
        void history_hasTheFirstEventAndTheLast() {
            debug = debug(DebugOptions.FULL.withEvents(3, 1000));
            long block = allocate(1);
            for (int size = 1; size < 6; size++) {
                clock.addAndGet(100);
                block = debug.realloc(block, size, size + 1);
            }
            List<DebugEvent> history = debug.history(block);
            assertThat(history).extracting(DebugEvent::operation).containsExactly(1L, 5L, 6L);
            assertThat(history).extracting(DebugEvent::nanos).containsExactly(0L, 400L, 500L);
            assertThat(history.getFirst()).isInstanceOf(DebugEvent.Allocated.class);
            debug.realloc(block, 6, 0);
            assertThat(debug.history(block)).last().isInstanceOf(DebugEvent.Freed.class);
            assertThat(debug.history(1)).isEmpty();
        }

        @Test
        void historyOfOne_isTheFirstEvent() {
            debug = debug(DebugOptions.FULL.withEvents(1, 10));
            long block = allocate(1);
            debug.realloc(block, 1, 0);
            assertThat(debug.history(block)).singleElement().isInstanceOf(DebugEvent.Allocated.class);
        }

        @Test
        void events_areTheLastOfAllBlocks() {
            debug = debug(DebugOptions.FULL.withEvents(2, 3));
            String thread = Thread.currentThread().getName();
            long a = allocate(10);
            long b = debug.tagged("b").realloc(0, 0, 20);
            long c = debug.realloc(a, 10, 30);
            debug.realloc(b, 20, 0);
            assertThat(debug.events()).containsExactly(new DebugEvent.Allocated(2, 0, thread, b, 20, "b"),
                    new DebugEvent.Resized(3, 0, thread, a, c, 10, 30), new DebugEvent.Freed(4, 0, thread, b, 20));
        }

        @Test
        void fault_isAnEventOfItsBlock() {
            long block = allocate(10);
            catchThrowableOfType(BlockFaultException.class, () -> debug.realloc(block, 11, 0));
            assertThat(debug.history(block)).last().isInstanceOf(DebugEvent.Faulted.class)
                    .returns(block, DebugEvent::block).isEqualTo(debug.events().getLast());
        }

        @Test
        void faults_areKeptUpToALimit() {
            for (int i = 0; i < DebugAllocator.MAX_FAULTS + 5; i++)
                catchThrowableOfType(BlockFaultException.class, () -> debug.realloc(0x10, 8, 0));
            assertThat(debug.report().faults()).hasSize(DebugAllocator.MAX_FAULTS);
        }
    }

    @Nested
    class Options {
        @ParameterizedTest
        @CsvSource({"sampling, 0, 1", "siteDepth, -1, 0", "quarantineBytes, -1, 0", "quarantineBlocks, -1, 0",
                "historyLength, 0, 1", "eventCapacity, 0, 1"})
        void impossibleNumber_isRejected(String name, int value, int least) {
            assertThatIllegalArgumentException().isThrownBy(() -> {
                switch (name) {
                    case "sampling" -> DebugOptions.FULL.withSampling(value);
                    case "siteDepth" -> DebugOptions.FULL.withSiteDepth(value);
                    case "quarantineBytes" -> DebugOptions.FULL.withQuarantine(value, 0);
                    case "quarantineBlocks" -> DebugOptions.FULL.withQuarantine(0, value);
                    case "historyLength" -> DebugOptions.FULL.withEvents(value, 1);
                    default -> DebugOptions.FULL.withEvents(1, value);
                }
            }).withMessage("impossible option: " + name + "=" + value + ", least=" + least);
        }
    }

    @Test
    void realloc_afterClose_isRejected() {
        long block = allocate(10);
        debug.realloc(block, 10, 0);
        debug.close();
        assertThatIllegalStateException().isThrownBy(() -> debug.realloc(block, 10, 20))
                .withMessage("the allocator is closed: block=" + hex(block) + ", osize=10, nsize=20");
    }
}
