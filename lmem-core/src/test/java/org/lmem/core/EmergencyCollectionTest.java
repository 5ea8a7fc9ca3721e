package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.InOrder;

class EmergencyCollectionTest {
    private final LuaAlloc alloc = mock(LuaAlloc.class); // refuses what it is not told to give
    private final EmergencyCollector collector = mock(EmergencyCollector.class);

    /// The ways to a refused request of 64 bytes.
    enum Request {
        REALLOC {
            @Override
            void make(LuaMemory memory) {
                memory.realloc(0, 0, 64);
            }
        },
        MALLOC {
            @Override
            void make(LuaMemory memory) {
                memory.malloc(64);
            }
        },
        REALLOCV {
            @Override
            void make(LuaMemory memory) {
                memory.reallocv(0, 0, 8, 8);
            }
        },
        NEW_VECTOR {
            @Override
            void make(LuaMemory memory) {
                memory.newVector(16, JAVA_INT);
            }
        },
        RESIZE_VECTOR {
            @Override
            void make(LuaMemory memory) {
                LuaVector.of(memory, JAVA_INT).resize(16);
            }
        };

        abstract void make(LuaMemory memory);
    }

    @Nested
    @DisplayName("E01 X01 when 5.1.5's semantics are kept")
    class Strict {
        private final LuaMemory memory = new LuaMemory(alloc);

        @ParameterizedTest
        @EnumSource
        @DisplayName("E01 X01 a refused request calls the allocator exactly once, and raises status 4")
        void refused_once(Request request) {
            memory.setEmergencyCollector(collector);
            LuaMemoryException e = catchThrowableOfType(LuaMemoryException.class, () -> request.make(memory));
            assertThat(e).hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0");
            assertThat(e.status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(e.status().code()).isEqualTo(4);
            assertThat(e.luaMessage()).isEqualTo("not enough memory");
            assertThat(memory.totalBytes()).isZero();
            verify(alloc).realloc(0, 0, 64);
            verifyNoMoreInteractions(alloc);
            verifyNoInteractions(collector);
        }
    }

    @Nested
    @DisplayName("E01 X01 when emergency collection is chosen")
    class Chosen {
        private final LuaMemory memory = new LuaMemory(alloc, Semantics.LUA_5_1.withEmergencyCollection(true));

