package org.lmem.examples.lua;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.NativeAlloc;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.GCOption;

/// A state of the real Lua 5.1.5, in C, that takes its memory from an allocator in Java.
///
/// It belongs to the thread that made it; [#interrupt] alone may be called by any other while the state is open.
public final class RealLua implements AutoCloseable {
    private static final int TNIL = 0;
    private static final int TBOOLEAN = 1;
    private static final int TNUMBER = 3;
    private static final int TSTRING = 4;
    private static final String NO_STRING = "(error object is not a string)";
    private static final int EVERY_EVENT = 0b1111; // call, return, line, count
    private static final int MULTRET = -1;
    private static final List<String> OPENERS = List.of("luaopen_base", "luaopen_package", "luaopen_table",
            "luaopen_os", "luaopen_string", "luaopen_math", "luaopen_debug", "luaopen_io");

    private final LuaLibrary lua;
    private final @Nullable NativeAlloc export;
    private final long state;
    private final Thread owner = Thread.currentThread();
    private boolean open = true;
    private volatile boolean interrupted;
    private final Arena hookArena = Arena.ofShared(); // coroutines keep the hook until the state is closed
    private @Nullable LineHook lines;

    private RealLua(LuaLibrary lua, @Nullable NativeAlloc export, long state) {
        this.lua = lua;
        this.export = export;
        this.state = state;
    }

    /// Whether there is a Lua library for this platform.
    ///
    /// @return true on Linux, macOS and Windows, on x86-64 and 64-bit ARM
    public static boolean isAvailable() {
        return LuaLibrary.find().isPresent();
    }

    private static LuaLibrary library() {
        return LuaLibrary.find().orElseThrow(() -> new IllegalStateException(
                "no library of Lua 5.1.5 for this platform: os=" + System.getProperty("os.name") + ", arch="
                        + System.getProperty("os.arch")));
    }

    /// A new state without libraries.
    ///
    /// @param allocator where its memory comes from
    /// @return the state
    /// @throws IllegalStateException where a request was refused (or threw: then that is the cause), or there is no library
    ///   for this platform
    /// @lua lua_newstate lstate.c:143
    public static RealLua newState(LuaAlloc allocator) {
        return tryNewState(allocator).orElseThrow(() -> new IllegalStateException(
                "lua_newstate returned NULL: not enough memory"));
    }

    /// A new state without libraries, or nothing where a request is refused on the way.
    ///
    /// @param allocator where its memory comes from
    /// @return the state
    /// @throws IllegalStateException where the allocator threw, or there is no library for this platform
    @SuppressWarnings("MustBeClosed")
    public static Optional<RealLua> tryNewState(LuaAlloc allocator) {
        LuaLibrary lua = library();
        NativeAlloc export = new NativeAlloc(allocator);
        long state = (long) LuaLibrary.call(lua.newState, export.function().address(), 0L);
        if (state != 0)
            return Optional.of(new RealLua(lua, export, state));
        export.close();
        return Optional.empty();
    }

    /// A new state on the library's own allocator, which is C's realloc and free: for comparison.
    ///
    /// @return the state, without libraries
    /// @lua luaL_newstate lauxlib.c:647
    public static RealLua newStateOfItsOwn() {
        LuaLibrary lua = library();
        long state = (long) LuaLibrary.call(lua.newStateOfItsOwn);
        if (state == 0)
            throw new IllegalStateException("luaL_newstate returned NULL: not enough memory");
        return new RealLua(lua, null, state);
    }

    private void requireAccess() {
        if (Thread.currentThread() != owner)
            throw new WrongThreadException("a state belongs to one thread: owner=" + owner.getName() + ", caller="
                    + Thread.currentThread().getName());
        if (!open)
            throw new IllegalStateException("the state is closed");
    }

    /// Opens the standard libraries, each in a protected call; `io` is the last one.
    ///
    /// A refusal while `io` is being opened can cost the process its standard streams: 5.1.5 wraps them in files before it
    /// says that these are not to be closed, and what was made until then is closed with the state. Hence open the
    /// libraries first, and limit the memory afterwards.
    ///
    /// @return how it ended; after a refusal some are open and others are not
    public Outcome openLibraries() {
        requireAccess();
        for (String opener : OPENERS) {
            int status = (int) LuaLibrary.call(lua.cpcall, state, lua.address(opener), 0L);
            if (status != Outcome.OK)
                return outcome(status);
        }
        return new Outcome(Outcome.OK, "");
    }

