package org.lmem.examples.lua;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.lmem.core.raw.RawMemory;

/// The functions of the real Lua 5.1.5's C API that are needed here. Pointers are `long`s.
final class LuaLibrary {
    private static final MethodHandle FFLUSH = RawMemory.function("fflush",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG));

    private final SymbolLookup symbols;
    final MethodHandle newState;
    final MethodHandle newStateOfItsOwn;
    final MethodHandle close;
    final MethodHandle openLibs;
    final MethodHandle loadBuffer;
    final MethodHandle pcall;
    final MethodHandle cpcall;
    final MethodHandle getTop;
    final MethodHandle setTop;
    final MethodHandle insert;
    final MethodHandle type;
    final MethodHandle toLString;
    final MethodHandle toNumber;
    final MethodHandle toBoolean;
    final MethodHandle gc;
    final MethodHandle setHook;
    private final MethodHandle getStack;
    private final MethodHandle getInfo;

    private LuaLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
        newState = pointer("lua_newstate", JAVA_LONG, JAVA_LONG);
        newStateOfItsOwn = pointer("luaL_newstate");
        close = nothing("lua_close", JAVA_LONG);
        openLibs = nothing("luaL_openlibs", JAVA_LONG);
        loadBuffer = integer("luaL_loadbuffer", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        pcall = integer("lua_pcall", JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT);
        cpcall = integer("lua_cpcall", JAVA_LONG, JAVA_LONG, JAVA_LONG);
        getTop = integer("lua_gettop", JAVA_LONG);
        setTop = nothing("lua_settop", JAVA_LONG, JAVA_INT);
        insert = nothing("lua_insert", JAVA_LONG, JAVA_INT);
        type = integer("lua_type", JAVA_LONG, JAVA_INT);
        toLString = pointer("lua_tolstring", JAVA_LONG, JAVA_INT, JAVA_LONG);
        toNumber = function("lua_tonumber", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG, JAVA_INT));
        toBoolean = integer("lua_toboolean", JAVA_LONG, JAVA_INT);
        gc = integer("lua_gc", JAVA_LONG, JAVA_INT, JAVA_INT);
        setHook = integer("lua_sethook", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
        getStack = integer("lua_getstack", JAVA_LONG, JAVA_INT, JAVA_LONG);
        getInfo = integer("lua_getinfo", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    }

    private MethodHandle pointer(String name, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.of(JAVA_LONG, arguments));
    }

    private MethodHandle integer(String name, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private MethodHandle nothing(String name, MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.ofVoid(arguments));
    }

    private MethodHandle function(String name, FunctionDescriptor type) {
        return RawMemory.function(symbols, name, type);
    }

    /// `lua_getstack`, which is called very often.
    int getStack(long state, int level, long record) {
        try {
            return (int) getStack.invokeExact(state, level, record);
        } catch (Throwable e) {
            throw new IllegalStateException("C does not throw", e);
        }
    }

    /// `lua_getinfo`, which is called very often.
    void getInfo(long state, long what, long record) {
        try {
            int ignored = (int) getInfo.invokeExact(state, what, record);
        } catch (Throwable e) {
            throw new IllegalStateException("C does not throw", e);
        }
    }

    /// Where a function is, to be handed to another one.
    long address(String name) {
        return symbols.find(name).orElseThrow(() -> new IllegalStateException("the library has no function: name="
                + name)).address();
    }

    /// Calls a function; it gives null where it gives nothing.
    static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("C does not throw", e);
        }
    }

    /// Writes out what C's standard streams hold back.
    static void flush() {
        call(FFLUSH, 0L);
    }

    /// The library, where there is one for this platform.
    static Optional<LuaLibrary> find() {
        return Holder.LUA;
    }

    private static final class Holder {
        static final Optional<LuaLibrary> LUA = fileName(System.getProperty("os.name"), System.getProperty("os.arch"))
                .map(LuaLibrary::load);
    }

    /// The library's file for a platform.
    static Optional<String> fileName(String osName, String arch) {
        String os = osName.toLowerCase(Locale.ROOT);
        boolean arm = arch.equals("aarch64");
        if (!arm && !arch.equals("amd64") && !arch.equals("x86_64"))
            return Optional.empty();
        if (os.startsWith("linux"))
            return Optional.of(arm ? "liblua51arm64.so" : "liblua5164.so");
        if (os.startsWith("mac"))
            return Optional.of(arm ? "liblua51arm64.dylib" : "liblua5164.dylib");
        return os.startsWith("windows") ? Optional.of(arm ? "lua51arm64.dll" : "lua5164.dll") : Optional.empty();
    }

    private static LuaLibrary load(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
            if (in == null)
                throw new FileNotFoundException("the library of Lua 5.1.5 is not at hand: file=" + name);
            Path folder = Files.createTempDirectory("lmem-lua");
            Path file = folder.resolve(name);
            Files.copy(in, file);
            folder.toFile().deleteOnExit(); // the other way round than they are registered
            file.toFile().deleteOnExit();
            return new LuaLibrary(RawMemory.library(file, Arena.global()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
