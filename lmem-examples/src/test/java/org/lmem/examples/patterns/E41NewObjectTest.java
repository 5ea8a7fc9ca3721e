package org.lmem.examples.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;

@DisplayName("E41 A new object")
class E41NewObjectTest {
    @Test
    @DisplayName("a struct of one int adds 4 bytes, and none after its free, in 2 calls")
    void object_isAsLargeAsItsType() {
        assertThat(E41NewObject.run(SystemAlloc.INSTANCE)).isEqualTo(new E41NewObject.Outcome(4, 42, 0, false, 2));
    }

    @Nested
    @DisplayName("after the free")
    class Freed {
        @Test
        @DisplayName("access throws, and so does a second free")
        void object_isDead() {
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
                MemorySegment counter = memory.newObject(E41NewObject.COUNTER);
                memory.free(counter);
                assertThatThrownBy(() -> E41NewObject.COUNT.set(counter, 0L, 1))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> memory.free(counter)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the segment is no live block of this memory manager: address=0x"
                                + Long.toHexString(counter.address()) + ", size=4, alive=false");
                assertThat(memory.totalBytes()).isZero();
            }
        }
    }
}
