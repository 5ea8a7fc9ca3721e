package org.lmem.examples.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.AllocatorFaultException;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.source.E18ReallocLineByLine.Step;

@DisplayName("E18 luaM_realloc_, line by line")
class E18ReallocLineByLineTest {
    private final E18ReallocLineByLine.Outcome outcome = E18ReallocLineByLine.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("each of six requests takes one call of the allocator, and the refused one leaves the count alone")
    void steps_countLast() {
        assertThat(outcome.steps()).containsExactly(new Step("(NULL, 0, 1024)", "block", 1024, 1),
                new Step("(block, 1024, 2048)", "block", 2048, 1),
                new Step("(block, 2048, 8192)", "not enough memory: osize=2048, nsize=8192, totalbytes=2048", 2048, 1),
                new Step("(block, 2048, 512)", "block", 512, 1), new Step("(block, 512, 0)", "NULL", 0, 1),
                new Step("(NULL, 0, 0)", "NULL", 0, 1));
    }

    @Test
    @DisplayName("the contents survive every resize, also the refused one")
    void contents_areKept() {
        assertThat(outcome.contentsKept()).isTrue();
    }

    @Nested
    @DisplayName("when the count is taken before the answer")
    class CountedTooEarly {
        @Test
        @DisplayName("one refused resize leaves 7168 bytes in the books for ever")
        void drift_stays() {
            assertThat(E18ReallocLineByLine.driftOfTheOtherOrder(SystemAlloc.INSTANCE)).isEqualTo(8192 - 1024);
        }
    }

    @Nested
    @DisplayName("when one of the two assertions does not hold")
    class AssertionBroken {
        @Test
        @DisplayName("a size without a block is refused before the allocator is called")
        void osizeWithoutBlock_isRefused() {
            assertThat(E18ReallocLineByLine.brokenPromise(8)).isEqualTo(
                    "osize is 0 exactly where there is no block: block=0x0, osize=8, nsize=64, totalbytes=0");
        }

        @Test
        @DisplayName("a block for a free is the allocator's fault, and counts nothing")
        void blockForFree_isAFault() {
            LuaAlloc keeps = mock(LuaAlloc.class);
            when(keeps.realloc(0, 0, 64)).thenReturn(4096L);
            when(keeps.realloc(4096, 64, 0)).thenReturn(4096L, LuaAlloc.NULL);
            try (LuaMemory memory = new LuaMemory(keeps)) {
                long block = memory.malloc(64);
                assertThatThrownBy(() -> memory.freeMem(block, 64)).isInstanceOf(AllocatorFaultException.class)
                        .hasMessage("the allocator returned a block for a free: block=0x1000, osize=64, nsize=0, "
                                + "result=0x1000");
                assertThat(memory.totalBytes()).isEqualTo(64);
                memory.freeMem(block, 64);
            }
        }
    }

    @Nested
    @DisplayName("when the document is taken at its word")
    class Errata {
        @Test
        @DisplayName("X14 no size is checked here: 2^64 − 1 bytes reach the allocator, whose refusal is status 4")
        void anySize_reachesTheAllocator() {
            LuaAlloc refuses = mock(LuaAlloc.class);
            try (LuaMemory memory = new LuaMemory(refuses)) {
                assertThatThrownBy(() -> memory.realloc(LuaAlloc.NULL, 0, -1)).isInstanceOf(LuaMemoryException.class)
                        .hasMessage("not enough memory: osize=0, nsize=18446744073709551615, totalbytes=0");
            }
            verify(refuses).realloc(0, 0, -1);
            verifyNoMoreInteractions(refuses);
        }

        @Test
        @DisplayName("X20 the address comes back as the allocator gave it, aligned to 8 and no more")
        void address_isTheAllocators() {
            LuaAlloc aligns = mock(LuaAlloc.class);
            when(aligns.realloc(0, 0, 100)).thenReturn(0x1008L);
            when(aligns.realloc(anyLong(), anyLong(), eq(0L))).thenReturn(LuaAlloc.NULL);
            try (LuaMemory memory = new LuaMemory(aligns)) {
                long block = memory.malloc(100);
                assertThat(block).isEqualTo(0x1008L);
                memory.freeMem(block, 100);
            }
        }
    }
}
