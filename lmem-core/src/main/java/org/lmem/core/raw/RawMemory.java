package org.lmem.core.raw;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Memory as C sees it: reads and writes at an address, and calls of C functions.
///
/// This is the one class of lmem that calls the restricted methods of `java.lang.foreign`; all other code goes through
/// it. Nothing is checked here: the caller has made sure that the address lies in a live block. Values are in native
/// byte order and may be at any alignment. Addresses are `long`s, 0 is NULL.
///
/// ```
///   address ──& ADDRESS_BITS──► offset into EVERYTHING, one segment over the whole address space
/// ```
///
/// The mask changes no address that a process can have (user addresses have at most 56 bits on every 64-bit system
/// that Java runs on), but it tells the compiler that the offset is in range, so that an access becomes one plain
/// load or store.
///
/// Where the option `--sun-misc-unsafe-memory-access=allow` lets it, an access goes through `sun.misc.Unsafe` instead:
/// [DirectMemory] says why that is faster.
public final class RawMemory {
    /// No address, as in C.
    public static final long NULL = 0;

    private static final long ADDRESS_BITS = (1L << 56) - 1;
    private static final MemorySegment EVERYTHING = everything();

    // Handles rather than the segment's own accessors, which go through one more layer that the compiler has to inline.
    private static final VarHandle BYTE = handle(ValueLayout.JAVA_BYTE);
    private static final VarHandle SHORT = handle(ValueLayout.JAVA_SHORT_UNALIGNED);
    private static final VarHandle INT = handle(ValueLayout.JAVA_INT_UNALIGNED);
    private static final VarHandle LONG = handle(ValueLayout.JAVA_LONG_UNALIGNED);
    private static final VarHandle FLOAT = handle(ValueLayout.JAVA_FLOAT_UNALIGNED);
    private static final VarHandle DOUBLE = handle(ValueLayout.JAVA_DOUBLE_UNALIGNED);

    private static final @Nullable DirectMemory DIRECT = DirectMemory.find(); // constant: only one way is compiled

    private RawMemory() {}

    /// Whether memory is read and written through `sun.misc.Unsafe`, which is faster and which the virtual machine's option
    /// `--sun-misc-unsafe-memory-access=allow` lets happen.
    ///
    /// @return true where the option was given, and the class is still there
    public static boolean isDirect() {
        return DIRECT != null;
    }

    /// The byte at an address.
    ///
    /// @param address of the byte
    /// @return its value
    public static byte getByte(long address) {
        return DIRECT != null ? DIRECT.getByte(address) : (byte) BYTE.get(EVERYTHING, address & ADDRESS_BITS);
    }

    /// Writes a byte.
    ///
    /// @param address where to
    /// @param value what
    public static void putByte(long address, byte value) {
        if (DIRECT != null)
            DIRECT.putByte(address, value);
        else
            BYTE.set(EVERYTHING, address & ADDRESS_BITS, value);
    }

    /// The two bytes at an address.
    ///
    /// @param address of the first byte
    /// @return their value
    public static short getShort(long address) {
        return DIRECT != null ? DIRECT.getShort(address) : (short) SHORT.get(EVERYTHING, address & ADDRESS_BITS);
    }

    /// Writes two bytes.
    ///
    /// @param address where to
    /// @param value what
    public static void putShort(long address, short value) {
        if (DIRECT != null)
            DIRECT.putShort(address, value);
        else
            SHORT.set(EVERYTHING, address & ADDRESS_BITS, value);
    }

    /// The four bytes at an address.
    ///
    /// @param address of the first byte
    /// @return their value
    public static int getInt(long address) {
        return DIRECT != null ? DIRECT.getInt(address) : (int) INT.get(EVERYTHING, address & ADDRESS_BITS);
    }

    /// Writes four bytes.
    ///
    /// @param address where to
    /// @param value what
    public static void putInt(long address, int value) {
        if (DIRECT != null)
            DIRECT.putInt(address, value);
        else
            INT.set(EVERYTHING, address & ADDRESS_BITS, value);
    }

    /// The eight bytes at an address.
    ///
    /// @param address of the first byte
    /// @return their value
    public static long getLong(long address) {
        return DIRECT != null ? DIRECT.getLong(address) : (long) LONG.get(EVERYTHING, address & ADDRESS_BITS);
    }

