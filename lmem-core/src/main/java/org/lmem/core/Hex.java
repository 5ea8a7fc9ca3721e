package org.lmem.core;

/// Addresses as messages show them.
final class Hex {
    private Hex() {}

    static String of(long address) {
        return "0x" + Long.toHexString(address);
    }
}
