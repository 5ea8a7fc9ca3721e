package org.lmem.core;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.RecordingAlloc.Call;

/// The numbers of the examples that need nothing but the core. The base is 0 where a whole Lua state has 3627 bytes.
class CatalogueCoreTest {
    private static final MemoryLayout TVALUE = MemoryLayout.structLayout(JAVA_LONG, JAVA_INT,
            MemoryLayout.paddingLayout(4));
    private static final MemoryLayout NODE = MemoryLayout.structLayout(TVALUE, TVALUE, ADDRESS);

    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);

    @Test
    @DisplayName("E01 1024 bytes, then 2048, then none: the total is 1024, 2048 and 0, and the free returns NULL")
    void e01_total() {
        long p = memory.realloc(0, 0, 1024);
        assertThat(memory.totalBytes()).isEqualTo(1024);
        p = memory.realloc(p, 1024, 2048);
        assertThat(memory.totalBytes()).isEqualTo(2048);
        assertThat(memory.realloc(p, 2048, 0)).isZero();
        assertThat(memory.totalBytes()).isZero();
    }

    @Test
    @DisplayName("E02 allocate, resize and free are one call each: +1024, +1024, -2048")
    void e02_modes() {
        long p = memory.realloc(0, 0, 1024);
        long q = memory.realloc(p, 1024, 2048);
        memory.realloc(q, 2048, 0);
        assertThat(alloc.calls()).containsExactly(new Call(0, 0, 1024, p), new Call(p, 1024, 2048, q),
                new Call(q, 2048, 0, 0));
        assertThat(memory.totalBytes()).isZero();
    }

    @Test
    @DisplayName("E02 the fourth mode is one call that returns NULL and changes nothing")
    void e02_nothing() {
        assertThat(memory.realloc(0, 0, 0)).isZero();
        assertThat(alloc.calls()).containsExactly(new Call(0, 0, 0, 0));
        assertThat(memory.totalBytes()).isZero();
    }

    @Nested
    @DisplayName("E03 when a size is computed")
    class E03 {
        @Test
        @DisplayName("E03 MAX_SIZET is 18446744073709551613")
        void maxSize() {
            assertThat(Long.toUnsignedString(LuaMemory.MAX_SIZET)).isEqualTo("18446744073709551613");
            assertThat(LuaMemory.MAX_SIZET).isEqualTo(0xFFFF_FFFF_FFFF_FFFDL);
        }

        @Test
        @DisplayName("E03 the largest count that is accepted reaches the allocator, and ends in status 4")
        void largestAccepted() {
            LuaException e = catchThrowableOfType(LuaException.class,
                    () -> memory.reallocv(0, 0, 4611686018427387902L, 4));
            assertThat(e.status().code()).isEqualTo(4);
            assertThat(e)
                    .hasMessage("not enough memory: osize=0, nsize=18446744073709551608, totalbytes=0");
            assertThat(alloc.callCount()).isEqualTo(1);
        }

        @Test
        @DisplayName("E03 one more is too big: status 2, and the allocator is not asked")
        void smallestRejected() {
            LuaException e = catchThrowableOfType(LuaException.class,
                    () -> memory.reallocv(0, 0, Long.divideUnsigned(LuaMemory.MAX_SIZET, 4), 4));
            assertThat(e.status().code()).isEqualTo(2);
            assertThat(e.luaMessage()).isEqualTo("memory allocation error: block too big");
            assertThat(alloc.callCount()).isZero();
        }
    }

    @Nested
    @DisplayName("E13 when one int, 100 ints and 1024 bytes are released in three ways")
    class E13 {
        @Test
        @DisplayName("E13 1428 bytes come and go in 6 calls")
        void threeWays() {
            MemorySegment number = memory.newObject(JAVA_INT);
            MemorySegment numbers = memory.newVector(100, JAVA_INT);
            long buffer = memory.malloc(1024);
            assertThat(memory.totalBytes()).isEqualTo(1428);
            memory.free(number);
            memory.freeArray(numbers, 100, JAVA_INT);
            memory.freeMem(buffer, 1024);
            assertThat(memory.totalBytes()).isZero();
            assertThat(alloc.callCount()).isEqualTo(6);
        }

        @Test
        @DisplayName("E13 50 instead of 100 ints: 200 bytes drift where the caller is believed")
        void wrongCount_raw() {
            LuaMemory believing = new LuaMemory(SystemAlloc.INSTANCE);
            long numbers = believing.reallocv(0, 0, 100, 4);
            believing.reallocv(numbers, 50, 0, 4);
            assertThat(believing.totalBytes()).isEqualTo(200);
        }

        @Test
        @DisplayName("E13 50 instead of 100 ints: an error where the segment knows better")
        void wrongCount_typed() {
            MemorySegment numbers = memory.newVector(100, JAVA_INT);
            assertThatThrownBy(() -> memory.freeArray(numbers, 50, JAVA_INT)).hasMessage(
                    "osize is not the size of the block: block=" + Hex.of(numbers.address()) + ", osize=200, size=400");
            assertThat(memory.totalBytes()).isEqualTo(400);
            memory.free(numbers);
        }
    }

    @Test
    @DisplayName("E15 three blocks that nobody releases: 1024 + 16 + 4000 = 5040 bytes in 3 calls, found at close")
    void e15_leak() {
        long buffer = memory.malloc(1024);
        assertThat(memory.totalBytes()).isEqualTo(1024);
        memory.newObject(TVALUE);
        assertThat(memory.totalBytes()).isEqualTo(1040);
        memory.newVector(100, NODE);
        assertThat(memory.totalBytes()).isEqualTo(5040);
        assertThat(alloc.callCount()).isEqualTo(3);
        assertThat(alloc.live().values()).containsExactlyInAnyOrder(1024L, 16L, 4000L);
        assertThatThrownBy(memory::close).isExactlyInstanceOf(MemoryLeakException.class)
                .hasMessage("memory was still in use at close: totalbytes=5040, typed blocks released=2, "
                        + "bytes released=4016, bytes lost=1024");
        alloc.realloc(buffer, 1024, 0);
    }

    @Nested
    @DisplayName("E17 when 1000 ints are appended")
    class E17 {
        @Test
        @DisplayName("E17 the vector grows nine times, eight of them with elements, 1020 of which are copied")
        void growths() {
            Growth growth = Growth.of(GrowthPolicy.DOUBLING, 1000);
            assertThat(growth.capacities()).containsExactly(4, 8, 16, 32, 64, 128, 256, 512, 1024);
            assertThat(growth.moving()).isEqualTo(8);
            assertThat(growth.copies()).isEqualTo(1020);
        }

        @Test
        @DisplayName("E17 4096 bytes are in use at the end, none after, in 10 calls")
        void bytes() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                for (int i = 0; i < 1000; i++)
                    v.addInt(i);
                assertThat(memory.totalBytes()).isEqualTo(4096);
            }
            assertThat(memory.totalBytes()).isZero();
            assertThat(alloc.callCount()).isEqualTo(10);
        }

        @Test
        @DisplayName("E17 an error in the middle leaves 4096 bytes with nobody, unless the vector is closed")
        void errorInTheMiddle() {
            LuaVector v = LuaVector.of(memory, JAVA_INT);
            alloc.allow(9);
            assertThatThrownBy(() -> {
                for (int i = 0; i < 5000; i++)
                    v.addInt(i);
            }).hasMessage("not enough memory: osize=4096, nsize=8192, totalbytes=4096");
            assertThat(memory.totalBytes()).isEqualTo(4096);
            v.close();
            assertThat(memory.totalBytes()).isZero();
        }
    }

    @Nested
    @DisplayName("E19 when a vector has a limit")
    class E19 {
        @Test
        @DisplayName("E19 limit 100: it is full at 4, 8, 16, 32 and 64, then jumps to 100, then fails with the text")
        void limit100() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 100, "too many things")) {
                assertThat(fill(v)).containsExactly(4, 8, 16, 32, 64, 100);
                assertThatThrownBy(() -> v.addInt(0)).isExactlyInstanceOf(LuaRuntimeException.class)
                        .hasMessage("too many things: capacity=100, limit=100");
            }
        }

        @DisplayName("E19 a limit of 2 or 3 is passed by the first growth, no other is")
        @ParameterizedTest(name = "E19 limit {0}: size {1}")
        @CsvSource({"1, 1", "2, 4", "3, 4", "4, 4", "5, 4 5", "7, 4 7", "8, 4 8", "9, 4 9", "10, 4 8 10"})
        void smallLimits(int limit, String capacities) {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, limit, "full")) {
                assertThat(fill(v)).map(String::valueOf).containsExactly(capacities.split(" "));
            }
        }

        @Test
        @DisplayName("E19 a percent sign in the text is a percent sign")
        void text_isNoFormat() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 0, "100%% full %d")) {
                assertThatThrownBy(() -> v.addInt(0)).hasMessage("100%% full %d: capacity=0, limit=0");
            }
        }

        private static List<Integer> fill(LuaVector v) {
            List<Integer> capacities = new ArrayList<>();
            for (int i = 0; i < v.limit(); i++) {
                v.addInt(0);
                if (capacities.isEmpty() || v.capacity() != capacities.getLast())
                    capacities.add(v.capacity());
            }
            return capacities;
        }
    }

    @DisplayName("E20 n appends take max(1, ceil(log2 n) - 1) growths")
    @ParameterizedTest(name = "E20 {0} appends take {1} growths")
    @CsvSource({"1, 1", "4, 1", "5, 2", "100, 6", "1000, 9", "1024, 9", "1025, 10", "10000, 13", "100000, 16",
            "1000000, 19"})
    void e20_growths(int n, int growths) {
        Growth growth = Growth.of(GrowthPolicy.DOUBLING, n);
        assertThat(growth.count()).isEqualTo(growths)
                .isEqualTo(Math.max(1, (int) Math.ceil(Math.log(n) / Math.log(2)) - 1));
        assertThat(growth.copies()).isLessThanOrEqualTo(growth.last() - 4);
    }

    static Stream<Arguments> strategies() {
        return Stream.of(
                Arguments.of("x2", GrowthPolicy.DOUBLING, 13, 12, 16380L, 16384, 61.04, 24576L),
                Arguments.of("x1.5 floor", GrowthPolicy.scaled(3, 2), 21, 20, 24278L, 12138, 82.39, 20230L),
                Arguments.of("x1.5 ceil", GrowthPolicy.scaledUp(3, 2), 21, 20, 28088L, 14052, 71.16, 23420L),
                Arguments.of("x3", GrowthPolicy.scaled(3, 1), 9, 8, 13120L, 26244, 38.10, 34992L),
                Arguments.of("+1000", GrowthPolicy.fixed(1000), 10, 9, 45000L, 10000, 100.0, 19000L),
                Arguments.of("+1", GrowthPolicy.fixed(1), 10000, 9999, 49995000L, 10000, 100.0, 19999L));
    }

    @DisplayName("E23 what 10000 appends cost by six strategies")
    @ParameterizedTest(name = "E23 {0}: {2} allocations, {4} copies, {5} in the end")
    @MethodSource("strategies")
    void e23_strategies(String name, GrowthPolicy policy, int allocations, int moving, long copies, int last,
            double use, long peak) {
        Growth growth = Growth.of(policy, 10_000);
        assertThat(growth.count()).isEqualTo(allocations);
        assertThat(growth.moving()).isEqualTo(moving);
        assertThat(growth.copies()).isEqualTo(copies);
        assertThat(growth.last()).isEqualTo(last);
        assertThat(Growth.use(10_000, growth.last())).isEqualTo(use);
        assertThat(growth.peak()).isEqualTo(peak);
    }

    @Nested
    @DisplayName("E25 when 1 MiB is asked for")
    class E25 {
        private static final long MIB = 1024 * 1024;

        @Test
        @DisplayName("E25 freed with its size: 2 calls, nothing left")
        void right() {
            memory.freeMem(memory.malloc(MIB), MIB);
            assertThat(memory.totalBytes()).isZero();
            assertThat(alloc.callCount()).isEqualTo(2);
        }

        @Test
        @DisplayName("E25 freed as a block of one byte: 2 calls, 1048575 bytes stay on the books")
        void asWritten() {
            LuaMemory believing = new LuaMemory(SystemAlloc.INSTANCE);
            believing.freeMem(believing.malloc(MIB), 1);
            assertThat(believing.totalBytes()).isEqualTo(1048575);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1000})
        @DisplayName("E25 refused: status 4 at once, whatever garbage there is; freeing it is the owner's business")
        void refused(int garbage) {
            List<Long> dead = IntStream.range(0, garbage).mapToObj(i -> memory.malloc(64)).toList();
            alloc.forgetCalls();
            alloc.allow(0);
            LuaMemoryException e = catchThrowableOfType(LuaMemoryException.class, () -> memory.malloc(MIB));
            assertThat(e.status().code()).isEqualTo(4);
            assertThat(e).hasMessage("not enough memory: osize=0, nsize=1048576, totalbytes=" + 64 * garbage);
            assertThat(alloc.callCount()).isEqualTo(1);
            dead.forEach(p -> memory.freeMem(p, 64));
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        @DisplayName("E25 a byte buffer of 1 MiB can be used as a segment")
        void used() {
            MemorySegment buffer = memory.newVector(MIB, JAVA_BYTE);
            buffer.fill((byte) 7);
            assertThat(buffer.get(JAVA_BYTE, MIB - 1)).isEqualTo((byte) 7);
            memory.free(buffer);
            assertThat(memory.totalBytes()).isZero();
        }
    }
}
