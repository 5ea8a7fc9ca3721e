package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.lmem.core.raw.RawMemory;

/// The C library's allocator, used as Lua's auxiliary library uses it: `free` where the new size is 0, else `realloc`.
///
/// Stateless and safe for use from many threads, as the C library is. Blocks are aligned for every C type (16 bytes on
/// the 64-bit systems that Java runs on).
///
/// `Differs from Lua:` a small request is a *critical* downcall, which leaves out the thread's change of state and is a
/// third faster. It would hold up Java's own collector while it runs, so that a large one (which may copy, map or unmap
/// megabytes) is an ordinary downcall.
///
/// @lua l_alloc lauxlib.c:627
public final class SystemAlloc implements LuaAlloc {
    /// The one instance.
    public static final SystemAlloc INSTANCE = new SystemAlloc();

    /// The largest size in bytes whose handling is short enough for a critical downcall.
    static final long CRITICAL_LIMIT = 64 * 1024;

    // A pointer travels as a long: a MemorySegment for every block would cost three times the call.
    private static final FunctionDescriptor REALLOC_TYPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor FREE_TYPE = FunctionDescriptor.ofVoid(JAVA_LONG);
    private static final MethodHandle REALLOC = RawMemory.function("realloc", REALLOC_TYPE);
    private static final MethodHandle FREE = RawMemory.function("free", FREE_TYPE);
    private static final MethodHandle CRITICAL_REALLOC = RawMemory.function("realloc", REALLOC_TYPE,
            Linker.Option.critical(false));
    private static final MethodHandle CRITICAL_FREE = RawMemory.function("free", FREE_TYPE,
            Linker.Option.critical(false));

    private SystemAlloc() {}

    @Override
    public long realloc(long block, long osize, long nsize) {
        boolean critical = isShort(osize) && isShort(nsize);
        try {
            if (nsize == 0) {
                if (critical)
                    CRITICAL_FREE.invokeExact(block);
                else
                    FREE.invokeExact(block);
                return NULL;
            }
            return critical
                    ? (long) CRITICAL_REALLOC.invokeExact(block, nsize)
                    : (long) REALLOC.invokeExact(block, nsize);
        } catch (Throwable e) {
            throw new AssertionError("a C function does not throw", e);
        }
    }

    private static boolean isShort(long size) {
        return size >= 0 && size <= CRITICAL_LIMIT; // negative: 2^63 bytes or more
    }

    @Override
    public String toString() {
        return "SystemAlloc";
    }
}
