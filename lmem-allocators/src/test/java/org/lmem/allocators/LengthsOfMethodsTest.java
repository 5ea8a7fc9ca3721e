package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lengths in bytes of code that HotSpot asks for before it puts a method into another.
final class LengthsOfMethodsTest {
    private static final int WHERE_OFTEN = 325; // -XX:FreqInlineSize
    private static final int WHERE_RARE = 35; // -XX:MaxInlineSize

    private static int length(Class<?> type, String method) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            return ClassFile.of().parse(in.readAllBytes()).methods().stream()
                    .filter(m -> m.methodName().equalsString(method))
                    .mapToInt(m -> m.findAttribute(Attributes.code()).orElseThrow().codeLength())
                    .max().orElseThrow();
        }
    }

    @Test
    void resizeThatMoves_isPutIntoNoCaller() throws IOException {
        assertThat(length(PoolAllocator.class, "resizeElsewhere")).isGreaterThan(WHERE_OFTEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"free", "giveOrCall", "isExpected", "give", "recordOf", "record", "keep"})
    void fastPathsOfAPool_areShortEnoughWhereTheyAreRare(String method) throws IOException {
        assertThat(length(PoolAllocator.class, method)).isLessThanOrEqualTo(WHERE_RARE);
    }

    @ParameterizedTest
    @ValueSource(classes = {PoolAllocator.class, StatsAllocator.class, LimitAllocator.class})
    void requests_areShortEnoughForALoop(Class<?> type) throws IOException {
        assertThat(length(type, "realloc")).isLessThanOrEqualTo(WHERE_OFTEN);
    }
}
