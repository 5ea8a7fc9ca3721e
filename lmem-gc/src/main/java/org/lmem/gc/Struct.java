package org.lmem.gc;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// C structures as layouts: members in C's order, padded by the rules of the System V ABI, as the C compiler does.
///
/// The descriptor classes build their layouts with it and derive every offset from them, so that no offset is written
/// down twice.
final class Struct {
    private Struct() {}

    static MemoryLayout uint8(String name) {
        return ValueLayout.JAVA_BYTE.withName(name);
    }

    static MemoryLayout uint16(String name) {
        return ValueLayout.JAVA_SHORT.withName(name);
    }

    static MemoryLayout int32(String name) {
        return ValueLayout.JAVA_INT.withName(name);
    }

    /// A `size_t`, `lu_mem` or `ptrdiff_t`.
    static MemoryLayout word(String name) {
        return ValueLayout.JAVA_LONG.withName(name);
    }

    /// A pointer: it travels as a number, because memory is accessed by address.
    static MemoryLayout pointer(String name) {
        return ValueLayout.JAVA_LONG.withName(name);
    }

    /// The members of `CommonHeader`, with which every collectable object begins.
    ///
    /// @lua CommonHeader lobject.h:43
    static MemoryLayout[] header(MemoryLayout... members) {
        List<MemoryLayout> all = new ArrayList<>(List.of(pointer("next"), uint8("tt"), uint8("marked")));
        all.addAll(List.of(members));
        return all.toArray(MemoryLayout[]::new);
    }

    /// A structure whose members begin where a C compiler puts them.
    static StructLayout of(String name, MemoryLayout... members) {
        List<MemoryLayout> padded = new ArrayList<>();
        long offset = 0;
        long alignment = 1;
        for (MemoryLayout member : members) {
            offset += pad(padded, offset, member.byteAlignment());
            padded.add(member);
            offset += member.byteSize();
            alignment = Math.max(alignment, member.byteAlignment());
        }
        pad(padded, offset, alignment);
        return MemoryLayout.structLayout(padded.toArray(MemoryLayout[]::new)).withName(name);
    }

    private static long pad(List<MemoryLayout> members, long offset, long alignment) {
        long bytes = -offset & (alignment - 1);
        if (bytes != 0)
            members.add(MemoryLayout.paddingLayout(bytes));
        return bytes;
    }

    static long offset(MemoryLayout layout, String... path) {
        PathElement[] elements = new PathElement[path.length];
        for (int i = 0; i < path.length; i++)
            elements[i] = PathElement.groupElement(path[i]);
        return layout.byteOffset(elements);
    }
}
