package org.lmem.allocators;

import org.jspecify.annotations.Nullable;

/// The text of a message while it grows: what happened, then facts as `key=value`.
final class Facts {
    private final StringBuilder text;
    private String separator = ": ";

    private Facts(String what) {
        text = new StringBuilder(what);
    }

    static Facts of(String what) {
        return new Facts(what);
    }

    Facts text(String fact) {
        text.append(separator).append(fact);
        separator = ", ";
        return this;
    }

    Facts add(String name, long address) {
        return text(name + "=" + Requests.hex(address));
    }

    Facts size(String name, long value) {
        return text(name + "=" + Long.toUnsignedString(value));
    }

    Facts signed(String name, long value) {
        return text(name + "=" + value);
    }

    Facts octet(String name, byte value) {
        return text(name + "=0x" + Integer.toHexString(Byte.toUnsignedInt(value)));
    }

    Facts owner(@Nullable BlockInfo owner) {
        if (owner == null)
            return this;
        size("size", owner.size());
        if (!owner.tag().isEmpty())
            text("tag=" + owner.tag());
        return text("thread=" + owner.thread()).text("site=" + owner.site());
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
