package org.lmem.core.bench;

import org.lmem.core.raw.RawMemory;

/// A write that a compiler does not leave out.
final class Bytes {
    private Bytes() {}

    static void touch(long block) {
        RawMemory.putByte(block, (byte) 1);
    }
}
