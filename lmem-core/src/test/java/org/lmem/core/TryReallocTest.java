package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class TryReallocTest {
    private final LuaAlloc alloc = mock(LuaAlloc.class);

    @Test
    void tryRealloc_refused_answersNullAndCountsNothing() {
        when(alloc.realloc(0, 0, 16)).thenReturn(64L);
        LuaMemory memory = new LuaMemory(alloc);
        long block = memory.tryRealloc(0, 0, 16);
        assertThat(memory.tryRealloc(block, 16, 32)).isZero();
        assertThat(memory.totalBytes()).isEqualTo(16);
        assertThat(memory.tryRealloc(block, 16, 0)).isZero();
        assertThat(memory.totalBytes()).isZero();
    }

    @Test
    void tryRealloc_refusedWithACollector_collectsOnceAndAsksOnceMore() {
        EmergencyCollector collector = mock(EmergencyCollector.class);
        LuaMemory memory = new LuaMemory(alloc, Semantics.LUA_5_1.withEmergencyCollection(true));
        memory.setEmergencyCollector(collector);
        assertThat(memory.tryRealloc(0, 0, 16)).isZero();
        InOrder order = inOrder(alloc, collector);
        order.verify(alloc).realloc(0, 0, 16);
        order.verify(collector).collect(memory);
        order.verify(alloc).realloc(0, 0, 16);
        verifyNoMoreInteractions(alloc, collector);
    }

    @Test
    void tryRealloc_withoutBlockButWithASize_isNotAnAnswerButAMistake() {
        LuaMemory memory = new LuaMemory(alloc);
        assertThatThrownBy(() -> memory.tryRealloc(0, 8, 16)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("osize is 0 exactly where there is no block: block=0x0, osize=8, nsize=16, totalbytes=0");
    }
}
