package org.lmem.allocators;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The watched blocks by address: those in use, and those in quarantine.
final class BlockTable {
    private final AddressMap places = new AddressMap();
    private final SmallestIds free = new SmallestIds();
    private @Nullable WatchedBlock[] blocks = new WatchedBlock[16];

    /// Makes room for one more block.
    void reserve() {
        places.reserve();
        free.reserve();
        if (free.peek() == blocks.length)
            blocks = Arrays.copyOf(blocks, 2 * blocks.length);
    }

    @Nullable
    WatchedBlock get(long address) {
        int place = places.get(address);
        return place == AddressMap.NONE ? null : blocks[place];
    }

    /// Enters a block at its address, in place of another one if there is one. There must be room for it.
    void put(WatchedBlock block) {
        int place = places.get(block.address);
        if (place == AddressMap.NONE) {
            place = free.take();
            places.put(block.address, place);
        }
        blocks[place] = block;
    }

    void remove(long address) {
        int place = places.remove(address);
        blocks[place] = null;
        free.release(place);
    }

    /// All blocks, in no order.
    Stream<WatchedBlock> all() {
        return Arrays.stream(blocks).filter(Objects::nonNull).map(Objects::requireNonNull);
    }

    Stream<WatchedBlock> live() {
        return all().filter(WatchedBlock::isLive);
    }
}
