package org.lmem.examples.lua;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import org.lmem.core.raw.RawMemory;

/// Knows at any time which line of its program a state is at.
///
/// ```
///   a new line   ──► the running function's line
///   a return     ──► the line of the function that is returned to, or of that behind it where this one is in C
/// ```
///
/// The line is read in the hook and not in the allocator, because a state that is asking for memory does not always say where
/// it is, and because coroutines have hooks of their own: they inherit this one. The hook slows a program down several times.
final class LineHook {
    /// `lua_Debug` of a 64-bit system.
    static final StructLayout LUA_DEBUG = MemoryLayout.structLayout(JAVA_INT.withName("event"),
            MemoryLayout.paddingLayout(4), JAVA_LONG.withName("name"), JAVA_LONG.withName("namewhat"),
            JAVA_LONG.withName("what"), JAVA_LONG.withName("source"), JAVA_INT.withName("currentline"),
            JAVA_INT.withName("nups"), JAVA_INT.withName("linedefined"), JAVA_INT.withName("lastlinedefined"),
            MemoryLayout.sequenceLayout(60, JAVA_BYTE).withName("short_src"), JAVA_INT.withName("i_ci"));
    /// What the hook is called for: returns and lines.
    static final int MASK = 1 << 1 | 1 << 2;

    private static final long EVENT = offset("event");
    private static final long CURRENT_LINE = offset("currentline");
    private static final long SHORT_SRC = offset("short_src");
    private static final int RETURN = 1;
    private static final int TAIL_RETURN = 4;
    private static final FunctionDescriptor LUA_HOOK = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CALL = call();

    private final LuaLibrary lua;
    private final MemorySegment what;
    private final MemorySegment record;
    private final byte[] bytes = new byte[60];
    private final MemorySegment function;
    private String source = "";
    private int line;

    LineHook(LuaLibrary lua, Arena arena) {
        this.lua = lua;
        what = arena.allocateFrom("Sl");
        record = arena.allocate(LUA_DEBUG);
        function = RawMemory.callback(CALL.bindTo(this), LUA_HOOK, arena);
    }

    private static long offset(String member) {
        return LUA_DEBUG.byteOffset(PathElement.groupElement(member));
    }

    private static MethodHandle call() {
        try {
            return MethodHandles.lookup().findVirtual(LineHook.class, "call",
                    MethodType.methodType(void.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the method is below", e);
        }
    }

    /// The hook's address.
    long address() {
        return function.address();
    }

    /// The line that is running, such as `script.lua:12`.
    String where() {
        return line == 0 ? "(before the first line)" : source + ":" + line;
    }

    /// A call from C. Nothing may be thrown through it, and nothing here throws.
    void call(long state, long event) {
        int kind = RawMemory.getInt(event, EVENT);
        if (kind == RETURN || kind == TAIL_RETURN)
            readCaller(state);
        else
            read(state, event);
    }

    private void readCaller(long state) {
        for (int level = 1; lua.getStack(state, level, record.address()) != 0; level++)
            if (read(state, record.address()))
                return;
    }

    private boolean read(long state, long event) {
        lua.getInfo(state, what.address(), event);
        int now = RawMemory.getInt(event, CURRENT_LINE);
        if (now <= 0) // in C, or called in place of its caller
            return false;
        line = now;
        RawMemory.copyOut(event + SHORT_SRC, bytes, 0, bytes.length);
        if (!isSource())
            source = text();
        return true;
    }

    /// Whether the bytes are those of the source that is known: most often they are, and no text is made.
    private boolean isSource() {
        int length = source.length();
        for (int i = 0; i < length; i++)
            if (i == bytes.length || source.charAt(i) != (bytes[i] & 0xFF))
                return false;
        return length > 0 && bytes[length] == 0;
    }

    private String text() {
        int length = 0;
        while (length < bytes.length && bytes[length] != 0)
            length++;
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
