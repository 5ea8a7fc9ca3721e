package org.lmem.examples.macros;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Example;

@DisplayName("E03 First layer: can the size be computed?")
class E03SizeCheckTest {
    private final E03SizeCheck.Outcome outcome = E03SizeCheck.run(SystemAlloc.INSTANCE);

    @Nested
    @DisplayName("when one element fewer is asked for than the largest size over the size of an element")
    class Below {
        @Test
        @DisplayName("the size is computed, and the C library refuses it: status 4")
        void request_isRefused() {
            assertThat(outcome.below().status()).isEqualTo(LuaStatus.ERRMEM);
            assertThat(outcome.below().message())
                    .isEqualTo("not enough memory: osize=0, nsize=18446744073709551608, totalbytes=0");
        }

        @Test
        @DisplayName("the allocator sees 4611686018427387902 elements of 4 bytes, once")
        void request_isExact() {
            LuaAlloc alloc = mock(LuaAlloc.class);
            E03SizeCheck.run(alloc);
            verify(alloc).realloc(0, 0, 4611686018427387902L * 4);
            verifyNoMoreInteractions(alloc);
        }
    }

    @Nested
    @DisplayName("when as many are asked for")
    class At {
        @Test
        @DisplayName("nobody computes the size: status 2")
        void size_isTooBig() {
            assertThat(outcome.most()).isEqualTo(4611686018427387903L);
            assertThat(outcome.at().status()).isEqualTo(LuaStatus.ERRRUN);
            assertThat(outcome.at().luaMessage()).isEqualTo("memory allocation error: block too big");
            assertThat(outcome.at().message())
                    .isEqualTo("memory allocation error: block too big: n=4611686018427387903,"
                            + " elementsize=4, largest size=18446744073709551613");
        }

        @Test
        @DisplayName("the allocator has only seen the other request")
        void allocator_isNotAsked() {
            assertThat(outcome.requests()).containsExactly("(NULL, 0, 18446744073709551608)");
        }
    }

    @Test
    @DisplayName("X10 the largest size is that of llimits.h: 2^64 - 3")
    void largestSize_isThatOfLlimits() {
        assertThat(new BigInteger(Long.toUnsignedString(LuaMemory.MAX_SIZET)))
                .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.valueOf(3)));
        assertThat(LuaMemory.MAX_SIZET).isEqualTo(0xFFFF_FFFF_FFFF_FFFDL);
        assertThat(new E03SizeCheck().lookAt()).contains("MAX_SIZET llimits.h:30");
    }

    @Test
    @DisplayName("X11 the four layers are nine macros, and no more")
    void layers_areNineMacros() {
        List<Example> layers = List.of(new E03SizeCheck(), new E04Release(), new E05Allocate(), new E06GrowOrResize());
        Stream<String> macros = layers.stream().map(Example::lookAt).flatMap(
                place -> Pattern.compile("\\w+(?= lmem\\.h)").matcher(place).results().map(MatchResult::group));
        assertThat(macros).containsExactly("luaM_reallocv", "luaM_freemem", "luaM_free", "luaM_freearray",
                "luaM_malloc",
                "luaM_new", "luaM_newvector", "luaM_growvector", "luaM_reallocvector");
    }
}
