package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.RecordingAlloc.Call;
import org.lmem.core.raw.RawMemory;

class LuaMemoryTest {
    private static final MemoryLayout PAIR = MemoryLayout.structLayout(JAVA_LONG, JAVA_DOUBLE);

    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);

    @AfterEach
    void books_close() {
        memory.close(); // complains of a leak
        assertThat(alloc.live()).isEmpty();
    }

    @Nested
    class RawFace {
        @Test
        void realloc_newBlock() {
            long p = memory.realloc(0, 0, 64);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 64, p));
            assertThat(p).isNotZero();
            assertThat(memory.totalBytes()).isEqualTo(64);
            memory.realloc(p, 64, 0);
        }

        @Test
        void realloc_larger_keepsContents() {
            long p = memory.realloc(0, 0, 16);
            RawMemory.putLong(p, 0x0123_4567_89AB_CDEFL);
            RawMemory.putLong(p + 8, -2);
            long q = memory.realloc(p, 16, 1 << 20);
            assertThat(alloc.lastCall()).isEqualTo(new Call(p, 16, 1 << 20, q));
            assertThat(RawMemory.getLong(q)).isEqualTo(0x0123_4567_89AB_CDEFL);
            assertThat(RawMemory.getLong(q + 8)).isEqualTo(-2);
            assertThat(memory.totalBytes()).isEqualTo(1 << 20);
            memory.realloc(q, 1 << 20, 0);
        }

        @Test
        void realloc_smaller_keepsWhatFits() {
            long p = memory.realloc(0, 0, 4096);
            RawMemory.putLong(p, 42);
            long q = memory.realloc(p, 4096, 8);
            assertThat(RawMemory.getLong(q)).isEqualTo(42);
            assertThat(memory.totalBytes()).isEqualTo(8);
            memory.realloc(q, 8, 0);
        }

        @Test
        void realloc_equalSize_asksAndCountsNothing() {
            long p = memory.realloc(0, 0, 24);
            long q = memory.realloc(p, 24, 24);
            assertThat(alloc.lastCall()).isEqualTo(new Call(p, 24, 24, q));
            assertThat(memory.totalBytes()).isEqualTo(24);
            memory.realloc(q, 24, 0);
        }

        @Test
        void realloc_free_returnsNull() {
            long p = memory.realloc(0, 0, 24);
            assertThat(memory.realloc(p, 24, 0)).isZero();
            assertThat(alloc.lastCall()).isEqualTo(new Call(p, 24, 0, 0));
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        void realloc_manyBlocks_totalIsTheirSum() {
            long p = memory.malloc(100);
            long q = memory.malloc(1000);
            long r = memory.malloc(10);
            assertThat(memory.totalBytes()).isEqualTo(1110).isEqualTo(alloc.liveBytes());
            memory.freeMem(q, 1000);
            assertThat(memory.totalBytes()).isEqualTo(110);
            memory.freeMem(p, 100);
            memory.freeMem(r, 10);
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        void malloc_zero_isTheNoOp() {
            assertThat(memory.malloc(0)).isZero();
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 0, 0));
        }

        @Test
        void reallocv_multipliesBothCounts() {
            long p = memory.reallocv(0, 0, 3, 24);
            long q = memory.reallocv(p, 3, 5, 24);
            assertThat(memory.totalBytes()).isEqualTo(120);
            assertThat(memory.reallocv(q, 5, 0, 24)).isZero();
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 72, p), new Call(p, 72, 120, q),
                    new Call(q, 120, 0, 0));
        }

        @Test
        void reallocv_refused_changesNothing() {
            long p = memory.reallocv(0, 0, 3, 8);
            RawMemory.putLong(p + 16, 7);
            alloc.allow(0);
            assertThatThrownBy(() -> memory.reallocv(p, 3, 4, 8)).isExactlyInstanceOf(LuaMemoryException.class)
                    .hasMessage("not enough memory: osize=24, nsize=32, totalbytes=24");
            assertThat(memory.totalBytes()).isEqualTo(24);
            assertThat(RawMemory.getLong(p + 16)).isEqualTo(7);
            memory.freeMem(p, 24);
        }
    }

    @Nested
    class TypedFace {
        @Test
        void newObject_hasExactlyTheLayoutsSize() {
            MemorySegment o = memory.newObject(PAIR);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 16, o.address()));
            assertThat(o.byteSize()).isEqualTo(16);
            o.set(JAVA_DOUBLE, 8, 1.5);
            assertThat(RawMemory.getDouble(o.address() + 8)).isEqualTo(1.5);
            assertThatThrownBy(() -> o.get(JAVA_LONG, 16)).isInstanceOf(IndexOutOfBoundsException.class);
            memory.free(o);
        }

        @Test
        void newVector_hasExactlyItsElements() {
            MemorySegment v = memory.newVector(3, PAIR);
            assertThat(v.byteSize()).isEqualTo(48);
            assertThat(alloc.lastCall()).isEqualTo(new Call(0, 0, 48, v.address()));
            memory.free(v);
        }

        @Test
        void newVector_empty_isNull() {
            assertThat(memory.newVector(0, PAIR)).isEqualTo(MemorySegment.NULL);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 0, 0));
        }

        @Test
        void free_endsTheSegmentAndItsSlices() {
            MemorySegment o = memory.newObject(PAIR);
            MemorySegment slice = o.asSlice(8, 8);
            memory.free(o);
            assertThat(alloc.lastCall()).isEqualTo(new Call(o.address(), 16, 0, 0));
            assertDead(o);
            assertThatThrownBy(() -> slice.get(JAVA_LONG, 0)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void free_null_isTheNoOp() {
            memory.free(MemorySegment.NULL);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 0, 0));
        }

        @Test
        void free_leavesOtherSegmentsAlive() {
            MemorySegment o = memory.newObject(PAIR);
            MemorySegment p = memory.newObject(PAIR);
            memory.free(o);
            p.set(JAVA_LONG, 0, 5);
            assertThat(p.get(JAVA_LONG, 0)).isEqualTo(5);
            assertThat(memory.totalBytes()).isEqualTo(16);
            memory.free(p);
        }

        @Test
        void freeArray_exactCount() {
            MemorySegment v = memory.newVector(100, JAVA_INT);
            memory.freeArray(v, 100, JAVA_INT);
            assertThat(alloc.lastCall()).isEqualTo(new Call(v.address(), 400, 0, 0));
            assertDead(v);
        }

        @Test
        void freeArray_empty() {
            memory.freeArray(MemorySegment.NULL, 0, JAVA_INT);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, 0, 0));
        }

        @Test
        void reallocVector_keepsElementsAndReplacesTheSegment() {
            MemorySegment v = memory.newVector(2, JAVA_INT);
            v.setAtIndex(JAVA_INT, 1, 77);
            MemorySegment w = memory.reallocVector(v, 2, 1000, JAVA_INT);
            assertDead(v);
            assertThat(w.byteSize()).isEqualTo(4000);
            assertThat(w.getAtIndex(JAVA_INT, 1)).isEqualTo(77);
            MemorySegment x = memory.reallocVector(w, 1000, 2, JAVA_INT);
            assertDead(w);
            assertThat(x.getAtIndex(JAVA_INT, 1)).isEqualTo(77);
            assertThat(memory.totalBytes()).isEqualTo(8);
            memory.free(x);
        }

        @Test
        void reallocVector_equalSize_replacesTheSegmentToo() {
            MemorySegment v = memory.newVector(2, JAVA_INT);
            MemorySegment w = memory.reallocVector(v, 2, 2, JAVA_INT);
            assertDead(v);
            assertThat(w.byteSize()).isEqualTo(8);
            memory.free(w);
        }

        @Test
        void reallocVector_fromAndToNothing() {
            MemorySegment v = memory.reallocVector(MemorySegment.NULL, 0, 2, JAVA_INT);
            assertThat(v.byteSize()).isEqualTo(8);
            assertThat(memory.reallocVector(v, 2, 0, JAVA_INT)).isEqualTo(MemorySegment.NULL);
            assertDead(v);
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        void reallocVector_refused_leavesTheVector() {
            MemorySegment v = memory.newVector(2, JAVA_INT);
            v.setAtIndex(JAVA_INT, 1, 77);
            alloc.allow(0);
            assertThatThrownBy(() -> memory.reallocVector(v, 2, 4, JAVA_INT))
                    .isExactlyInstanceOf(LuaMemoryException.class)
                    .hasMessage("not enough memory: osize=8, nsize=16, totalbytes=8");
            assertThat(v.getAtIndex(JAVA_INT, 1)).isEqualTo(77);
            assertThat(memory.totalBytes()).isEqualTo(8);
            memory.free(v);
        }

        @Test
        void realloc_ofTypedBlock_endsItsSegment() {
            MemorySegment v = memory.newVector(2, JAVA_INT);
            long q = memory.realloc(v.address(), 8, 16);
            assertDead(v);
            memory.freeMem(q, 16);
        }

        @Test
        void freeMem_ofTypedBlock_endsItsSegment() {
            MemorySegment o = memory.newObject(JAVA_BYTE);
            memory.freeMem(o.address(), 1);
            assertDead(o);
        }

        private static void assertDead(MemorySegment segment) {
            assertThat(segment.scope().isAlive()).isFalse();
            assertThatThrownBy(() -> segment.get(JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("Already closed");
        }
    }

    @Nested
    class Sizes {
        @ParameterizedTest
        @CsvSource({"0, 0, true", "0, 8, true", "10, 0, true", "-1, 0, true", "0, -1, true", "1, 1, true",
                "-3, 1, true", "1, -3, true", "-2, 1, false", "-1, 1, false", "2305843009213693951, 8, true",
                "2305843009213693952, 8, false", "4611686018427387903, 4, true", "4611686018427387904, 4, false",
                "9223372036854775806, 2, true", "9223372036854775807, 2, false", "4294967296, 4294967296, false",
                "4294967295, 4294967297, false", "4294967295, 4294967296, true", "-1, -1, false"})
        void isProductSize_unsignedProductUpToMaxSize(long n, long e, boolean fits) {
            assertThat(LuaMemory.isProductSize(n, e)).isEqualTo(fits);
            assertThat(LuaMemory.isProductSize(e, n)).isEqualTo(fits);
        }

        @ParameterizedTest
        @CsvSource({"1, -4, -3", "2, 9223372036854775805, 9223372036854775806",
                "4, 4611686018427387902, 4611686018427387903", "8, 2305843009213693950, 2305843009213693951",
                "16, 1152921504606846974, 1152921504606846975"})
        void reallocv_drawsTheLineAtMaxSizeByElement(long e, long largest, long tooMany) {
            assertThatThrownBy(() -> memory.reallocv(0, 0, largest, e)).isInstanceOf(LuaMemoryException.class);
            assertThat(alloc.calls()).containsExactly(new Call(0, 0, largest * e, 0));
            assertThatThrownBy(() -> memory.reallocv(0, 0, tooMany, e)).isInstanceOf(LuaRuntimeException.class)
                    .hasMessage("memory allocation error: block too big: n=" + Long.toUnsignedString(tooMany)
                            + ", elementsize=" + e + ", largest size=18446744073709551613");
            assertThat(alloc.calls()).hasSize(1);
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        void tooBig_alwaysThrows() {
            assertThatThrownBy(() -> memory.tooBig(-5, 8)).isExactlyInstanceOf(LuaRuntimeException.class)
                    .hasMessage("memory allocation error: block too big: n=18446744073709551611, elementsize=8, "
                            + "largest size=18446744073709551613")
                    .asInstanceOf(InstanceOfAssertFactories.type(LuaException.class))
                    .extracting(LuaException::luaMessage, LuaException::status)
                    .containsExactly("memory allocation error: block too big", LuaStatus.ERRRUN);
        }
    }

    @Nested
    class Manager {
        @Test
        void new_isEmptyAndStrict() {
            assertThat(memory.totalBytes()).isZero();
            assertThat(memory.semantics()).isEqualTo(Semantics.LUA_5_1);
            assertThat(memory.allocator()).isSameAs(alloc);
            assertThat(memory.isClosed()).isFalse();
            assertThat(memory).hasToString("LuaMemory[totalbytes=0]");
        }

        @Test
        void new_withSemantics() {
            try (LuaMemory other = new LuaMemory(alloc, Semantics.LUA_5_2)) {
                assertThat(other.semantics()).isEqualTo(Semantics.LUA_5_2);
            }
        }

        @Test
        void setAllocator_takesOverTheBlocks() {
            long p = memory.malloc(8);
            LuaAlloc next = mock(LuaAlloc.class);
            when(next.realloc(p, 8, 32)).thenReturn(0x4000L);
            memory.setAllocator(next);
            assertThat(memory.allocator()).isSameAs(next);
            assertThat(memory.realloc(p, 8, 32)).isEqualTo(0x4000);
            assertThat(memory.totalBytes()).isEqualTo(32);
            memory.freeMem(0x4000, 32);
            verify(next).realloc(p, 8, 32);
            verify(next).realloc(0x4000, 32, 0);
            verifyNoMoreInteractions(next);
            alloc.realloc(p, 8, 0);
        }

        @Test
        void toString_showsBytesInUse() {
            long p = memory.malloc(12);
            assertThat(memory).hasToString("LuaMemory[totalbytes=12]");
            memory.freeMem(p, 12);
        }

        @Test
        void close_empty_callsNobody() {
            memory.close();
            assertThat(memory.isClosed()).isTrue();
            assertThat(memory).hasToString("LuaMemory[totalbytes=0, closed]");
            assertThat(memory.totalBytes()).isZero();
            assertThat(alloc.calls()).isEmpty();
        }

        @Test
        void close_twice_doesNothing() {
            memory.close();
            memory.close();
            assertThat(memory.isClosed()).isTrue();
        }

        @Test
        void close_withTypedBlocks_freesAndReportsThem() {
            MemorySegment o = memory.newObject(PAIR);
            MemorySegment v = memory.newVector(25, JAVA_INT);
            long raw = memory.malloc(40);
            assertThatThrownBy(memory::close).isExactlyInstanceOf(MemoryLeakException.class)
                    .hasMessage("memory was still in use at close: totalbytes=156, typed blocks released=2, "
                            + "bytes released=116, bytes lost=40")
                    .asInstanceOf(InstanceOfAssertFactories.type(MemoryLeakException.class))
                    .extracting(MemoryLeakException::totalBytes, MemoryLeakException::releasedBytes)
                    .containsExactly(156L, 116L);
            assertThat(memory.isClosed()).isTrue();
            assertThat(memory).hasToString("LuaMemory[totalbytes=40, closed]");
            assertThat(o.scope().isAlive()).isFalse();
            assertThat(v.scope().isAlive()).isFalse();
            assertThat(alloc.live()).containsOnlyKeys(raw);
            alloc.realloc(raw, 40, 0);
        }

        @Test
        void close_namesTheBlocksThatItReleased() {
            MemorySegment o = memory.newObject(PAIR);
            MemorySegment v = memory.newVector(25, JAVA_INT);
            assertThat(catchThrowableOfType(MemoryLeakException.class, memory::close).released())
                    .containsExactlyInAnyOrder(new MemoryLeakException.Block(o.address(), 16),
                            new MemoryLeakException.Block(v.address(), 100));
        }

        @Test
        void close_insideTheAllocator_isRefused() {
            LuaMemory[] itself = new LuaMemory[1];
            itself[0] = new LuaMemory((block, osize, nsize) -> {
                itself[0].close();
                return block;
            });
            assertThatThrownBy(() -> itself[0].malloc(8)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("an allocator cannot close what it is asked for: totalbytes=0");
            assertThat(itself[0].isClosed()).isFalse();
        }

        @Test
        void close_leakIsReportedOnce() {
            memory.newObject(PAIR);
            assertThatThrownBy(memory::close).isExactlyInstanceOf(MemoryLeakException.class)
                    .hasMessage("memory was still in use at close: totalbytes=16, typed blocks released=1, "
                            + "bytes released=16, bytes lost=0");
            memory.close();
        }
    }
}
