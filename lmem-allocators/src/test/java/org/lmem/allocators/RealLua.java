package org.lmem.allocators;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.WrongMethodTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// A state of the real Lua 5.1.5, in C, that takes its memory from an allocator in Java.
///
/// ```
///   RealLua ── downcalls ──► lua_newstate, lua_pcall, … in C ── NativeAlloc ──► the allocator under test
/// ```
///
/// Closing the state gives back all of its memory; closing the export after it proves that, and shows what the allocator
/// threw meanwhile.
final class RealLua implements AutoCloseable {
    /// What a script came to: the status of `lua_pcall` (0 is success, 4 is lack of memory) and its result or message.
    record Outcome(int status, String text) {}

    static final int OK = 0;
    static final int ERRRUN = 2;
    static final int ERRMEM = 4;

    private static final int GC_COLLECT = 2;
    private static final int GC_COUNT = 3;
    private static final int GC_COUNTB = 4;

    private final NativeAlloc export;
    private final MemorySegment state;

    private RealLua(NativeAlloc export, MemorySegment state) {
        this.export = export;
        this.state = state;
    }

    /// Skips the test where there is no real Lua for this platform.
    static void assumeAvailable() {
        assumeTrue(Holder.LUA.isPresent(),
                () -> "no Lua 5.1.5 library for this platform: os=" + System.getProperty("os.name") + ", arch="
                        + System.getProperty("os.arch"));
    }

    /// A new state without libraries.
    static RealLua newState(LuaAlloc allocator) {
        return tryNewState(allocator).orElseThrow(() -> new AssertionError("lua_newstate returned NULL"));
    }

    /// A new state without libraries, or nothing where `lua_newstate` gives NULL.
    @SuppressWarnings("MustBeClosed")
    static Optional<RealLua> tryNewState(LuaAlloc allocator) {
        assumeAvailable();
        NativeAlloc export = new NativeAlloc(allocator);
        MemorySegment state = (MemorySegment) call(lua().newState, export.function(), MemorySegment.NULL);
        if (state.address() == 0) {
            export.close();
            return Optional.empty();
        }
        return Optional.of(new RealLua(export, state));
    }

    /// A new state with all of its standard libraries.
    static RealLua withLibraries(LuaAlloc allocator) {
        RealLua lua = newState(allocator);
        lua.openLibraries();
        return lua;
    }

    /// Opens the standard libraries. Lack of memory here would end the process: there is no protected call around it.
    void openLibraries() {
        call(lua().openLibs, state);
    }

    /// Compiles and runs a script, and turns its one result (or its error) into text.
    Outcome run(String script) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocateFrom(script);
            int status = (int) call(lua().loadBuffer, state, source, source.byteSize() - 1,
                    arena.allocateFrom("=test"));
            if (status == OK)
                status = (int) call(lua().pcall, state, 0, 1, 0);
            String text = text(arena);
            call(lua().setTop, state, 0);
            return new Outcome(status, text);
        }
    }

    /// The text on top of the stack. lua_tolstring may need memory itself, for numbers: scripts return strings where memory is short.
    private String text(Arena arena) {
        MemorySegment size = arena.allocate(JAVA_LONG);
        MemorySegment text = (MemorySegment) call(lua().toLString, state, -1, size);
        if (text.address() == 0)
            return "nil";
        return RawMemory.segment(text.address(), size.get(JAVA_LONG, 0) + 1, arena).getString(0);
    }

    /// The bytes that the state says it holds.
    long count() {
        return 1024L * gc(GC_COUNT) + gc(GC_COUNTB);
    }

    /// A full collection.
    void collect() {
        gc(GC_COLLECT);
    }

    private int gc(int what) {
        return (int) call(lua().gc, state, what, 0);
    }

    /// The export through which the state calls the allocator.
    NativeAlloc export() {
        return export;
    }

    @Override
    public void close() {
        call(lua().close, state);
        export.close();
    }

    private static Functions lua() {
        return Holder.LUA.orElseThrow();
    }

    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (WrongMethodTypeException | ClassCastException e) {
            throw new AssertionError("the binding is wrong", e);
        } catch (Throwable e) {
            throw new AssertionError("C does not throw", e);
        }
    }

    private static final class Holder {
        static final Optional<Functions> LUA = fileName().map(RealLua::load).map(Functions::new);
    }

    private static Optional<String> fileName() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        if (os.startsWith("linux"))
            return Optional.of(arm ? "liblua51arm64.so" : "liblua5164.so");
        if (os.startsWith("mac"))
            return Optional.of(arm ? "liblua51arm64.dylib" : "liblua5164.dylib");
        return os.startsWith("windows") ? Optional.of(arm ? "lua51arm64.dll" : "lua5164.dll") : Optional.empty();
    }

    private static SymbolLookup load(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
            Path file = Files.createTempDirectory("lmem-lua").resolve(name);
            Files.copy(in, file);
            file.toFile().deleteOnExit();
            file.getParent().toFile().deleteOnExit();
            return RawMemory.library(file, Arena.global());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Functions {
        final MethodHandle newState;
        final MethodHandle close;
        final MethodHandle openLibs;
        final MethodHandle loadBuffer;
        final MethodHandle pcall;
        final MethodHandle setTop;
        final MethodHandle toLString;
        final MethodHandle gc;

        Functions(SymbolLookup library) {
            newState = RawMemory.function(library, "lua_newstate", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
            close = RawMemory.function(library, "lua_close", FunctionDescriptor.ofVoid(ADDRESS));
            openLibs = RawMemory.function(library, "luaL_openlibs", FunctionDescriptor.ofVoid(ADDRESS));
            loadBuffer = RawMemory.function(library, "luaL_loadbuffer",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
            pcall = RawMemory.function(library, "lua_pcall",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
            setTop = RawMemory.function(library, "lua_settop", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
            toLString = RawMemory.function(library, "lua_tolstring",
                    FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
            gc = RawMemory.function(library, "lua_gc", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        }
    }
}
