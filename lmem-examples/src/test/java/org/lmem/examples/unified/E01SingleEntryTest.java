package org.lmem.examples.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.EmergencyCollector;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.mockito.InOrder;

@DisplayName("E01 One entry for all memory")
class E01SingleEntryTest {
    @Test
    @DisplayName("a block of 1 KiB becomes 2 KiB and goes: 1024, 2048 and 0 bytes are in use")
    void total_follows() {
        assertThat(E01SingleEntry.run(SystemAlloc.INSTANCE)).isEqualTo(new E01SingleEntry.Outcome(1024, 2048, 0, 0));
    }

    @Nested
    @DisplayName("when the allocator refuses")
    class Refused {
        private final LuaAlloc alloc = mock(LuaAlloc.class); // answers 0
        private final EmergencyCollector collector = mock(EmergencyCollector.class);

        @Test
        @DisplayName("5.1.5 calls it exactly once, and raises status 4")
        void strict_onceOnly() {
            LuaMemory memory = new LuaMemory(alloc);
            memory.setEmergencyCollector(collector);
            LuaMemoryException e = E01SingleEntry.refuse(memory);
            assertThat(e.status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(e.luaMessage()).isEqualTo("not enough memory");
            assertThat(e).hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0");
            assertThat(memory.totalBytes()).isZero();
            InOrder order = inOrder(alloc);
            order.verify(alloc).realloc(0, 0, 64);
            order.verifyNoMoreInteractions();
            verifyNoInteractions(collector);
        }

        @Test
        @DisplayName("the document's mode calls it twice, with one collection between")
        void document_collectsBetween() {
            LuaMemory memory = new LuaMemory(alloc, Semantics.LUA_5_1.withEmergencyCollection(true));
            memory.setEmergencyCollector(collector);
            assertThat(E01SingleEntry.refuse(memory))
                    .hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0, after a collection");
            assertThat(memory.totalBytes()).isZero();
            InOrder order = inOrder(alloc, collector);
            order.verify(alloc).realloc(0, 0, 64);
            order.verify(collector).collect(memory);
            order.verify(alloc).realloc(0, 0, 64);
            order.verifyNoMoreInteractions();
        }
    }
}
