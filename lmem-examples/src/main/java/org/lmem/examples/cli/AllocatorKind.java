package org.lmem.examples.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.PoolMap;
import org.lmem.allocators.RegionAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// The allocators that can be chosen on the command line.
enum AllocatorKind {
    /// Pages of equal blocks.
    POOL,
    /// The C library's realloc and free.
    SYSTEM,
    /// One region of fixed size.
    REGION,
    /// The C library's, every block watched.
    DEBUG;

    /// What a store of an unknown size says.
    static final long UNKNOWN = -1;

    /// An allocator in use, and what it takes from the system.
    interface Store extends AutoCloseable {
        /// Does the work.
        LuaAlloc allocator();

        /// Bytes taken from the system now, or [#UNKNOWN].
        default long reservedBytes() {
            return UNKNOWN;
        }

        /// The most bytes taken from the system at once, or [#UNKNOWN].
        default long peakReservedBytes() {
            return UNKNOWN;
        }

        /// What its pages are used for, where it has any.
        default @Nullable PoolMap map() {
            return null;
        }

        @Override
        default void close() {}
    }

    /// A new one.
    ///
    /// @param regionBytes the size of a region; of no importance for the others
    Store open(long regionBytes) {
        return switch (this) {
            case POOL -> new Pool(new PoolAllocator());
            case SYSTEM -> () -> SystemAlloc.INSTANCE;
            case REGION -> new Region(new RegionAllocator(regionBytes));
            case DEBUG -> new Debug(new DebugAllocator(SystemAlloc.INSTANCE));
        };
    }

    private record Pool(PoolAllocator allocator) implements Store {
        @Override
        public long reservedBytes() {
            return allocator.reservedBytes();
        }

        @Override
        public long peakReservedBytes() {
            return allocator.peakReservedBytes();
        }

        @Override
        public PoolMap map() {
            return allocator.map();
        }

        @Override
        public void close() {
            allocator.close();
        }
    }

    private record Region(RegionAllocator allocator) implements Store {
        @Override
        public long reservedBytes() {
            return allocator.figures().usedBytes();
        }

        @Override
        public long peakReservedBytes() {
            return allocator.figures().capacity();
        }

        @Override
        public void close() {
            allocator.close();
        }
    }

    private record Debug(DebugAllocator allocator) implements Store {
        @Override
        public void close() {
            allocator.close();
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
