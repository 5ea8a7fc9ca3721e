package org.lmem.allocators;

/// Something that was made known to the outside and is taken back when closed.
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /// Takes it back. Closing twice does nothing.
    @Override
    void close();
}