    /// Opens the standard libraries as a program in C does. A refused request here ends the process: for allocators that
    /// do not refuse.
    ///
    /// @lua luaL_openlibs linit.c:29
    public void openLibrariesUnprotected() {
        requireAccess();
        LuaLibrary.call(lua.openLibs, state);
    }

    /// Compiles and runs a piece of Lua.
    ///
    /// @param source of it
    /// @return its first result as text, or the error
    public Outcome evaluate(String source) {
        requireAccess();
        int status = load(source.getBytes(StandardCharsets.UTF_8), "=(evaluated)");
        if (status == Outcome.OK)
            status = pcall(0, 1, 0);
        return outcome(status);
    }

    /// Compiles a piece of Lua without running it.
    ///
    /// @param source of it
    /// @return the error, if there is one
    public Outcome compile(String source) {
        requireAccess();
        int status = load(source.getBytes(StandardCharsets.UTF_8), "=(compiled)");
        Outcome outcome = outcome(status);
        return outcome.isOk() ? new Outcome(Outcome.OK, "") : outcome;
    }

    /// Compiles and runs a program as `lua` does: its arguments are in `arg` and `...`, an error comes with a traceback.
    /// The standard libraries have to be open.
    ///
    /// @param program what is run
    /// @return how it ended
    public Outcome run(Program program) {
        requireAccess();
        try {
            hookLines();
            Outcome outcome = runUninterrupted(program);
            return interrupted && !outcome.isOk() ? new Outcome(outcome.status(), "interrupted!") : outcome;
        } finally {
            interrupted = false;
            LuaLibrary.call(lua.setHook, state, 0L, 0, 0);
        }
    }

    /// Makes the state say from now on which line it is at: programs run several times slower then.
    ///
    /// The hook is that of the main thread and of all coroutines made later. A program that sets one of its own
    /// (`debug.sethook`) ends it, and so does [#interrupt].
    ///
    /// @return gives the line that is running, such as `script.lua:12`; may be asked inside the state's allocator
    public Supplier<String> watchLines() {
        requireAccess();
        if (lines == null)
            lines = new LineHook(lua, hookArena);
        return lines::where;
    }

    private void hookLines() {
        if (lines != null)
            LuaLibrary.call(lua.setHook, state, lines.address(), LineHook.MASK, 0);
    }

    private Outcome runUninterrupted(Program program) {
        int status = load(program.prologue(), "=(prologue)");
        if (status == Outcome.OK)
            status = pcall(0, MULTRET, 0); // the handler of errors, and the arguments
        if (status != Outcome.OK)
            return outcome(status);
        int arguments = (int) LuaLibrary.call(lua.getTop, state) - 1;
        status = load(program.source(), program.chunkName());
        if (status == Outcome.OK) {
            LuaLibrary.call(lua.insert, state, 2);
            status = pcall(arguments, 0, 1);
        }
        Outcome outcome = outcome(status);
        return outcome.isOk() ? new Outcome(Outcome.OK, "") : outcome; // what is left then is the handler
    }