        @BeforeEach
        void handOver() {
            memory.setEmergencyCollector(collector);
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("E01 X01 a refused request is made exactly twice, with one collection between")
        void refused_twice(Request request) {
            LuaMemoryException e = catchThrowableOfType(LuaMemoryException.class, () -> request.make(memory));
            assertThat(e).hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0, after a collection");
            assertThat(e.details()).isEqualTo(new LuaMemoryException.Details(0, 0, 64, 0, true));
            assertThat(memory.totalBytes()).isZero();
            InOrder order = inOrder(alloc, collector);
            order.verify(alloc).realloc(0, 0, 64);
            order.verify(collector).collect(memory);
            order.verify(alloc).realloc(0, 0, 64);
            order.verifyNoMoreInteractions();
        }

        @Test
        @DisplayName("X01 a request that succeeds collects nothing")
        void granted_noCollection() {
            when(alloc.realloc(0, 0, 64)).thenReturn(0x1000L);
            assertThat(memory.malloc(64)).isEqualTo(0x1000);
            verify(alloc).realloc(0, 0, 64);
            verifyNoMoreInteractions(alloc);
            verifyNoInteractions(collector);
        }

        @Test
        @DisplayName("X01 a free that returns NULL collects nothing")
        void freed_noCollection() {
            when(alloc.realloc(0, 0, 64)).thenReturn(0x1000L);
            memory.freeMem(memory.malloc(64), 64);
            assertThat(memory.malloc(0)).isZero();
            verifyNoInteractions(collector);
        }

        @Test
        @DisplayName("X01 the second request may succeed, and is counted once")
        void granted_afterCollection() {
            when(alloc.realloc(0, 0, 64)).thenReturn(0L, 0x1000L);
            assertThat(memory.malloc(64)).isEqualTo(0x1000);
            assertThat(memory.totalBytes()).isEqualTo(64);
            verify(collector).collect(memory);
        }

        @Test
        @DisplayName("X01 what the collection frees is off the books before the second request")
        void collection_frees() {
            when(alloc.realloc(0, 0, 100)).thenReturn(0x2000L);
            long garbage = memory.malloc(100);
            when(alloc.realloc(0, 0, 64)).thenReturn(0L, 0x1000L);
            doAnswer(call -> {
                memory.freeMem(garbage, 100);
                return null;
            }).when(collector).collect(memory);
            memory.malloc(64);
            assertThat(memory.totalBytes()).isEqualTo(64);
            InOrder order = inOrder(alloc);
            order.verify(alloc).realloc(0, 0, 64);
            order.verify(alloc).realloc(garbage, 100, 0);
            order.verify(alloc).realloc(0, 0, 64);
        }

        @Test
        @DisplayName("X01 what the collection freed may be handed out again at the same address")
        void collection_frees_addressIsReused() {
            when(alloc.realloc(0, 0, 64)).thenReturn(0x2000L, 0L, 0x2000L);
            long garbage = memory.malloc(64);
            doAnswer(call -> {
                memory.freeMem(garbage, 64);
                return null;
            }).when(collector).collect(memory);
            assertThat(memory.malloc(64)).isEqualTo(garbage);
            assertThat(memory.totalBytes()).isEqualTo(64);
        }

        @Test
        @DisplayName("X01 the error tells the bytes in use after the collection")
        void refused_totalAfterCollection() {
            when(alloc.realloc(0, 0, 100)).thenReturn(0x2000L);
            long garbage = memory.malloc(100);
            doAnswer(call -> {
                memory.freeMem(garbage, 100);
                return null;
            }).when(collector).collect(memory);
            assertThatThrownBy(() -> memory.malloc(64))
                    .hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0, after a collection");
        }

        @Test
        @DisplayName("X01 a resize repeats the same three arguments, and leaves the block when refused again")
        void resize_refusedTwice() {
            when(alloc.realloc(0, 0, 16)).thenReturn(0x2000L);
            long block = memory.malloc(16);
            assertThatThrownBy(() -> memory.realloc(block, 16, 32))
                    .hasMessage("not enough memory: osize=16, nsize=32, totalbytes=16, after a collection");
            assertThat(memory.totalBytes()).isEqualTo(16);
            verify(alloc, times(2)).realloc(block, 16, 32);
            verify(collector).collect(memory);
        }

        @Test
        @DisplayName("X01 a vector whose growth needs a collection grows by one step")
        void growth_afterCollection() {
            when(alloc.realloc(0, 0, 16)).thenReturn(0L, 0x2000L);
            LuaVector v = LuaVector.of(memory, JAVA_INT);
            memory.growVector(v, 0);
            assertThat(v.capacity()).isEqualTo(4);
            assertThat(v.address()).isEqualTo(0x2000);
            assertThat(memory.totalBytes()).isEqualTo(16);
            verify(collector).collect(memory);
        }

        @Test
        @DisplayName("X01 the answer to the second request is checked like the first")
        void garbage_afterCollection() {
            when(alloc.realloc(0, 0, 64)).thenReturn(0L, 0x1001L);
            assertThatThrownBy(() -> memory.malloc(64)).isExactlyInstanceOf(AllocatorFaultException.class).hasMessage(
                    "the allocator returned a misaligned block: block=0x0, osize=0, nsize=64, result=0x1001");
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        @DisplayName("X02 a request refused inside a collection does not start another one")
        void nested_isNotRepeated() {
            doAnswer(call -> memory.malloc(8)).when(collector).collect(memory);
            assertThatThrownBy(() -> memory.malloc(64)).isExactlyInstanceOf(LuaMemoryException.class)
                    .hasMessage("not enough memory: osize=0, nsize=8, totalbytes=0");
            InOrder order = inOrder(alloc, collector);
            order.verify(alloc).realloc(0, 0, 64);
            order.verify(collector).collect(memory);
            order.verify(alloc).realloc(0, 0, 8);
            order.verifyNoMoreInteractions();
        }

        @Test
        @DisplayName("X02 after a nested refusal the next request may collect again")
        void nested_thenAgain() {
            doAnswer(call -> memory.malloc(8)).doAnswer(call -> null).when(collector).collect(memory);
            assertThatThrownBy(() -> memory.malloc(64)).hasMessageContaining("nsize=8");
            assertThatThrownBy(() -> memory.malloc(64)).hasMessageContaining("after a collection");
            verify(collector, times(2)).collect(memory);
        }

        @Test
        @DisplayName("X02 a collection that handles its own refusal goes on, and the request is repeated")
        void nested_handled() {
            when(alloc.realloc(0, 0, 64)).thenReturn(0L, 0x1000L);
            doAnswer(call -> {
                assertThatThrownBy(() -> memory.malloc(8)).isExactlyInstanceOf(LuaMemoryException.class);
                return null;
            }).when(collector).collect(memory);
            assertThat(memory.malloc(64)).isEqualTo(0x1000);
            verify(collector).collect(memory);
            verify(alloc).realloc(0, 0, 8);
        }

        @Test
        @DisplayName("X02 an error in the collection reaches the caller; books and guard are as before")
        void collection_fails() {
            doThrow(new IllegalStateException("finaliser")).doNothing().when(collector).collect(any());
            assertThatThrownBy(() -> memory.malloc(64)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("finaliser");
            verify(alloc).realloc(0, 0, 64);
            assertThat(memory.totalBytes()).isZero();
            assertThatThrownBy(() -> memory.malloc(64)).hasMessageContaining("after a collection");
        }

        @Test
        @DisplayName("X02 the block that is being resized is out of the collection's reach")
        void collection_cannotTouchTheBlock() {
            when(alloc.realloc(0, 0, 16)).thenReturn(0x2000L);
            long block = memory.malloc(16);
            doAnswer(call -> {
                memory.freeMem(block, 16);
                return null;
            }).doNothing().when(collector).collect(memory);
            assertThatThrownBy(() -> memory.realloc(block, 16, 32)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("a collector cannot change the block that is being resized: block=0x2000, osize=16, "
                            + "nsize=0, totalbytes=16");
            verify(alloc, never()).realloc(block, 16, 0);
            assertThat(memory.totalBytes()).isEqualTo(16);
            assertThatThrownBy(() -> memory.realloc(block, 16, 32)).hasMessageContaining("after a collection");
            memory.freeMem(block, 16); // afterwards it is a block as any other
            verify(alloc).realloc(block, 16, 0);
        }

        @Test
        @DisplayName("X02 a collection cannot close the memory that it makes room in")
        void collection_cannotClose() {
            doAnswer(call -> {
                memory.close();
                return null;
            }).when(collector).collect(memory);
            assertThatThrownBy(() -> memory.malloc(64)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("a collector cannot close its memory: totalbytes=0");
            assertThat(memory.isClosed()).isFalse();
        }

        @Test
        @DisplayName("X02 a collection may free a whole arena")
        void collection_closesAnArena() {
            when(alloc.realloc(0, 0, 8)).thenAnswer(call -> SystemAlloc.INSTANCE.realloc(0, 0, 8));
            when(alloc.realloc(anyLong(), eq(8L), eq(0L)))
                    .thenAnswer(call -> SystemAlloc.INSTANCE.realloc(call.getArgument(0), 8, 0));
            when(alloc.realloc(0, 0, 64)).thenReturn(0L, 0x2000L);
            LuaArena cache = memory.openArena();
            cache.allocate(8);
            doAnswer(call -> {
                cache.close();
                return null;
            }).when(collector).collect(memory);
            assertThat(memory.malloc(64)).isEqualTo(0x2000);
            assertThat(memory.totalBytes()).isEqualTo(64);
        }

        @Test
        @DisplayName("X02 a state that has not handed over its collector is half-built: one request, no collection")
        void halfBuilt_once() {
            LuaMemory halfBuilt = new LuaMemory(alloc, Semantics.LUA_5_2);
            assertThatThrownBy(() -> halfBuilt.malloc(64))
                    .hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0");
            verify(alloc).realloc(anyLong(), anyLong(), anyLong());
            verifyNoInteractions(collector);
        }

        @Test
        @DisplayName("X02 a collector that was taken back is not called")
        void takenBack_once() {
            memory.setEmergencyCollector(null);
            assertThatThrownBy(() -> memory.malloc(64))
                    .hasMessage("not enough memory: osize=0, nsize=64, totalbytes=0");
            verify(alloc).realloc(0, 0, 64);
            verifyNoInteractions(collector);
        }
    }
}
