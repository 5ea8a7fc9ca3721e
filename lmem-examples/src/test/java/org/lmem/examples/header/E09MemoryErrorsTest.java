package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import java.lang.module.ModuleDescriptor;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;
import org.lmem.core.SystemAlloc;

@DisplayName("E09 Two errors")
class E09MemoryErrorsTest {
    private final E09MemoryErrors.Outcome outcome = E09MemoryErrors.run(SystemAlloc.INSTANCE);

    @Nested
    @DisplayName("when the memory cannot be had")
    class Refused {
        @Test
        @DisplayName("the status is 4 and the text is exactly 'not enough memory'")
        void text_isFixed() {
            assertThat(outcome.refused().status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(outcome.refused().status().code()).isEqualTo(4);
            assertThat(outcome.refused().luaMessage()).isEqualTo("not enough memory");
            assertThat(outcome.refused().message())
                    .isEqualTo("not enough memory: osize=0, nsize=4611686018427387904, totalbytes=0");
        }

        @Test
        @DisplayName("the message takes no allocation: the refused request is the only one")
        void message_takesNoMemory() {
            LuaAlloc alloc = mock(LuaAlloc.class);
            assertThat(E09MemoryErrors.run(alloc).refused().message()).startsWith("not enough memory");
            verify(alloc).realloc(0, 0, 1L << 62);
            verifyNoMoreInteractions(alloc);
        }

        @Test
        @DisplayName("nothing is counted")
        void total_isUnchanged() {
            assertThat(outcome.totalBytes()).isZero();
        }
    }

    @Nested
    @DisplayName("when the size cannot be computed")
    class TooBig {
        @Test
        @DisplayName("the status is 2, and the text says 'block too big' without a position, for no Lua code is running")
        void text_isThatOfTheCheck() {
            assertThat(outcome.tooBig().status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(outcome.tooBig().status().code()).isEqualTo(2);
            assertThat(outcome.tooBig().luaMessage()).isEqualTo("memory allocation error: block too big");
            assertThat(outcome.tooBig().message()).isEqualTo("memory allocation error: block too big: "
                    + "n=4611686018427387904, elementsize=4, largest size=18446744073709551613");
        }
    }

    @Test
    @DisplayName("X12 the module of the memory manager knows no collector")
    void core_knowsNoCollector() {
        assertThat(LuaMemory.class.getModule().getDescriptor().requires()).extracting(ModuleDescriptor.Requires::name)
                .contains("java.base").noneMatch(name -> name.startsWith("org.lmem"));
    }

    @Test
    @DisplayName("X22 a large size that can be computed is no matter of luaM_toobig: the allocator is asked")
    void largeSize_reachesTheAllocator() {
        assertThat(outcome.requests()).containsExactly("(NULL, 0, 4611686018427387904)");
    }

    @Test
    @DisplayName("X23 the text is one constant; the facts lie beside it as numbers")
    void text_isOneConstant() {
        LuaMemoryException error = E09MemoryErrors.outOfMemory();
        assertThat(error.luaMessage()).isSameAs(LuaMemory.MEMERRMSG);
        assertThat(E09MemoryErrors.isTheConstant(error)).isTrue();
        assertThat(error.details()).isEqualTo(new LuaMemoryException.Details(0, 0, 64, 0, false));
    }
}