    private int load(byte[] source, String chunkName) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Math.max(source.length, 1));
            MemorySegment.copy(source, 0, bytes, JAVA_BYTE, 0, source.length);
            return (int) LuaLibrary.call(lua.loadBuffer, state, bytes.address(), (long) source.length,
                    arena.allocateFrom(chunkName).address());
        }
    }

    private int pcall(int arguments, int results, int handler) {
        return (int) LuaLibrary.call(lua.pcall, state, arguments, results, handler);
    }

    /// Reads what is on top of the stack, and empties the stack.
    private Outcome outcome(int status) {
        Outcome outcome = new Outcome(status, status == Outcome.OK ? text() : message());
        LuaLibrary.call(lua.setTop, state, 0);
        return outcome;
    }

    /// What `lua` says of an error: nothing where the error object is nil.
    private String message() {
        return switch ((int) LuaLibrary.call(lua.type, state, -1)) {
            case TNIL -> "";
            case TBOOLEAN -> NO_STRING;
            default -> text();
        };
    }

    private String text() {
        if ((int) LuaLibrary.call(lua.getTop, state) == 0)
            return "";
        return switch ((int) LuaLibrary.call(lua.type, state, -1)) {
            case TNIL -> "nil";
            case TBOOLEAN -> (int) LuaLibrary.call(lua.toBoolean, state, -1) != 0 ? "true" : "false";
            case TNUMBER -> number((double) LuaLibrary.call(lua.toNumber, state, -1)); // lua_tolstring would allocate
            case TSTRING -> string();
            default -> NO_STRING;
        };
    }

    private static String number(double n) {
        if (Double.isNaN(n) || Double.isInfinite(n))
            return Double.toString(n);
        BigDecimal rounded = new BigDecimal(n).round(new MathContext(14)).stripTrailingZeros();
        return rounded.precision() - rounded.scale() <= 15
                ? rounded.toPlainString()
                : rounded.toString().toLowerCase(Locale.ROOT);
    }

    private String string() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            long address = (long) LuaLibrary.call(lua.toLString, state, -1, size.address());
            byte[] bytes = new byte[Math.toIntExact(size.get(JAVA_LONG, 0))];
            RawMemory.copyOut(address, bytes, 0, bytes.length);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /// Calls `lua_gc`. A finaliser that fails in it would end the process.
    ///
    /// @param option what is wanted
    /// @param data its argument
    /// @return its result
    /// @lua lua_gc lapi.c:899
    public int gc(GCOption option, int data) {
        requireAccess();
        return (int) LuaLibrary.call(lua.gc, state, number(option), data);
    }

    private static int number(GCOption option) {
        return switch (option) {
            case STOP -> 0;
            case RESTART -> 1;
            case COLLECT -> 2;
            case COUNT -> 3;
            case COUNTB -> 4;
            case STEP -> 5;
            case SETPAUSE -> 6;
            case SETSTEPMUL -> 7;
        };
    }

    /// The bytes that the state says it holds.
    ///
    /// @return bytes
    public long count() {
        return 1024L * gc(GCOption.COUNT, 0) + gc(GCOption.COUNTB, 0);
    }

    /// What the state counts at this moment. May be called inside its allocator.
    ///
    /// @return its figures
    public Figures figures() {
        requireAccess();
        return Figures.of(state);
    }

    /// Makes the collector work at the next safe point. May be called inside the state's allocator, where collecting at once
    /// is impossible.
    public void collectSoon() {
        requireAccess();
        Figures.restart(state);
    }

    /// Ends the program that is running with an error, at its next instruction; a protected call of the program's own does
    /// not hold it. Calls of C that are in progress come to their end first, and coroutines to their next yield.
    ///
    /// Any thread may call this while the state is open. The hook is `luaL_error` itself: of the record that a hook is
    /// given, the first member is a small number, which taken for a text has at most one character.
    public void interrupt() {
        if (!open)
            return;
        interrupted = true;
        LuaLibrary.call(lua.setHook, state, lua.address("luaL_error"), EVERY_EVENT, 1);
    }

    /// The export through which the state calls the allocator.
    ///
    /// @return nothing for a state on the library's own allocator
    public Optional<NativeAlloc> export() {
        return Optional.ofNullable(export);
    }

    /// Writes out what C's standard streams hold back, before Java writes to the same files.
    public static void flush() {
        LuaLibrary.flush();
    }

    /// Calls the finalisers, then frees everything.
    ///
    /// @throws IllegalStateException where the allocator threw meanwhile: then the exception is the cause
    @Override
    public void close() {
        if (!open)
            return;
        requireAccess();
        open = false;
        LuaLibrary.call(lua.close, state);
        hookArena.close();
        if (export != null)
            export.close();
    }

    @Override
    public String toString() {
        return "RealLua[" + (open ? Figures.of(state).toString() : "closed") + "]";
    }
}
