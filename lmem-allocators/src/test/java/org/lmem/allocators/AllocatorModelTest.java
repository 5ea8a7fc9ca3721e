package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// The model finds the faults that it is there to find: each test plants one.
final class AllocatorModelTest {
    private static final AllocatorModel.Shape SMALL = new AllocatorModel.Shape(50, 4096, 1 << 20, false);
    private static final LuaAlloc SYSTEM = SystemAlloc.INSTANCE;

    private static void requireFound(LuaAlloc faulty, String text) {
        assertThatThrownBy(() -> new AllocatorModel(faulty, () -> -1, SMALL).run()).isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed")
                .hasMessageContaining(text);
    }

    @Test
    void run_resizeWithoutCopy_isFound() {
        requireFound(
                (block, osize, nsize) -> SYSTEM.realloc(block != 0 && nsize > 0 ? 0 : block, osize,
                        nsize < 0 ? -1 : nsize),
                "contents lost");
    }

    @Test
    void run_misalignedBlocks_isFound() {
        requireFound((block, osize, nsize) -> nsize > 0 ? SYSTEM.realloc(0, 0, nsize + 8) + 8 : 0, "misaligned");
    }

    @Test
    void run_shrinkRefused_isFound() {
        requireFound((block, osize, nsize) -> nsize > 0 && nsize < osize ? 0 : SYSTEM.realloc(block, osize, nsize),
                "a request for no more was refused");
    }

    @Test
    void run_blockGivenTwice_isFound() {
        long arena = SYSTEM.realloc(0, 0, 1 << 16);
        requireFound((block, osize, nsize) -> nsize > 0 ? arena : 0, "contents lost");
        SYSTEM.realloc(arena, 1 << 16, 0);
    }

    @Test
    void run_wrongBooks_isFound() {
        assertThatThrownBy(() -> new AllocatorModel(SYSTEM, () -> 1, SMALL).run()).isInstanceOf(AssertionError.class)
                .hasMessageContaining("books: said=1, true=");
    }

    @Test
    void firstDamage_anyByteChanged_findsItsWord() {
        long block = SYSTEM.realloc(0, 0, 40);
        for (int changed = 0; changed < 29; changed++) {
            AllocatorModel.fill(block, 0, 29, 99);
            assertThat(AllocatorModel.firstDamage(block, 29, 99)).isEqualTo(-1);
            RawMemory.putByte(block + changed,
                    (byte) ~RawMemory.getByte(block + changed));
            assertThat(AllocatorModel.firstDamage(block, 29, 99)).isEqualTo(changed < 24 ? changed & ~7 : changed);
        }
        SYSTEM.realloc(block, 40, 0);
    }
}
