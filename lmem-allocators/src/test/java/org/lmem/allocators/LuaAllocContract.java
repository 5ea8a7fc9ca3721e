package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;

/// The contract of [LuaAlloc], case by case, and the random model over it. The test class of every allocator extends this
/// one; a nest of allocators is tested by a nested class that does.
///
/// What an allocator says about itself: [#create] makes it, [#liveBytes] reads its books, [#checksArguments] says whether
/// it (or what it stands on) notices arguments that cannot be, [#isBounded] whether it can be filled up, [#shape] how the
/// random model drives it.
abstract class LuaAllocContract {
    private static final long[] IMPOSSIBLE = {1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, -4096, -16, -1};
    private static final int ALIGNMENT = 16;

    private final List<Block> blocks = new ArrayList<>();
    private LuaAlloc alloc;

    /// A fresh allocator, which is closed after the test if it can be.
    abstract LuaAlloc create();

    /// The bytes that the allocator says are in use.
    ///
    /// @return bytes, or −1 where it keeps no books
    long liveBytes(LuaAlloc created) {
        return -1;
    }

    /// Whether a block with an osize of 0 is noticed.
    boolean checksArguments() {
        return true;
    }

    /// Whether the allocator refuses small requests, too, when it has given out a few megabytes.
    boolean isBounded() {
        return false;
    }

    /// How the random model drives this allocator.
    AllocatorModel.Shape shape() {
        return AllocatorModel.Shape.DEFAULT;
    }

    /// A block as the test knows it.
    private final class Block {
        private long address;
        private long size;
        private final long stamp;

        Block(long size, long stamp) {
            this.address = alloc.realloc(LuaAlloc.NULL, 0, size);
            this.size = size;
            this.stamp = stamp;
            requireSound();
            AllocatorModel.fill(address, 0, size, stamp);
        }

        Block resize(long nsize) {
            long kept = Math.min(size, nsize);
            address = alloc.realloc(address, size, nsize);
            size = nsize;
            requireSound();
            assertThat(AllocatorModel.firstDamage(address, kept, stamp)).as("first damaged byte").isEqualTo(-1);
            AllocatorModel.fill(address, kept, nsize, stamp);
            return this;
        }

        void requireSound() {
            assertThat(address).as("address of %d bytes", size).isNotZero();
            assertThat(address % ALIGNMENT).as("alignment").isZero();
        }

        void requireIntact() {
            assertThat(AllocatorModel.firstDamage(address, size, stamp)).as("first damaged byte").isEqualTo(-1);
        }

        long free() {
            return alloc.realloc(address, size, 0);
        }
    }

    @BeforeEach
    final void createAllocator() {
        alloc = create();
    }

    @AfterEach
    final void freeAllAndClose() throws Exception {
        blocks.forEach(Block::free);
        requireBooks(0);
        if (alloc instanceof AutoCloseable closeable)
            closeable.close();
    }

    private Block block(long size) {
        Block block = new Block(size, 0x1234_5678_9abcL + blocks.size());
        blocks.add(block);
        return block;
    }

    private void requireBooks(long expected) {
        long said = liveBytes(alloc);
        if (said != -1)
            assertThat(said).as("live bytes").isEqualTo(expected);
    }

    @Test
    void newBlock_anySize_isAlignedAndWritable() {
        long sum = 0;
        for (int size : new int[]{1, 7, 8, 15, 16, 17, 24, 40, 64, 100, 511, 512, 1000, 4096, 5000, 20_000}) {
            block(size);
            sum += size;
        }

        blocks.forEach(Block::requireIntact);
        requireBooks(sum);
    }

    @Test
    void newBlocks_many_shareNoByte() {
        for (int i = 0; i < 2_000; i++)
            block(1 + i * 7 % 90);

        blocks.forEach(Block::requireIntact);
    }

    @Test
    void newBlock_withATagForOsize_ignoresTheTag() {
        long address = alloc.realloc(LuaAlloc.NULL, 4, 32);

        assertThat(address).isNotZero();
        requireBooks(32);
        assertThat(alloc.realloc(address, 32, 0)).isZero();
        requireBooks(0);
    }

    @Test
    void noBlock_zeroToZero_isNoOperation() {
        assertThat(alloc.realloc(LuaAlloc.NULL, 0, 0)).isZero();
        assertThat(alloc.realloc(LuaAlloc.NULL, 5, 0)).as("with a tag").isZero();
        requireBooks(0);
    }