    /// Writes eight bytes.
    ///
    /// @param address where to
    /// @param value what
    public static void putLong(long address, long value) {
        if (DIRECT != null)
            DIRECT.putLong(address, value);
        else
            LONG.set(EVERYTHING, address & ADDRESS_BITS, value);
    }

    /// The C `float` at an address.
    ///
    /// @param address of the first byte
    /// @return its value
    public static float getFloat(long address) {
        return DIRECT != null ? DIRECT.getFloat(address) : (float) FLOAT.get(EVERYTHING, address & ADDRESS_BITS);
    }

    /// Writes a C `float`.
    ///
    /// @param address where to
    /// @param value what
    public static void putFloat(long address, float value) {
        if (DIRECT != null)
            DIRECT.putFloat(address, value);
        else
            FLOAT.set(EVERYTHING, address & ADDRESS_BITS, value);
    }

    /// The C `double` at an address.
    ///
    /// @param address of the first byte
    /// @return its value
    public static double getDouble(long address) {
        return DIRECT != null ? DIRECT.getDouble(address) : (double) DOUBLE.get(EVERYTHING, address & ADDRESS_BITS);
    }

    /// Writes a C `double`.
    ///
    /// @param address where to
    /// @param value what
    public static void putDouble(long address, double value) {
        if (DIRECT != null)
            DIRECT.putDouble(address, value);
        else
            DOUBLE.set(EVERYTHING, address & ADDRESS_BITS, value);
    }

    // ------------------------------------------------------------------------------------------------------ members
    //
    // The mask is applied to the structure's address alone, so that the compiler does it once for all members and folds
    // each offset into its access.

    /// The byte of a member of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @return its value
    public static byte getByte(long structure, long offset) {
        return DIRECT != null
                ? DIRECT.getByte(structure + offset)
                : (byte) BYTE.get(EVERYTHING, (structure & ADDRESS_BITS) + offset);
    }

    /// Writes a member of a byte of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @param value what
    public static void putByte(long structure, long offset, byte value) {
        if (DIRECT != null)
            DIRECT.putByte(structure + offset, value);
        else
            BYTE.set(EVERYTHING, (structure & ADDRESS_BITS) + offset, value);
    }

    /// The two bytes of a member of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @return its value
    public static short getShort(long structure, long offset) {
        return DIRECT != null
                ? DIRECT.getShort(structure + offset)
                : (short) SHORT.get(EVERYTHING, (structure & ADDRESS_BITS) + offset);
    }

    /// Writes a member of two bytes of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @param value what
    public static void putShort(long structure, long offset, short value) {
        if (DIRECT != null)
            DIRECT.putShort(structure + offset, value);
        else
            SHORT.set(EVERYTHING, (structure & ADDRESS_BITS) + offset, value);
    }

    /// The four bytes of a member of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @return its value
    public static int getInt(long structure, long offset) {
        return DIRECT != null
                ? DIRECT.getInt(structure + offset)
                : (int) INT.get(EVERYTHING, (structure & ADDRESS_BITS) + offset);
    }

    /// Writes a member of four bytes of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @param value what
    public static void putInt(long structure, long offset, int value) {
        if (DIRECT != null)
            DIRECT.putInt(structure + offset, value);
        else
            INT.set(EVERYTHING, (structure & ADDRESS_BITS) + offset, value);
    }

    /// The eight bytes of a member of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @return its value
    public static long getLong(long structure, long offset) {
        return DIRECT != null
                ? DIRECT.getLong(structure + offset)
                : (long) LONG.get(EVERYTHING, (structure & ADDRESS_BITS) + offset);
    }

    /// Writes a member of eight bytes of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @param value what
    public static void putLong(long structure, long offset, long value) {
        if (DIRECT != null)
            DIRECT.putLong(structure + offset, value);
        else
            LONG.set(EVERYTHING, (structure & ADDRESS_BITS) + offset, value);
    }

    /// The C `double` of a member of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @return its value
    public static double getDouble(long structure, long offset) {
        return DIRECT != null
                ? DIRECT.getDouble(structure + offset)
                : (double) DOUBLE.get(EVERYTHING, (structure & ADDRESS_BITS) + offset);
    }

