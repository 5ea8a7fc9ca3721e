package org.lmem.allocators;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.lmem.core.raw.RawMemory;

/// Address space and memory from the system: POSIX's `mmap` and its relatives.
///
/// ```
///   reserve ──► addresses that nobody else gets, without memory ──commit──► readable, writable, zero
///                                                                 ◄─purge── zero again, its memory given back
/// ```
///
/// Committed memory costs nothing until it is touched; then the system gives it, in units of [#PAGE] bytes.
final class VirtualMemory {
    static final long NULL = 0;

    /// Bytes in which the system gives memory.
    static final int PAGE;

    private static final boolean LINUX = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int PROT_READ_EXECUTE = 1 | 4;
    private static final int MAP_PRIVATE = 0x2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = LINUX ? 0x20 : 0x1000;
    private static final int MAP_NORESERVE = LINUX ? 0x4000 : 0x40;
    private static final int MREMAP_MAYMOVE = 1;
    private static final int MADV_DONTNEED = 4; // on Linux: gone at once, zero when touched again
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private static final MethodHandle MMAP = RawMemory.function("mmap",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MPROTECT = RawMemory.function("mprotect",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MUNMAP = RawMemory.function("munmap",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE = RawMemory.function("madvise",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MREMAP = RawMemory.function(LINUX ? "mremap" : "mmap",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));

    static {
        try {
            PAGE = (int) RawMemory.function("getpagesize", FunctionDescriptor.of(JAVA_INT)).invokeExact();
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private VirtualMemory() {}

    /// Addresses without memory.
    ///
    /// @return the first, or 0
    static long reserve(long bytes) {
        return map(NULL, bytes, PROT_NONE, MAP_NORESERVE);
    }

    /// Memory that is zero.
    ///
    /// @param lazily whether the system shall promise it only when it is touched
    /// @return its address, or 0
    static long allocate(long bytes, boolean lazily) {
        return map(NULL, bytes, PROT_READ_WRITE, lazily ? MAP_NORESERVE : 0);
    }

    /// Makes reserved addresses usable.
    ///
    /// @return whether the system agreed
    static boolean commit(long address, long bytes) {
        return protect(address, bytes, PROT_READ_WRITE);
    }

    /// Makes committed memory machine code, which cannot be written any more.
    ///
    /// @return whether the system agreed
    static boolean makeExecutable(long address, long bytes) {
        return protect(address, bytes, PROT_READ_EXECUTE);
    }

    private static boolean protect(long address, long bytes, int protection) {
        try {
            return (int) MPROTECT.invokeExact(address, bytes, protection) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Asks for large pages behind committed addresses: fewer, but with more memory at the first touch. A wish: where the
    /// system has none nothing changes.
    static void preferLargePages(long address, long bytes) {
        boolean ignored = LINUX && advise(address, bytes, MADV_HUGEPAGE);
    }

    private static boolean advise(long address, long bytes, int advice) {
        try {
            return (int) MADVISE.invokeExact(address, bytes, advice) == 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Gives the memory of committed addresses back; they stay committed and read as zero.
    ///
    /// @return whether the system agreed
    static boolean purge(long address, long bytes) {
        return LINUX
                ? advise(address, bytes, MADV_DONTNEED)
                : map(address, bytes, PROT_READ_WRITE, MAP_NORESERVE | MAP_FIXED) != NULL;
    }

    /// Ends a mapping or a part of one.
    static void release(long address, long bytes) {
        try {
            int ignored = (int) MUNMAP.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// Makes a mapping larger, by moving its pages rather than its bytes where the system can.
    ///
    /// @return its address, old or new, or 0 where it stays as it was
    static long grow(long address, long bytes, long newBytes) {
        if (!LINUX)
            return growByCopy(address, bytes, newBytes);
        try {
            long moved = (long) MREMAP.invokeExact(address, bytes, newBytes, MREMAP_MAYMOVE);
            return moved == MAP_FAILED ? NULL : moved;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long growByCopy(long address, long bytes, long newBytes) {
        long moved = allocate(newBytes, false);
        if (moved != NULL) {
            RawMemory.copy(address, moved, bytes);
            release(address, bytes);
        }
        return moved;
    }

    private static long map(long address, long bytes, int protection, int flags) {
        try {
            long mapped = (long) MMAP.invokeExact(address, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1,
                    0L);
            return mapped == MAP_FAILED ? NULL : mapped;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static AssertionError unexpected(Throwable e) {
        return new AssertionError("a C function does not throw", e);
    }
}