    @Test
    void free_anyBlock_returnsNull() {
        for (int size : new int[]{1, 64, 3_000, 20_000})
            assertThat(block(size).free()).isZero();
        blocks.clear();

        requireBooks(0);
    }

    @Test
    void resize_everySizeUpAndDown_keepsTheContents() {
        Block block = block(1);
        for (int size = 2; size <= 3_000; size += 1 + size / 16)
            block.resize(size);
        for (int size = 3_000; size >= 1; size -= 1 + size / 16)
            block.resize(size);

        requireBooks(block.size);
    }

    @Test
    void resize_betweenNeighbours_leavesThemAlone() {
        for (int i = 0; i < 50; i++)
            block(48);
        for (int i = 0; i < 50; i += 2)
            blocks.get(i).resize(16 + i * 40);

        blocks.forEach(Block::requireIntact);
    }

    @Test
    void resize_toTheSameSize_keepsTheContents() {
        for (int size : new int[]{1, 64, 1_000, 20_000})
            block(size).resize(size);

        requireBooks(21_065);
    }

    @Test
    void shrink_fromAnySize_neverFails() {
        for (int size : new int[]{2, 17, 33, 65, 129, 1_025, 20_000})
            block(size).resize(size - 1).resize(size / 2 + 1).resize(1);

        requireBooks(blocks.size());
    }

    @Test
    void shrink_whenNothingIsLeft_neverFails() {
        if (!isBounded())
            return;
        fill(20_000);
        fill(512);
        fill(24);

        for (Block block : blocks)
            block.resize(block.size).resize(block.size - 1).resize(block.size / 2 + 1).resize(1);
        blocks.forEach(Block::requireIntact);
        requireBooks(blocks.size());
    }

    private void fill(long size) {
        for (int i = 0; i < 100_000; i++) {
            long address = alloc.realloc(LuaAlloc.NULL, 0, size);
            if (address == LuaAlloc.NULL)
                return;
            alloc.realloc(address, size, 0);
            block(size);
        }
        throw new AssertionError("it was said to be bounded");
    }

    @Test
    void newBlock_ofImpossibleSize_isRefused() {
        for (long size : IMPOSSIBLE)
            assertThat(alloc.realloc(LuaAlloc.NULL, 0, size)).as("size %s", Long.toUnsignedString(size)).isZero();

        requireBooks(0);
        block(100).requireIntact();
    }

    @Test
    void grow_toImpossibleSize_isRefusedAndLeavesTheBlock() {
        for (int size : new int[]{1, 100, 20_000}) {
            Block block = block(size);
            for (long impossible : IMPOSSIBLE)
                assertThat(alloc.realloc(block.address, size, impossible)).as("size %d", impossible).isZero();
            block.requireIntact();
        }

        requireBooks(20_101);
        blocks.forEach(block -> block.resize(block.size + 1));
    }

    @Test
    void resizeAndFree_blockWithoutSize_throwAndLeaveTheBlock() {
        if (!checksArguments())
            return;
        Block block = block(100);

        assertThatThrownBy(() -> alloc.realloc(block.address, 0, 50)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> alloc.realloc(block.address, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        requireBooks(100);
        block.requireIntact();
    }

    @Test
    void resizeAndFree_sizeBeyondEverything_throwAndLeaveTheBlock() {
        if (!checksArguments())
            return;
        Block block = block(100);

        for (long osize : new long[]{1L << 40, Long.MAX_VALUE, -1}) {
            assertThatThrownBy(() -> alloc.realloc(block.address, osize, 50))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> alloc.realloc(block.address, osize, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        requireBooks(100);
        block.requireIntact();
    }

    @Test
    void freedMemory_isUsedAgainWithoutHarm() {
        for (int round = 0; round < 20; round++) {
            int size = 1 + 37 * round;
            for (int i = 0; i < 200; i++)
                block(size);
            blocks.forEach(Block::requireIntact);
            blocks.forEach(Block::free);
            blocks.clear();
            requireBooks(0);
        }
    }

    /// A million requests (system property `lmem.model.operations` for another number, `lmem.model.seed` for another
    /// seed) against the shadow model.
    @Test
    void realloc_millionRandomRequests_agreesWithTheModel() {
        AllocatorModel model = new AllocatorModel(alloc, () -> liveBytes(alloc), shape());

        model.run();

        assertThat(model.served()).as("requests served").isGreaterThan(model.operations() / 2);
        assertThat(model.refusals() == 0 || shape().mayRefuse()).isTrue();
    }
}
