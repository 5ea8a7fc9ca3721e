package org.lmem.gc.oracle;

import java.nio.charset.StandardCharsets;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// Bytes where C can read them, with a zero behind.
///
/// @param address of the first byte
/// @param size with the zero
record CString(long address, long size) implements AutoCloseable {
    CString(String s) {
        this(s.getBytes(StandardCharsets.ISO_8859_1));
    }

    CString(byte[] s) {
        this(SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, s.length + 1L), s.length + 1L);
        RawMemory.copyIn(s, 0, address, s.length);
        RawMemory.putByte(address + s.length, (byte) 0);
    }

    @Override
    public void close() {
        SystemAlloc.INSTANCE.realloc(address, size, 0);
    }
}
