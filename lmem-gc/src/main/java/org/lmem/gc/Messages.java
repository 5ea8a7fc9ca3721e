package org.lmem.gc;

/// Facts as messages show them.
final class Messages {
    private Messages() {}

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    /// An unsigned number.
    static String size(long bytes) {
        return Long.toUnsignedString(bytes);
    }
}
