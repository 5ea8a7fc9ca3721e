package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.AllocatorFaultException;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.page.Objection;

@DisplayName("E14 Allocating again: an address or a typed block")
class E14RawOrTypedTest {
    private final E14RawOrTyped.Outcome outcome = E14RawOrTyped.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("both are the same request to the allocator")
    void requests_areTheSame() {
        assertThat(outcome.requests()).containsExactly("(NULL, 0, 16)", "(block, 16, 0)", "(NULL, 0, 16)",
                "(block, 16, 0)");
    }

    @Nested
    @DisplayName("when the block is typed")
    class Typed {
        @Test
        @DisplayName("what is written is read back")
        void value_isKept() {
            assertThat(outcome.number()).isEqualTo(3.5);
        }

        @Test
        @DisplayName("X16 a write behind its end, which a cast lets through, throws")
        void writeBehind_throws() {
            assertThat(outcome.beyond().type()).isEqualTo(IndexOutOfBoundsException.class);
        }

        @Test
        @DisplayName("a read after its free throws")
        void readAfterFree_throws() {
            assertThat(outcome.afterFree()).isEqualTo(new Objection(IllegalStateException.class, "Already closed"));
        }
    }

    @Test
    @DisplayName("new memory holds what the allocator left in it")
    void newBlock_isNotCleared() {
        assertThat(E14RawOrTyped.contentsOfNewBlock()).isEqualTo((byte) 0x5A);
    }

    @Test
    @DisplayName("an empty vector is a request for nothing, and so is its free")
    void emptyVector_isNoBlock() {
        assertThat(E14RawOrTyped.emptyVector()).containsExactly("(NULL, 0, 0)", "(NULL, 0, 0)");
    }

    @Nested
    @DisplayName("X20 when it comes to placing and copying")
    class Placing {
        @Test
        @DisplayName("X20 the address is the allocator's, and a bad one is its fault")
        void alignment_isTheAllocators() {
            assertThat(E14RawOrTyped.placeAt(0x1004)).isEqualTo(new Objection(AllocatorFaultException.class,
                    "the allocator returned a misaligned block: block=0x0, osize=0, nsize=16, result=0x1004"));
            assertThat(LuaLayouts.L_UMAXALIGN.byteAlignment()).isEqualTo(LuaAlloc.ALIGNMENT);
        }

        @Test
        @DisplayName("X20 the memory manager copies nothing: a block may move where there is no memory")
        void copying_isTheAllocators() {
            LuaAlloc nowhere = mock(LuaAlloc.class);
            when(nowhere.realloc(0, 0, 16)).thenReturn(0x1000L);
            when(nowhere.realloc(0x1000, 16, 32)).thenReturn(0x2000L);
            LuaMemory memory = new LuaMemory(nowhere);
            assertThat(memory.realloc(memory.malloc(16), 16, 32)).isEqualTo(0x2000);
            assertThat(memory.totalBytes()).isEqualTo(32);
        }
    }
}
