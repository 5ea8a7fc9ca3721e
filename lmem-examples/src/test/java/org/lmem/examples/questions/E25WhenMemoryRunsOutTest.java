package org.lmem.examples.questions;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.EmergencyCollector;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;
import org.lmem.core.MemoryLeakException;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Refusals;
import org.lmem.examples.questions.E25WhenMemoryRunsOut.Failure;
import org.lmem.examples.questions.E25WhenMemoryRunsOut.Outcome;

@DisplayName("E25 What happens when memory runs out?")
class E25WhenMemoryRunsOutTest {
    private static final long MEBIBYTE = 1_048_576;

    @Test
    @DisplayName("freed with its size, the block leaves nothing in the books after 2 calls")
    void rightSize_closesTheBooks() {
        assertThat(E25WhenMemoryRunsOut.run(SystemAlloc.INSTANCE, MEBIBYTE)).isEqualTo(new Outcome(MEBIBYTE, 0, 2, ""));
    }

    @Nested
    @DisplayName("when the block is freed as one byte")
    class WrongSize {
        @Test
        @DisplayName("X17 1048575 bytes too many stay in the books, and closing says so")
        void drift_isReported() {
            assertThat(E25WhenMemoryRunsOut.run(SystemAlloc.INSTANCE, 1)).isEqualTo(new Outcome(MEBIBYTE, 1_048_575, 2,
                    "memory was still in use at close: totalbytes=1048575, typed blocks released=0, bytes released=0, "
                            + "bytes lost=1048575"));
        }

        @Test
        @DisplayName("X17 a block with a typed face knows better, and is refused")
        void typedBlock_refuses() {
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
                MemorySegment block = memory.newVector(MEBIBYTE, JAVA_BYTE);
                assertThatThrownBy(() -> memory.freeMem(block.address(), 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("osize is not the size of the block: block=0x" + Long.toHexString(block.address())
                                + ", osize=1, size=1048576");
                memory.free(block);
            }
        }
    }

    @Nested
    @DisplayName("when the second block is refused")
    class Refused {
        private final Failure failure = E25WhenMemoryRunsOut.fail(SystemAlloc.INSTANCE);

        @Test
        @DisplayName("status 4 is raised at the request, and nobody sees NULL")
        void error_isRaised() {
            assertThat(failure.status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(failure.message()).isEqualTo("not enough memory: osize=0, nsize=2097152, totalbytes=1048576");
            assertThat(failure.reached()).isEqualTo(List.of("first block"));
        }

        @Test
        @DisplayName("the first block is freed on the way out, in 3 calls in all")
        void firstBlock_isFreed() {
            assertThat(failure.after()).isZero();
            assertThat(failure.calls()).isEqualTo(3);
        }

        @Test
        @DisplayName("X01 no collector is asked")
        void collector_isNotAsked() {
            EmergencyCollector collector = mock(EmergencyCollector.class);
            try (LuaMemory memory = new LuaMemory(Refusals.always())) {
                memory.setEmergencyCollector(collector);
                assertThatThrownBy(() -> memory.malloc(MEBIBYTE)).isInstanceOf(LuaMemoryException.class)
                        .hasMessage("not enough memory: osize=0, nsize=1048576, totalbytes=0");
            }
            verifyNoInteractions(collector);
        }
    }

    @Nested
    @DisplayName("after an error that passes a block which nobody owns")
    class NobodyOwns {
        @Test
        @DisplayName("X21 the block is lost, and closing says so")
        void block_isLost() {
            LuaMemory memory = new LuaMemory(Refusals.above(64, SystemAlloc.INSTANCE));
            long first = memory.malloc(64);
            assertThatThrownBy(() -> memory.malloc(65)).isInstanceOf(LuaMemoryException.class);
            assertThatThrownBy(memory::close).isInstanceOf(MemoryLeakException.class).hasMessage(
                    "memory was still in use at close: totalbytes=64, typed blocks released=0, bytes released=0, "
                            + "bytes lost=64");
            SystemAlloc.INSTANCE.realloc(first, 64, 0);
        }
    }

    @Nested
    @DisplayName("when a thousand dead tables are there")
    class AmongGarbage {
        @Test
        @DisplayName("X01 5.1.5 fails at once; a collection that is asked for afterwards leaves 3627 bytes")
        void strict_failsAtOnce() {
            E25WhenMemoryRunsOut.Garbage garbage = E25WhenMemoryRunsOut.failAmongGarbage(SystemAlloc.INSTANCE,
                    Semantics.LUA_5_1);
            assertThat(garbage.attempt().status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(garbage.attempt().luaMessage()).isEqualTo("not enough memory");
            assertThat(garbage.collected()).isEqualTo(3627);
        }

        @Test
        @DisplayName("X01 5.2 and later collect, and the request succeeds")
        void later_collectsFirst() {
            assertThat(
                    E25WhenMemoryRunsOut.failAmongGarbage(SystemAlloc.INSTANCE, Semantics.LUA_5_2).attempt().status())
                    .isEqualTo(LuaStatus.OK);
        }
    }
}
