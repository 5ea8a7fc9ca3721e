package org.lmem.examples.tuning;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.tuning.E37OneBlockForMany.Outcome;

@DisplayName("E37 One block for many")
class E37OneBlockForManyTest {
    @Test
    @DisplayName("the block has 4600 bytes, 1600 for values, 2000 for nodes, 1000 for characters")
    void batch_hasItsSize() {
        assertThat(E37OneBlockForMany.BATCH.byteSize()).isEqualTo(4600);
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            MemorySegment batch = memory.newObject(E37OneBlockForMany.BATCH);
            assertThat(E37OneBlockForMany.part(batch, "values").byteSize()).isEqualTo(1600);
            assertThat(E37OneBlockForMany.part(batch, "nodes").byteSize()).isEqualTo(2000);
            assertThat(E37OneBlockForMany.part(batch, "characters").byteSize()).isEqualTo(1000);
            memory.free(batch);
        }
    }

    @Test
    @DisplayName("it takes 2 calls of the allocator, three vectors take 6 for the same bytes")
    void calls_areSaved() {
        assertThat(E37OneBlockForMany.run(SystemAlloc.INSTANCE)).isEqualTo(new Outcome(4600, 0, 2));
        assertThat(E37OneBlockForMany.separately(SystemAlloc.INSTANCE)).isEqualTo(new Outcome(4600, 0, 6));
    }

    @Test
    @DisplayName("each part ends where the next begins")
    void parts_doNotOverlap() {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            MemorySegment batch = memory.newObject(E37OneBlockForMany.BATCH);
            E37OneBlockForMany.part(batch, "values").fill((byte) 1);
            E37OneBlockForMany.part(batch, "nodes").fill((byte) 2);
            E37OneBlockForMany.part(batch, "characters").fill((byte) 3);
            assertThat(batch.elements(JAVA_BYTE).map(b -> b.get(JAVA_BYTE, 0)))
                    .startsWith((byte) 1).endsWith((byte) 3);
            assertThat(new byte[]{batch.get(JAVA_BYTE, 1599), batch.get(JAVA_BYTE, 1600), batch.get(JAVA_BYTE, 3599),
                    batch.get(JAVA_BYTE, 3600)}).containsExactly(1, 2, 2, 3);
            memory.free(batch);
        }
    }

    @Nested
    @DisplayName("after the block was freed")
    class Freed {
        @Test
        @DisplayName("all of its parts are dead")
        void parts_areDead() {
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
                MemorySegment batch = memory.newObject(E37OneBlockForMany.BATCH);
                MemorySegment nodes = E37OneBlockForMany.part(batch, "nodes");
                assertThat(nodes.scope().isAlive()).isTrue();
                memory.free(batch);
                assertThat(nodes.scope().isAlive()).isFalse();
            }
        }
    }

    @Nested
    @DisplayName("when the allocator hands out used memory")
    class UsedMemory {
        private static final byte OLD = 0x5a;

        @Test
        @DisplayName("X43 the parts hold what was there before, since nothing is cleared")
        void parts_areNotInitialised() {
            LuaAlloc used = (block, osize, nsize) -> {
                long newBlock = SystemAlloc.INSTANCE.realloc(block, osize, nsize);
                if (newBlock != LuaAlloc.NULL)
                    RawMemory.fill(newBlock, nsize, OLD);
                return newBlock;
            };
            try (LuaMemory memory = new LuaMemory(used)) {
                MemorySegment batch = memory.newObject(E37OneBlockForMany.BATCH);
                assertThat(E37OneBlockForMany.part(batch, "nodes").toArray(JAVA_BYTE)).hasSize(2000).containsOnly(OLD);
                memory.free(batch);
            }
        }
    }

    @Test
    @DisplayName("X43 a table that only raw memory refers to is freed: 64 bytes")
    void rawReference_keepsNothing() {
        assertThat(E37OneBlockForMany.freedThoughReferred(SystemAlloc.INSTANCE)).isEqualTo(64);
    }
}
