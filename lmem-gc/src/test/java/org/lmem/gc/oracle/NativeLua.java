package org.lmem.gc.oracle;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;
import org.lmem.core.raw.RawMemory;

/// The shared library of real Lua 5.1.5, as the artifact `lua51-platform` carries it, and how to call its functions.
///
/// Built for Linux on x86-64, the platform of the golden logs. There an argument of any integer or pointer type is one
/// 64-bit register, and one that a function does not have does no harm, so that one type fits nearly all of them.
final class NativeLua {
    private static final int LC_ALL = 6;
    private static final String LIBRARY = "liblua5164.so";
    private static final FunctionDescriptor TYPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG);
    private static final SymbolLookup SYMBOLS = RawMemory.library(extracted(), Arena.global());
    private static final MethodHandle PUSH_NUMBER = RawMemory.function(SYMBOLS, "lua_pushnumber",
            FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_DOUBLE));
    private static final MethodHandle TO_NUMBER = RawMemory.function(SYMBOLS, "lua_tonumber",
            FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG, JAVA_LONG));

    /// A function of the library.
    ///
    /// @param handle calls it
    /// @param address where its code is
    /// @param raises whether it may raise an error, that is leave by `longjmp`
    record Function(MethodHandle handle, long address, boolean raises) {
        long call(long a, long b, long c, long d) {
            try {
                return (long) handle.invokeExact(a, b, c, d);
            } catch (Throwable e) {
                throw new AssertionError("a C function does not throw", e);
            }
        }
    }

    static {
        setLocale();
    }

    private NativeLua() {}

    /// The locale in which a C program starts, since numbers are written and strings compared by it.
    private static void setLocale() {
        CString c = new CString("C");
        FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG);
        try (c) {
            long name = (long) RawMemory.function("setlocale", type).invokeExact(LC_ALL, c.address());
            if (name == 0)
                throw new IllegalStateException("the C library has no locale C");
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a C function does not throw", e);
        }
    }

    /// Whether this is the platform that the library and the machine code of [Bridge] are for.
    static boolean isAvailable() {
        String cpu = System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")
                && (cpu.equals("amd64") || cpu.equals("x86_64"));
    }

    /// A function that never leaves by `longjmp`.
    static Function quiet(String name) {
        return new Function(RawMemory.function(SYMBOLS, name, TYPE), address(name), false);
    }

    /// A function that may leave by `longjmp`: it allocates, or calls, or checks what it is given.
    static Function raising(String name) {
        return new Function(RawMemory.function(SYMBOLS, name, TYPE), address(name), true);
    }

    /// `lua_pushnumber`.
    static void pushNumber(long state, double n) {
        try {
            PUSH_NUMBER.invokeExact(state, n);
        } catch (Throwable e) {
            throw new AssertionError("a C function does not throw", e);
        }
    }

    /// `lua_tonumber`.
    static double toNumber(long state, int index) {
        try {
            return (double) TO_NUMBER.invokeExact(state, (long) index);
        } catch (Throwable e) {
            throw new AssertionError("a C function does not throw", e);
        }
    }

    private static long address(String name) {
        return SYMBOLS.find(name).orElseThrow().address();
    }

    private static Path extracted() {
        try (InputStream library = ClassLoader.getSystemResourceAsStream(LIBRARY)) {
            Path file = Files.createTempFile("liblua51-", ".so");
            file.toFile().deleteOnExit();
            Files.copy(Objects.requireNonNull(library, LIBRARY), file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