    /// Writes a member of a C `double` of a structure.
    ///
    /// @param structure its address
    /// @param offset of the member, 0 or more, a constant
    /// @param value what
    public static void putDouble(long structure, long offset, double value) {
        if (DIRECT != null)
            DIRECT.putDouble(structure + offset, value);
        else
            DOUBLE.set(EVERYTHING, (structure & ADDRESS_BITS) + offset, value);
    }

    // --------------------------------------------------------------------------------------------------------- blocks

    /// Copies bytes; the two places may overlap.
    ///
    /// @param from address of the first byte to read
    /// @param to address of the first byte to write
    /// @param bytes how many
    public static void copy(long from, long to, long bytes) {
        MemorySegment.copy(EVERYTHING, from & ADDRESS_BITS, EVERYTHING, to & ADDRESS_BITS, bytes);
    }

    /// Copies bytes from an array.
    ///
    /// @param from the array
    /// @param offset of the first byte to read in it
    /// @param to address of the first byte to write
    /// @param bytes how many
    /// @throws IndexOutOfBoundsException where the array does not hold them
    public static void copyIn(byte[] from, int offset, long to, int bytes) {
        MemorySegment.copy(from, offset, EVERYTHING, ValueLayout.JAVA_BYTE, to & ADDRESS_BITS, bytes);
    }

    /// Copies bytes into an array.
    ///
    /// @param from address of the first byte to read
    /// @param to the array
    /// @param offset of the first byte to write in it
    /// @param bytes how many
    /// @throws IndexOutOfBoundsException where the array has no room for them
    public static void copyOut(long from, byte[] to, int offset, int bytes) {
        MemorySegment.copy(EVERYTHING, ValueLayout.JAVA_BYTE, from & ADDRESS_BITS, to, offset, bytes);
    }

    /// Writes the same byte many times.
    ///
    /// @param address of the first byte
    /// @param bytes how many
    /// @param value what
    public static void fill(long address, long bytes, byte value) {
        EVERYTHING.asSlice(address & ADDRESS_BITS, bytes).fill(value);
    }

    /// Memory at an address as a bounds-checked segment that lives as long as an arena.
    ///
    /// @param address of the first byte
    /// @param bytes size
    /// @param arena whose closing ends the segment (the memory itself is not freed)
    /// @return the segment
    @SuppressWarnings("restricted")
    public static MemorySegment segment(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    }

    /// A C function of the standard library.
    ///
    /// @param name of the function
    /// @param type of its arguments and its result
    /// @param options of the linker
    /// @return how to call it
    /// @throws IllegalStateException where the C library has no such function
    public static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return function(Linker.nativeLinker().defaultLookup(), "the C library", name, type, options);
    }

    /// A C function of a library.
    ///
    /// @param library where it is, from [#library]
    /// @param name of the function
    /// @param type of its arguments and its result
    /// @param options of the linker
    /// @return how to call it, as long as the library is loaded
    /// @throws IllegalStateException where the library has no such function
    public static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type,
            Linker.Option... options) {
        return function(library, "the library", name, type, options);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(SymbolLookup library, String owner, String name, FunctionDescriptor type,
            Linker.Option... options) {
        MemorySegment address = library.find(name)
                .orElseThrow(() -> new IllegalStateException(owner + " has no function: name=" + name));
        return Linker.nativeLinker().downcallHandle(address, type, options);
    }

    /// A library of C functions, loaded from a file.
    ///
    /// @param file the library
    /// @param arena whose closing unloads it
    /// @return its symbols
    /// @throws IllegalArgumentException where the file is no library that can be loaded here
    @SuppressWarnings("restricted")
    public static SymbolLookup library(Path file, Arena arena) {
        return SymbolLookup.libraryLookup(file, arena);
    }

    /// A Java method as a C function pointer.
    ///
    /// The method must not throw: what leaves it ends the virtual machine, since C has no place for it.
    ///
    /// @param target the method, of exactly the given type
    /// @param type of its arguments and its result
    /// @param arena whose closing frees the function; no call may be on its way then, and none may come later
    /// @return the address of the function
    /// @throws IllegalArgumentException where the method has another type
    @SuppressWarnings("restricted")
    public static MemorySegment callback(MethodHandle target, FunctionDescriptor type, Arena arena) {
        return Linker.nativeLinker().upcallStub(target, type, arena);
    }

    private static VarHandle handle(ValueLayout layout) {
        return layout.varHandle().withInvokeExactBehavior();
    }

    @SuppressWarnings("restricted")
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }
}
