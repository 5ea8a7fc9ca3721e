package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An allocator that breaks its contract is found out where that can be seen, and nothing is counted.
class GarbageAllocatorTest {
    private static final long BLOCK = 0x1000;

    private final LuaAlloc alloc = mock(LuaAlloc.class);
    private final LuaMemory memory = new LuaMemory(alloc);

    @Test
    void refusedShrink_isToldApart() {
        long p = block(64);
        assertThatThrownBy(() -> memory.realloc(p, 64, 32)).isExactlyInstanceOf(LuaMemoryException.class)
                .hasMessage("not enough memory: osize=64, nsize=32, totalbytes=64, "
                        + "but shrinking cannot fail: the allocator breaks its contract");
        assertThat(memory.totalBytes()).isEqualTo(64);
    }

    @Test
    void refusedEqualSize_isToldApart() {
        long p = block(64);
        assertThatThrownBy(() -> memory.realloc(p, 64, 64)).hasMessage("not enough memory: osize=64, nsize=64, "
                + "totalbytes=64, but shrinking cannot fail: the allocator breaks its contract");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7})
    void misalignedNewBlock(long offset) {
        when(alloc.realloc(0, 0, 64)).thenReturn(BLOCK + offset);
        assertFault(() -> memory.malloc(64), "returned a misaligned block: block=0x0, osize=0, nsize=64, result=0x100"
                + offset, 0);
    }

    @Test
    void misalignedResizedBlock() {
        long p = block(64);
        when(alloc.realloc(p, 64, 128)).thenReturn(0x2004L);
        assertFault(() -> memory.realloc(p, 64, 128),
                "returned a misaligned block: block=0x1000, osize=64, nsize=128, result=0x2004", 64);
    }

    @Test
    void alignedBlock_isAccepted() {
        when(alloc.realloc(0, 0, 64)).thenReturn(BLOCK + 8);
        assertThat(memory.malloc(64)).isEqualTo(BLOCK + 8);
    }

    @Test
    void addressAboveTheSignBit_isAnAddress() {
        when(alloc.realloc(0, 0, 64)).thenReturn(-8L);
        assertThat(memory.malloc(64)).isEqualTo(-8);
        assertThat(memory.totalBytes()).isEqualTo(64);
    }

    @Test
    void addressOfTheYoungestBlock_twice() {
        long p = block(64);
        when(alloc.realloc(0, 0, 32)).thenReturn(p);
        assertFault(() -> memory.malloc(32),
                "gave one address to two blocks: block=0x0, osize=0, nsize=32, result=0x1000", 64);
    }

    @Test
    void addressOfTheYoungestBlock_toAResizedOne() {
        long p = block(64);
        when(alloc.realloc(0, 0, 32)).thenReturn(0x2000L);
        long q = memory.malloc(32);
        when(alloc.realloc(p, 64, 128)).thenReturn(q);
        assertFault(() -> memory.realloc(p, 64, 128),
                "gave one address to two blocks: block=0x1000, osize=64, nsize=128, result=0x2000", 96);
    }

    @Test
    void addressOfAResizedYoungestBlock_twice() {
        long p = block(64);
        when(alloc.realloc(p, 64, 128)).thenReturn(0x2000L);
        memory.realloc(p, 64, 128);
        when(alloc.realloc(0, 0, 32)).thenReturn(0x2000L);
        assertFault(() -> memory.malloc(32),
                "gave one address to two blocks: block=0x0, osize=0, nsize=32, result=0x2000", 128);
    }

    @Test
    void addressOfAnOlderBlockResized_doesNotMakeItYoungest() {
        long p = block(64);
        when(alloc.realloc(0, 0, 32)).thenReturn(0x2000L);
        memory.malloc(32);
        when(alloc.realloc(p, 64, 128)).thenReturn(0x3000L);
        memory.realloc(p, 64, 128);
        when(alloc.realloc(0, 0, 8)).thenReturn(0x2000L);
        assertFault(() -> memory.malloc(8),
                "gave one address to two blocks: block=0x0, osize=0, nsize=8, result=0x2000", 160);
    }

    @Test
    void addressOfAFreedBlock_isFreeAgain() {
        long p = block(64);
        memory.freeMem(p, 64);
        when(alloc.realloc(0, 0, 32)).thenReturn(p);
        assertThat(memory.malloc(32)).isEqualTo(p);
        assertThat(memory.totalBytes()).isEqualTo(32);
    }

    @Test
    void freeOfAnOlderBlock_keepsWatchOnTheYoungest() {
        long p = block(64);
        when(alloc.realloc(0, 0, 32)).thenReturn(0x2000L);
        memory.malloc(32);
        memory.freeMem(p, 64);
        assertFault(() -> memory.malloc(32),
                "gave one address to two blocks: block=0x0, osize=0, nsize=32, result=0x2000", 32);
    }

    @Test
    void addressOfATypedBlock_twice() {
        try (Arena arena = Arena.ofConfined()) {
            long place = arena.allocate(64, 16).address();
            when(alloc.realloc(0, 0, 8)).thenReturn(place, 0x2000L, place);
            MemorySegment typed = memory.newObject(JAVA_LONG);
            memory.malloc(8); // younger
            assertFault(() -> memory.malloc(8), "gave one address to two blocks: block=0x0, osize=0, nsize=8, result="
                    + Hex.of(place), 16);
            typed.set(JAVA_LONG, 0, 1); // still alive
            memory.free(typed);
        }
    }

    @Test
    void blockForAFree() {
        long p = block(64);
        when(alloc.realloc(p, 64, 0)).thenReturn(0x2000L);
        assertFault(() -> memory.freeMem(p, 64),
                "returned a block for a free: block=0x1000, osize=64, nsize=0, result=0x2000", 64);
    }

    @Test
    void blockForNothing() {
        when(alloc.realloc(0, 0, 0)).thenReturn(0x2000L);
        assertFault(() -> memory.malloc(0),
                "returned a block for a free: block=0x0, osize=0, nsize=0, result=0x2000", 0);
    }

    @Test
    void blockOfImpossibleSize() {
        when(alloc.realloc(0, 0, -4)).thenReturn(BLOCK);
        assertFault(() -> memory.newVector(-1, JAVA_INT), "claims a block that no address space holds: block=0x0, "
                + "osize=0, nsize=18446744073709551612, result=0x1000", 0);
    }

    @Test
    void smallestImpossibleSize() {
        when(alloc.realloc(0, 0, Long.MIN_VALUE)).thenReturn(BLOCK);
        assertFault(() -> memory.malloc(Long.MIN_VALUE), "claims a block that no address space holds: block=0x0, "
                + "osize=0, nsize=9223372036854775808, result=0x1000", 0);
    }

    @Test
    void faultOfAResize_leavesTheTypedBlock() {
        try (Arena arena = Arena.ofConfined()) {
            long place = arena.allocate(64, 16).address();
            when(alloc.realloc(0, 0, 8)).thenReturn(place);
            MemorySegment typed = memory.newVector(2, JAVA_INT);
            when(alloc.realloc(place, 8, 16)).thenReturn(place + 1);
            assertFault(() -> memory.reallocVector(typed, 2, 4, JAVA_INT),
                    "returned a misaligned block: block=" + Hex.of(place) + ", osize=8, nsize=16, result="
                            + Hex.of(place + 1),
                    8);
            assertThat(typed.getAtIndex(JAVA_INT, 1)).isZero();
            memory.free(typed);
            assertThat(memory.totalBytes()).isZero();
        }
    }

    @Test
    void faultOfAGrowth_leavesTheVector() {
        LuaVector v = LuaVector.of(memory, JAVA_INT);
        when(alloc.realloc(0, 0, 16)).thenReturn(BLOCK + 4);
        assertFault(() -> memory.growVector(v, 0),
                "returned a misaligned block: block=0x0, osize=0, nsize=16, result=0x1004", 0);
        assertThat(v.capacity()).isZero();
        assertThat(v.address()).isZero();
    }

    @Test
    void alignmentOfALayout_isNotMet() {
        ValueLayout.OfLong wide = JAVA_LONG.withByteAlignment(64);
        when(alloc.realloc(0, 0, 8)).thenReturn(0x1020L);
        assertFault(() -> memory.newObject(wide),
                "does not align for the layout " + wide + ": block=0x0, osize=0, nsize=8, result=0x1020", 0);
        verify(alloc).realloc(0, 0, 8);
        verify(alloc).realloc(0x1020, 8, 0);
        verifyNoMoreInteractions(alloc);
    }

    @Test
    void alignmentOfALayout_isNotMetByAResize_theVectorIsFreed() {
        ValueLayout.OfLong wide = JAVA_LONG.withByteAlignment(64);
        when(alloc.realloc(0, 0, 8)).thenReturn(0x1040L);
        MemorySegment v = memory.newVector(1, wide);
        when(alloc.realloc(0x1040, 8, 16)).thenReturn(0x2020L);
        assertFault(() -> memory.reallocVector(v, 1, 2, wide),
                "does not align for the layout " + wide + ": block=0x0, osize=0, nsize=16, result=0x2020", 0);
        verify(alloc).realloc(0x2020, 16, 0);
        assertThat(v.scope().isAlive()).isFalse();
    }

    @Test
    void allocatorThatThrows_countsAsARefusal() {
        when(alloc.realloc(0, 0, 64)).thenThrow(new UnsupportedOperationException("no"));
        assertThatThrownBy(() -> memory.malloc(64)).isExactlyInstanceOf(UnsupportedOperationException.class)
                .hasMessage("no");
        assertThat(memory.totalBytes()).isZero();
    }

    @Test
    void allocatorThatThrows_onAResize_leavesTheBlock() {
        try (Arena arena = Arena.ofConfined()) {
            long place = arena.allocate(64, 16).address();
            when(alloc.realloc(0, 0, 8)).thenReturn(place);
            MemorySegment typed = memory.newVector(2, JAVA_INT);
            when(alloc.realloc(place, 8, 16)).thenThrow(new UnsupportedOperationException("no"));
            assertThatThrownBy(() -> memory.reallocVector(typed, 2, 4, JAVA_INT)).hasMessage("no");
            assertThat(memory.totalBytes()).isEqualTo(8);
            assertThat(typed.getAtIndex(JAVA_INT, 1)).isZero();
            memory.free(typed);
        }
    }

    private long block(long size) {
        when(alloc.realloc(0, 0, size)).thenReturn(BLOCK);
        return memory.malloc(size);
    }

    private void assertFault(ThrowingCallable action, String message, long total) {
        assertThatThrownBy(action).isExactlyInstanceOf(AllocatorFaultException.class)
                .hasMessage("the allocator " + message);
        assertThat(memory.totalBytes()).isEqualTo(total);
    }
}
