package org.lmem.examples.tuning;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.tuning.E38Alignment.Header;

@DisplayName("E38 Alignment")
class E38AlignmentTest {
    @Test
    @DisplayName("the union has 8 bytes, the headers of strings and userdata 24 and 40")
    void sizes_areLuas() {
        assertThat(LuaLayouts.L_UMAXALIGN.byteSize()).isEqualTo(8);
        assertThat(E38Alignment.headers(SystemAlloc.INSTANCE)).contains(new Header("string", 24, true),
                new Header("userdata", 40, true));
    }

    @Test
    @DisplayName("X44 the union is a double, a pointer and a long, and nothing more")
    void union_hasThreeMembers() {
        assertThat(LuaLayouts.L_UMAXALIGN.memberLayouts()).extracting(MemoryLayout::withoutName)
                .isEqualTo(List.of(JAVA_DOUBLE, JAVA_LONG, JAVA_LONG));
    }

    @Nested
    @DisplayName("when pointers have four bytes")
    class FourBytePointers {
        @Test
        @DisplayName("the fields of a userdata alone would misalign what follows, and the union mends it")
        void union_pads() {
            assertThat(E38Alignment.headers(SystemAlloc.INSTANCE)).endsWith(
                    new Header("userdata, 32 bits, fields alone", 20, false),
                    new Header("userdata, 32 bits, with the union", 24, true));
        }
    }

    @Nested
    @DisplayName("when a header is no multiple of eight")
    class OddHeader {
        @ParameterizedTest
        @ValueSource(longs = {1, 4, 12, 20, 35, 39})
        @DisplayName("a double does not fit behind it")
        void payload_isMisaligned(long headerBytes) {
            assertThat(E38Alignment.run(SystemAlloc.INSTANCE, headerBytes)).isFalse();
            assertThat(E38Alignment.run(SystemAlloc.INSTANCE, E38Alignment.inUnion(headerBytes))).isTrue();
        }
    }

    @Nested
    @DisplayName("when the blocks of an allocator are looked at")
    class Blocks {
        private static final long ROOM = 1 << 16;

        @Test
        @DisplayName("those of the C library are aligned to 8 at least")
        void system_aligns() {
            assertThat(E38Alignment.alignmentOf(SystemAlloc.INSTANCE)).isGreaterThanOrEqualTo(LuaAlloc.ALIGNMENT);
        }

        @Test
        @DisplayName("those of a bump allocator that counts in eights are aligned to exactly 8")
        void bump_alignsToEight() {
            long base = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, ROOM);
            long[] next = {base};
            LuaAlloc bump = (block, osize, nsize) -> {
                if (nsize == 0)
                    return LuaAlloc.NULL;
                next[0] += E38Alignment.inUnion(nsize);
                return next[0] - E38Alignment.inUnion(nsize);
            };
            assertThat(E38Alignment.alignmentOf(bump)).isEqualTo(8);
            SystemAlloc.INSTANCE.realloc(base, ROOM, 0);
        }
    }
}
