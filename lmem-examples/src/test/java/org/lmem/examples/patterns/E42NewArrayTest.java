package org.lmem.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.patterns.E42NewArray.Outcome;

@DisplayName("E42 A new array")
class E42NewArrayTest {
    @Test
    @DisplayName("three structs of one int add 12 bytes, and none after the free, in 2 calls")
    void array_isAsLargeAsItsElements() {
        assertThat(E42NewArray.run(SystemAlloc.INSTANCE, E42NewArray.SIZE))
                .isEqualTo(new Outcome(12, List.of(0, 1, 4), 0, 2));
    }

    @Nested
    @DisplayName("when there are no elements")
    class Empty {
        @Test
        @DisplayName("it is NULL, takes no byte, and the allocator is called all the same")
        void array_isNull() {
            assertThat(E42NewArray.run(SystemAlloc.INSTANCE, 0)).isEqualTo(new Outcome(0, List.of(), 0, 2));
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
                assertThat(memory.newVector(0, E41NewObject.COUNTER)).isEqualTo(MemorySegment.NULL);
            }
        }
    }

    @Nested
    @DisplayName("when an element beyond the last is written")
    class Beyond {
        @Test
        @DisplayName("the access throws")
        void access_throws() {
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
                MemorySegment counters = memory.newVector(E42NewArray.SIZE, E41NewObject.COUNTER);
                assertThatThrownBy(() -> E41NewObject.COUNT.set(counters, 12L, 1))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                memory.free(counters);
            }
        }
    }
}
