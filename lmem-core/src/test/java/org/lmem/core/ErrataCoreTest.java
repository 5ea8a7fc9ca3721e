package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.RecordingAlloc.Call;

/// Where the document errs on lmem.h, lmem.c and the arithmetic of growth. X01 and X02 are in [EmergencyCollectionTest],
/// X10 and X11 in [LuaTagsTest].
class ErrataCoreTest {
    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);

    @Nested
    class SingleEntry {
        @Test
        @DisplayName("X03 5.1.5 has no tags: a new block with an osize is refused")
        void tag_strict() {
            assertThatThrownBy(() -> memory.realloc(0, 5, 32)).isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "osize is 0 exactly where there is no block: block=0x0, osize=5, nsize=32, totalbytes=0");
            assertThat(alloc.calls()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 5, 32, 1L << 40, -1})
        @DisplayName("X03 with 5.2's tags the osize of a new block reaches the allocator and is never counted")
        void tag_chosen(long tag) {
            LuaMemory tagged = new LuaMemory(alloc, Semantics.LUA_5_1.withOsizeTags(true));
            long p = tagged.realloc(0, tag, 32);
            assertThat(alloc.calls()).containsExactly(new Call(0, tag, 32, p));
            assertThat(tagged.totalBytes()).isEqualTo(32);
            p = tagged.realloc(p, 32, 48);
            assertThat(tagged.totalBytes()).isEqualTo(48);
            tagged.freeMem(p, 48);
            assertThat(tagged.realloc(0, tag, 0)).isZero();
            assertThat(tagged.totalBytes()).isZero();
        }

        @Test
        @DisplayName("X03 a tag is for new blocks only: a block without a size is refused all the same")
        void tag_ofABlock() {
            LuaMemory tagged = new LuaMemory(alloc, Semantics.LUA_5_2);
            long p = tagged.malloc(8);
            assertThatThrownBy(() -> tagged.realloc(p, 0, 32)).hasMessage("osize is 0 exactly where there is no block: "
                    + "block=" + Hex.of(p) + ", osize=0, nsize=32, totalbytes=8");
            tagged.freeMem(p, 8);
        }

        @Test
        @DisplayName("X13 only what passes through the manager is counted")
        void external_isNotCounted() {
            long main = alloc.realloc(0, 0, 600);
            long p = memory.malloc(8);
            assertThat(memory.totalBytes()).isEqualTo(8);
            assertThat(alloc.liveBytes()).isEqualTo(608);
            memory.freeMem(p, 8);
            memory.close(); // the books are closed, the block is not
            assertThat(alloc.realloc(main, 600, 0)).isZero();
        }

        @ParameterizedTest
        @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -4, -1})
        @DisplayName("X14 the single entry and malloc check no size: the allocator is asked, and refuses")
        void sizes_reachTheAllocator(long size) {
            assertThatThrownBy(() -> memory.malloc(size)).isExactlyInstanceOf(LuaMemoryException.class)
                    .hasMessage("not enough memory: osize=0, nsize=" + Long.toUnsignedString(size) + ", totalbytes=0");
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, size, 0));
        }

        @Test
        @DisplayName("X15 (NULL, 0, 0) is no query: it is a call that does nothing, made for every empty vector")
        void nothing_isACall() {
            assertThat(memory.realloc(0, 0, 0)).isZero();
            assertThat(memory.newVector(0, JAVA_INT)).isEqualTo(MemorySegment.NULL);
            memory.freeArray(MemorySegment.NULL, 0, JAVA_INT);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 0, 0), new Call(0, 0, 0, 0),
                    new Call(0, 0, 0, 0));
            assertThat(memory.totalBytes()).isZero();
        }
    }

    @Nested
    class Growing {
        @ParameterizedTest
        @CsvSource({"array", "100%% full %d", "%s%n%x"})
        @DisplayName("X04 5.1's growth error is the caller's text, to the letter")
        void text_verbatim(String text) {
            assertThat(overflow(memory, text).luaMessage()).isEqualTo(text);
        }

        @ParameterizedTest
        @CsvSource({"array, too many array (limit is 4)", "100%, too many 100% (limit is 4)"})
        @DisplayName("X04 5.2's growth error names the elements and the limit")
        void text_withLimit(String what, String text) {
            LuaMemory later = new LuaMemory(alloc,
                    Semantics.LUA_5_1.withGrowthText(Semantics.GrowthText.WITH_LIMIT));
            assertThat(overflow(later, what).luaMessage()).isEqualTo(text);
        }

        private LuaRuntimeException overflow(LuaMemory manager, String text) {
            try (LuaVector v = LuaVector.of(manager, JAVA_INT, 4, text)) {
                v.resize(4);
                v.setLength(4);
                return catchThrowableOfType(LuaRuntimeException.class, () -> v.addInt(0));
            }
        }

        @DisplayName("X05 a limit of 2 or 3 is passed by the first growth, unless growth is clamped")
        @ParameterizedTest(name = "X05 limit {0}: 5.1.5 gives {1}, clamped growth {2}")
        @CsvSource({"1, 1, 1", "2, 4, 2", "3, 4, 3", "4, 4, 4"})
        void limit_isPassedByTheMinimum(int limit, int lua, int clamped) {
            assertThat(firstCapacity(Semantics.LUA_5_1, limit)).isEqualTo(lua);
            assertThat(firstCapacity(Semantics.SAFE, limit)).isEqualTo(clamped);
            assertThat(firstCapacity(Semantics.LUA_5_1.withClampedGrowth(true), limit)).isEqualTo(clamped);
        }

        private int firstCapacity(Semantics semantics, int limit) {
            try (LuaMemory manager = new LuaMemory(alloc, semantics);
                    LuaVector v = LuaVector.of(manager, JAVA_INT, limit, "full")) {
                v.addInt(1);
                assertThat(manager.totalBytes()).isEqualTo(4L * v.capacity());
                return v.capacity();
            }
        }

        @Test
        @DisplayName("X06 near the limit growth is no line but one jump: 64, then 100")
        void nearTheLimit_oneJump() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 100, "full")) {
                v.resize(64);
                memory.growVector(v, 64);
                assertThat(v.capacity()).isEqualTo(100);
                assertThat(alloc.lastCall().osize()).isEqualTo(256);
                assertThat(alloc.lastCall().nsize()).isEqualTo(400);
            }
        }

        @Test
        @DisplayName("X18 growing is a call: its arguments are evaluated once")
        void arguments_once() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                int nelems = 0;
                memory.growVector(v, nelems++);
                assertThat(nelems).isEqualTo(1);
                assertThat(v.capacity()).isEqualTo(4);
            }
        }
    }

    @Nested
    class Overflow {
        @Test
        @DisplayName("X07 the + 1 has nothing to do with empty vectors: it lowers the largest count by one")
        void plusOne() {
            assertThat(memory.reallocv(0, 0, 0, 8)).isZero();
            long most = Long.divideUnsigned(LuaMemory.MAX_SIZET, 8);
            assertThat(LuaMemory.isProductSize(most, 8)).isTrue();
            assertThatThrownBy(() -> memory.reallocv(0, 0, most, 8)).isExactlyInstanceOf(LuaRuntimeException.class);
            assertThatThrownBy(() -> memory.reallocv(0, 0, most - 1, 8))
                    .isExactlyInstanceOf(LuaMemoryException.class);
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 4, 40, 1L << 32})
        @DisplayName("X08 a count of -1 slips through: the allocator is asked for 2^64 - e bytes, status 4")
        void minusOne_strict(long e) {
            assertThatThrownBy(() -> memory.reallocv(0, 0, -1, e)).isExactlyInstanceOf(LuaMemoryException.class)
                    .hasMessage("not enough memory: osize=0, nsize=" + Long.toUnsignedString(-e) + ", totalbytes=0");
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, -e, 0));
        }

        @Test
        @DisplayName("X08 a count of -2 is caught")
        void minusTwo_strict() {
            assertThatThrownBy(() -> memory.reallocv(0, 0, -2, 4)).isExactlyInstanceOf(LuaRuntimeException.class);
            assertThat(alloc.calls()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(longs = {-1, -2, -4, Long.MIN_VALUE})
        @DisplayName("X08 negative counts are all caught where that is chosen")
        void negative_safe(long n) {
            LuaMemory safe = new LuaMemory(alloc, Semantics.SAFE);
            assertThatThrownBy(() -> safe.reallocv(0, 0, n, 1)).isExactlyInstanceOf(LuaRuntimeException.class)
                    .hasMessage("memory allocation error: block too big: n=" + Long.toUnsignedString(n)
                            + ", elementsize=1, largest size=18446744073709551613");
            assertThat(alloc.calls()).isEmpty();
            safe.freeMem(safe.reallocv(0, 0, 5, 1), 5);
        }

        @Test
        @DisplayName("X08 no count of 31 bits can overflow with elements of up to 4 GiB")
        void ints_neverOverflow() {
            LuaMemory grudging = new LuaMemory((block, osize, nsize) -> 0);
            for (long n : new long[]{1, LuaMemory.MAX_INT, Integer.MAX_VALUE})
                for (long e : new long[]{1, 40, 1L << 32})
                    assertThatThrownBy(() -> grudging.reallocv(0, 0, n, e))
                            .isExactlyInstanceOf(LuaMemoryException.class)
                            .hasMessage("not enough memory: osize=0, nsize=" + n * e + ", totalbytes=0");
        }

        @DisplayName("X09 the predicate allows elements without size, and products up to MAX_SIZET")
        @ParameterizedTest(name = "X09 {0} elements of {1} bytes can be computed: {2}")
        @CsvSource({"0, 8, true", "10, 0, true", "-3, 1, true", "2305843009213693951, 8, true",
                "2305843009213693952, 8, false"})
        void predicate(long n, long e, boolean fits) {
            assertThat(LuaMemory.isProductSize(n, e)).isEqualTo(fits);
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 4, 8, 16, 24, 40})
        @DisplayName("X09 predicate and macro differ for exactly one count, the predicate's largest")
        void macro_drawsTheLineOneLower(long e) {
            long most = Long.divideUnsigned(LuaMemory.MAX_SIZET, e);
            assertThat(LuaMemory.isProductSize(most, e)).isTrue();
            assertThat(LuaMemory.isProductSize(most + 1, e)).isFalse();
            assertThatThrownBy(() -> memory.reallocv(0, 0, most - 1, e))
                    .isExactlyInstanceOf(LuaMemoryException.class);
            assertThatThrownBy(() -> memory.reallocv(0, 0, most, e)).isExactlyInstanceOf(LuaRuntimeException.class);
        }

        @Test
        @DisplayName("X09 elements without size divide by zero in C, and are refused here")
        void macro_noSize() {
            assertThatThrownBy(() -> memory.reallocv(0, 0, 10, 0)).isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an element has a size: elementsize=0");
        }
    }

    @Nested
    class Layers {
        @Test
        @DisplayName("X12 lmem includes no collector: the module needs the JDK's base and nothing else at run time")
        void module_needsNothing() {
            ModuleDescriptor core = ModuleFinder.of(Path.of("target/classes")).find("org.lmem.core").orElseThrow()
                    .descriptor();
            assertThat(core.requires())
                    .filteredOn(r -> !r.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                    .extracting(ModuleDescriptor.Requires::name).containsExactly("java.base");
        }
    }

    @Nested
    class Accounting {
        @Test
        @DisplayName("X16 a wrong count is believed where an address is all there is: 200 bytes drift")
        void wrongCount_drifts() {
            LuaMemory believing = new LuaMemory(SystemAlloc.INSTANCE);
            believing.reallocv(believing.reallocv(0, 0, 100, 4), 50, 0, 4);
            assertThat(believing.totalBytes()).isEqualTo(200);
        }

        @Test
        @DisplayName("X16 a segment knows its size: a wrong count or element is refused")
        void wrongCount_typed() {
            MemorySegment v = memory.newVector(100, JAVA_INT);
            String block = Hex.of(v.address());
            assertThatThrownBy(() -> memory.freeArray(v, 50, JAVA_INT))
                    .hasMessage("osize is not the size of the block: block=" + block + ", osize=200, size=400");
            assertThatThrownBy(() -> memory.freeArray(v, 100, JAVA_DOUBLE))
                    .hasMessage("no block can be that large: block=" + block + ", osize=800, nsize=0, totalbytes=400");
            memory.freeArray(v, 100, JAVA_INT);
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        @DisplayName("X17 a block of 1 MiB freed as one byte leaves 1048575 bytes on the books; freed as a segment none")
        void voidPointer() {
            LuaMemory believing = new LuaMemory(SystemAlloc.INSTANCE);
            believing.freeMem(believing.malloc(1 << 20), 1);
            assertThat(believing.totalBytes()).isEqualTo(1048575);
            memory.free(memory.newVector(1 << 18, JAVA_INT));
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        @DisplayName("X19 one number is kept, and it is the current one")
        void oneNumber() {
            assertThat(Arrays.stream(LuaMemory.class.getMethods())
                    .filter(m -> m.getDeclaringClass() == LuaMemory.class && !Modifier.isStatic(m.getModifiers()))
                    .filter(m -> m.getParameterCount() == 0 && m.getReturnType() == long.class))
                    .singleElement().extracting("name").isEqualTo("totalBytes");
            for (int i = 0; i < 3; i++)
                memory.freeMem(memory.malloc(1000), 1000);
            long p = memory.malloc(10);
            assertThat(memory.totalBytes()).isEqualTo(10); // neither 3010 nor 1000
            memory.freeMem(p, 10);
        }

        @Test
        @DisplayName("X20 alignment and copies are the allocator's: addresses pass through, memory is not touched")
        void noCopies() {
            LuaAlloc noMemory = mock(LuaAlloc.class);
            when(noMemory.realloc(0, 0, 3)).thenReturn(8L);
            when(noMemory.realloc(8, 3, 30)).thenReturn(24L);
            LuaMemory manager = new LuaMemory(noMemory);
            assertThat(manager.realloc(manager.malloc(3), 3, 30)).isEqualTo(24);
            verify(noMemory).realloc(0, 0, 3);
            verify(noMemory).realloc(8, 3, 30);
            verifyNoMoreInteractions(noMemory);
        }

        @Test
        @DisplayName("X21 an error between allocation and free leaks a vector of 4096 bytes, and close says so")
        void leak_isReported() {
            LuaVector v = LuaVector.of(memory, JAVA_INT);
            alloc.allow(9);
            assertThatThrownBy(() -> {
                for (int i = 0; i < 5000; i++)
                    v.addInt(i);
            }).isExactlyInstanceOf(LuaMemoryException.class);
            assertThatThrownBy(memory::close).isExactlyInstanceOf(MemoryLeakException.class)
                    .hasMessage("memory was still in use at close: totalbytes=4096, typed blocks released=0, "
                            + "bytes released=0, bytes lost=4096");
            alloc.realloc(v.address(), 4096, 0);
        }

        @Test
        @DisplayName("X21 a scope that owns the vector leaks nothing")
        void scope_leaksNothing() {
            alloc.allow(9);
            assertThatThrownBy(() -> {
                try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                    for (int i = 0; i < 5000; i++)
                        v.addInt(i);
                }
            }).isExactlyInstanceOf(LuaMemoryException.class);
            memory.close();
            assertThat(alloc.live()).isEmpty();
        }

        @Test
        @DisplayName("X21 a segment does not dangle: after its block is freed, access is an error")
        void segment_doesNotDangle() {
            MemorySegment o = memory.newObject(JAVA_INT);
            memory.free(o);
            assertThatThrownBy(() -> o.get(JAVA_INT, 0)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("Already closed");
        }
    }

    @Nested
    class Errors {
        @Test
        @DisplayName("X22 too big is what cannot be computed; what is merely large is asked for and refused")
        void tooBig_isArithmetic() {
            LuaException large = catchThrowableOfType(LuaException.class, () -> memory.newVector(1L << 60, JAVA_INT));
            assertThat(large.status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(alloc.callCount()).isEqualTo(1);
            LuaException overflow = catchThrowableOfType(LuaException.class,
                    () -> memory.newVector(1L << 62, JAVA_INT));
            assertThat(overflow.status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(overflow.status().code()).isEqualTo(2);
            assertThat(overflow.luaMessage()).isEqualTo("memory allocation error: block too big");
            assertThat(alloc.callCount()).isEqualTo(1);
        }

        @Test
        @DisplayName("X23 the text is a constant, the facts are numbers beside it, and raising it asks for no memory")
        void memoryError_isAConstant() {
            alloc.allow(0);
            LuaMemoryException e = catchThrowableOfType(LuaMemoryException.class, () -> memory.malloc(64));
            assertThat(e.luaMessage()).isSameAs(LuaMemory.MEMERRMSG).isEqualTo("not enough memory");
            assertThat(e.details()).isEqualTo(new LuaMemoryException.Details(0, 0, 64, 0, false));
            assertThat(alloc.callCount()).isEqualTo(1);
        }
    }

    @Nested
    class Arithmetic {
        @Test
        @DisplayName("X25 doubling to 10000: 13 growths, 12 of them moving, 16380 copies, 16384 in the end")
        void doubling() {
            Growth growth = Growth.of(GrowthPolicy.DOUBLING, 10_000);
            assertThat(growth.count()).isEqualTo(13);
            assertThat(growth.moving()).isEqualTo(12);
            assertThat(growth.copies()).isEqualTo(16380);
            assertThat(growth.last()).isEqualTo(16384);
            assertThat(Growth.use(8193, growth.last())).isEqualTo(50.01);
            assertThat(Growth.use(10_000, growth.last())).isEqualTo(61.04);
        }

        @Test
        @DisplayName("X25 fourteen growths, and 16383 copies, belong to a vector that begins with one element")
        void doubling_fromOne() {
            Growth growth = Growth.of((capacity, limit) -> Math.max(1, 2 * capacity), 10_000);
            assertThat(growth.count() - 1).isEqualTo(14); // beyond the first element
            assertThat(growth.copies()).isEqualTo(16383);
        }

        @Test
        @DisplayName("X25 19996 copies belong to no beginning")
        void doubling_fromAnywhere() {
            assertThat(IntStream.rangeClosed(1, 9999).mapToObj(start -> costs(GrowthPolicy.DOUBLING, start)))
                    .extracting(Costs::copies).doesNotContain(19996L);
        }

        @Test
        @DisplayName("X26 half as much again: 21 growths, 24278 copies and 12138 rounded down, 28088 and 14052 up")
        void half() {
            Growth down = Growth.of(GrowthPolicy.scaled(3, 2), 10_000);
            assertThat(down.count()).isEqualTo(21);
            assertThat(down.moving()).isEqualTo(20);
            assertThat(down.copies()).isEqualTo(24278);
            assertThat(down.last()).isEqualTo(12138);
            assertThat(Growth.use(10_000, down.last())).isEqualTo(82.39);
            Growth up = Growth.of(GrowthPolicy.scaledUp(3, 2), 10_000);
            assertThat(up.count()).isEqualTo(21);
            assertThat(up.copies()).isEqualTo(28088);
            assertThat(up.last()).isEqualTo(14052);
        }

        @Test
        @DisplayName("X26 neither 25 growths nor 29500 copies belong to any beginning up to 1999")
        void half_fromAnywhere() {
            for (GrowthPolicy policy : List.of(GrowthPolicy.scaled(3, 2), GrowthPolicy.scaledUp(3, 2)))
                assertThat(IntStream.rangeClosed(1, 1999).mapToObj(start -> costs(policy, start)))
                        .noneMatch(c -> c.growths() == 25 || c.copies() == 29500);
        }

        @Test
        @DisplayName("X27 by thousands: 10 growths, 9 moving, 45000 copies; full only at the end")
        void thousands() {
            Growth growth = Growth.of(GrowthPolicy.fixed(1000), 10_000);
            assertThat(growth.count()).isEqualTo(10);
            assertThat(growth.moving()).isEqualTo(9);
            assertThat(growth.copies()).isEqualTo(45000);
            assertThat(growth.last()).isEqualTo(10000);
            assertThat(Growth.use(1, growth.capacities().get(0))).isEqualTo(0.1);
            assertThat(Growth.use(1001, growth.capacities().get(1))).isEqualTo(50.05);
        }

        @DisplayName("X28 growths are one less than the logarithm")
        @ParameterizedTest(name = "X28 {0} appends take {1} growths, one less than the logarithm")
        @CsvSource({"1000, 9", "1024, 9", "10000, 13", "16384, 13"})
        void logarithm(int n, int growths) {
            assertThat(Growth.of(GrowthPolicy.DOUBLING, n).count()).isEqualTo(growths)
                    .isEqualTo(32 - Integer.numberOfLeadingZeros(n - 1) - 1);
        }

        @ParameterizedTest
        @ValueSource(ints = {4, 5, 8, 9, 100, 1000, 1024, 1025, 4096, 4097, 10_000})
        @DisplayName("X29 copies are the last capacity less 4, between n - 4 and 2 n")
        void copies(int n) {
            Growth growth = Growth.of(GrowthPolicy.DOUBLING, n);
            assertThat(growth.copies()).isEqualTo(growth.last() - 4L).isBetween(n - 4L, 2L * n);
        }

        @Test
        @DisplayName("X29 so they are 0.996 n for 1024, 1.994 n for 1025, 1.638 n for 10000; the peak is 24576")
        void copies_ofSome() {
            assertThat(Growth.of(GrowthPolicy.DOUBLING, 1024).copies() / 1024.0).isEqualTo(0.996, within(0.0005));
            assertThat(Growth.of(GrowthPolicy.DOUBLING, 1025).copies() / 1025.0).isEqualTo(1.994, within(0.0005));
            assertThat(Growth.of(GrowthPolicy.DOUBLING, 10_000).copies() / 10_000.0).isEqualTo(1.638, within(0.0005));
            assertThat(Growth.of(GrowthPolicy.DOUBLING, 10_000).peak()).isEqualTo(24576);
        }

        @Test
        @DisplayName("X29 over one doubling the mean capacity is 4/3 of the mean length, the mean ratio 2 ln 2")
        void meanCapacity() {
            int from = 1 << 16;
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                for (int i = 0; i < from; i++)
                    v.addInt(0);
                double lengths = 0;
                double capacities = 0;
                double ratios = 0;
                for (int i = 0; i < from; i++) {
                    v.addInt(0);
                    lengths += v.length();
                    capacities += v.capacity();
                    ratios += (double) v.capacity() / v.length();
                }
                assertThat(capacities / lengths).isEqualTo(4.0 / 3, within(1e-4));
                assertThat(ratios / from).isEqualTo(2 * Math.log(2), within(1e-4));
            }
        }

        @Test
        @DisplayName("X29 a block that grows in place copies nothing")
        void inPlace() {
            try (Arena arena = Arena.ofConfined()) {
                long place = arena.allocate(1 << 16, 16).address();
                LuaMemory manager = new LuaMemory((block, osize, nsize) -> nsize == 0 ? 0 : place);
                try (LuaVector v = LuaVector.of(manager, JAVA_INT)) {
                    for (int i = 0; i < 10_000; i++) {
                        v.addInt(i);
                        assertThat(v.address()).isEqualTo(place);
                    }
                    assertThat(IntStream.range(0, 10_000).allMatch(i -> v.getInt(i) == i)).isTrue();
                }
            }
        }

        @Test
        @DisplayName("X30 twice the appends: twice the copies by doubling, four times by a fixed step")
        void quadratic() {
            assertThat(ratio(GrowthPolicy.DOUBLING)).isEqualTo(2, within(0.01));
            assertThat(ratio(GrowthPolicy.scaled(3, 2))).isBetween(1.49, 2.26); // one step or two of 1.5
            assertThat(ratio(GrowthPolicy.fixed(10))).isEqualTo(4, within(0.01));
        }

        private static double ratio(GrowthPolicy policy) {
            return (double) Growth.of(policy, 16_384).copies() / Growth.of(policy, 8192).copies();
        }

        /// What growth to 10000 costs from a first capacity on.
        private record Costs(int growths, long copies) {}

        private static Costs costs(GrowthPolicy policy, int start) {
            int growths = 0;
            long copies = 0;
            for (int capacity = start; capacity < 10_000; growths++) {
                int next = policy.nextCapacity(capacity, LuaMemory.MAX_INT);
                assertThat(next).isGreaterThan(capacity);
                copies += capacity;
                capacity = next;
            }
            return new Costs(growths, copies);
        }
    }
}
