package org.lmem.gc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;

/// Whether there is memory at an address: asked before a link of a heap is followed that may be damaged.
///
/// `msync` of POSIX answers for every address and touches none. Where there is no such function every aligned address is
/// taken for readable.
final class AddressSpace {
    private static final int MS_ASYNC = 1;
    private static final long USER_ADDRESSES = 1L << 47;

    private static final @Nullable MethodHandle MSYNC = find("msync",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final long PAGE_SIZE = pageSize();

    /// Pages that were found readable. Nothing may be unmapped while this object is in use.
    private final Set<Long> pages = new HashSet<>();

    /// Whether bytes can be read, and begin where an object or a vector of Lua's may.
    boolean isReadable(long address, long bytes) {
        if (address <= 0 || address % Long.BYTES != 0 || bytes < 0 || address > USER_ADDRESSES - bytes)
            return false;
        if (MSYNC == null)
            return true;
        long first = address & -PAGE_SIZE;
        boolean onePage = address + bytes <= first + PAGE_SIZE;
        if (onePage && pages.contains(first))
            return true;
        if (call(MSYNC, first, address + bytes - first) != 0)
            return false;
        pages.add(first);
        return true;
    }

    private static long pageSize() {
        MethodHandle function = find("getpagesize", FunctionDescriptor.of(JAVA_INT));
        try {
            return function == null ? 1 : (int) function.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static int call(MethodHandle msync, long first, long bytes) {
        try {
            return (int) msync.invokeExact(first, bytes, MS_ASYNC);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static @Nullable MethodHandle find(String name, FunctionDescriptor type) {
        try {
            return RawMemory.function(name, type);
        } catch (IllegalStateException e) {
            return null;
        }
    }
}
