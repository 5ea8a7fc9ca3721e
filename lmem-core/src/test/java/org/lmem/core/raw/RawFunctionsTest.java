package org.lmem.core.raw;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// C functions called from Java, and Java methods called from C.
class RawFunctionsTest {
    private static final FunctionDescriptor COMPARISON = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodType COMPARISON_TYPE = MethodType.methodType(int.class, long.class, long.class);

    @SuppressWarnings("unused") // C's qsort calls it
    private static int descending(long a, long b) {
        return Integer.compare(RawMemory.getInt(b), RawMemory.getInt(a));
    }

    @Test
    void callback_isCalledByC() throws Throwable {
        MethodHandle target = MethodHandles.lookup().findStatic(RawFunctionsTest.class, "descending", COMPARISON_TYPE);
        MethodHandle qsort = RawMemory.function("qsort",
                FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(JAVA_INT, 3, 1, 4, 1, 5);
            qsort.invokeExact(numbers, 5L, 4L, RawMemory.callback(target, COMPARISON, arena));
            assertThat(numbers.toArray(JAVA_INT)).containsExactly(5, 4, 3, 1, 1);
        }
    }

    @Test
    void callback_rejectsMethodOfAnotherType() throws Exception {
        MethodHandle target = MethodHandles.lookup().findStatic(RawFunctionsTest.class, "descending", COMPARISON_TYPE);
        try (Arena arena = Arena.ofConfined()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RawMemory.callback(target, FunctionDescriptor.ofVoid(), arena));
        }
    }

    @Test
    void function_findsSymbolOfLibrary() throws Throwable {
        MethodHandle abs = RawMemory.function(Linker.nativeLinker().defaultLookup(), "abs",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        assertThat((int) abs.invokeExact(-7)).isEqualTo(7);
    }

    @Test
    void function_namesWhatIsMissing() {
        FunctionDescriptor type = FunctionDescriptor.ofVoid();
        assertThatIllegalStateException().isThrownBy(() -> RawMemory.function("no_such_function", type))
                .withMessage("the C library has no function: name=no_such_function");
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> RawMemory.function(Linker.nativeLinker().defaultLookup(), "no_such_function", type))
                .withMessage("the library has no function: name=no_such_function");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void library_findsFunctionsOfAFile() throws Throwable {
        Path zip = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("zip"));
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle crc = RawMemory.function(RawMemory.library(zip, arena), "ZIP_CRC32",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
            MemorySegment text = arena.allocateFrom("123456789");
            assertThat((int) crc.invokeExact(0, text, 9)).isEqualTo(0xCBF4_3926);
        }
    }

    @Test
    void library_rejectsFileThatIsNone(@TempDir Path dir) {
        Path file = dir.resolve("none.so");
        try (Arena arena = Arena.ofConfined()) {
            assertThatIllegalArgumentException().isThrownBy(() -> RawMemory.library(file, arena));
        }
    }
}
