package org.lmem.examples.page;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.lmem.examples.page.LuaLayouts.L_UMAXALIGN;
import static org.lmem.examples.page.LuaLayouts.NODE;
import static org.lmem.examples.page.LuaLayouts.TKEY;
import static org.lmem.examples.page.LuaLayouts.TSTRING;
import static org.lmem.examples.page.LuaLayouts.TVALUE;
import static org.lmem.examples.page.LuaLayouts.UDATA;
import static org.lmem.examples.page.LuaLayouts.VALUE;

import java.lang.foreign.MemoryLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Sizes and offsets as the C compiler has them for Lua 5.1.5 on a 64-bit system.
class LuaLayoutsTest {
    @Test
    void sizes_areThoseOfTheCCompiler() {
        assertThat(Stream.of(L_UMAXALIGN, VALUE, TVALUE, TKEY, NODE, TSTRING, UDATA).map(MemoryLayout::byteSize))
                .containsExactly(8L, 8L, 16L, 24L, 40L, 24L, 40L);
    }

    @Test
    void alignments_areEight() {
        assertThat(Stream.of(L_UMAXALIGN, VALUE, TVALUE, TKEY, NODE, TSTRING, UDATA).map(MemoryLayout::byteAlignment))
                .containsOnly(8L);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void offsets_areThoseOfTheCCompiler(MemoryLayout layout, String path, long offset, long size) {
        MemoryLayout.PathElement[] elements = Arrays.stream(path.split("\\.")).map(
                MemoryLayout.PathElement::groupElement).toArray(MemoryLayout.PathElement[]::new);
        assertThat(layout.byteOffset(elements)).isEqualTo(offset);
        assertThat(layout.select(elements).byteSize()).isEqualTo(size);
    }

    static Stream<Arguments> fields() {
        return Stream.of(Arguments.of(VALUE, "gc", 0, 8), Arguments.of(VALUE, "p", 0, 8),
                Arguments.of(VALUE, "n", 0, 8), Arguments.of(VALUE, "b", 0, 4), Arguments.of(TVALUE, "value", 0, 8),
                Arguments.of(TVALUE, "tt", 8, 4), Arguments.of(NODE, "i_val.value", 0, 8),
                Arguments.of(NODE, "i_val.tt", 8, 4), Arguments.of(NODE, "i_key.nk.value", 16, 8),
                Arguments.of(NODE, "i_key.nk.tt", 24, 4), Arguments.of(NODE, "i_key.nk.next", 32, 8),
                Arguments.of(NODE, "i_key.tvk", 16, 16), Arguments.of(TSTRING, "dummy", 0, 8),
                Arguments.of(TSTRING, "tsv.next", 0, 8), Arguments.of(TSTRING, "tsv.tt", 8, 1),
                Arguments.of(TSTRING, "tsv.marked", 9, 1), Arguments.of(TSTRING, "tsv.reserved", 10, 1),
                Arguments.of(TSTRING, "tsv.hash", 12, 4), Arguments.of(TSTRING, "tsv.len", 16, 8),
                Arguments.of(UDATA, "dummy", 0, 8), Arguments.of(UDATA, "uv.next", 0, 8),
                Arguments.of(UDATA, "uv.tt", 8, 1), Arguments.of(UDATA, "uv.marked", 9, 1),
                Arguments.of(UDATA, "uv.metatable", 16, 8), Arguments.of(UDATA, "uv.env", 24, 8),
                Arguments.of(UDATA, "uv.len", 32, 8));
    }

    @Test
    void names_areLuas() {
        assertThat(Stream.of(L_UMAXALIGN, VALUE, TVALUE, TKEY, NODE, TSTRING, UDATA).map(l -> l.name().orElseThrow()))
                .containsExactly("L_Umaxalign", "Value", "TValue", "TKey", "Node", "TString", "Udata");
        assertThat(TVALUE.select(groupElement("value"))).isEqualTo(VALUE.withName("value"));
    }
}
