package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.raw.RawMemory;

/// Long random use, with refusals in between, against a model: the blocks, their sizes and what is in them.
class RandomUseTest {
    private static final int STEPS = 3000;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 42, 1995, 515})
    void books_equalTheModelsAtEveryStep(long seed) {
        RecordingAlloc alloc = new RecordingAlloc();
        try (LuaMemory memory = new LuaMemory(alloc)) {
            Model model = new Model(memory, alloc, new Random(seed));
            for (int step = 0; step < STEPS; step++) {
                model.step();
                assertThat(memory.totalBytes()).as("seed=%d, step=%d", seed, step).isEqualTo(model.bytes())
                        .isEqualTo(alloc.liveBytes());
            }
            assertThat(model.refusals).as("seed=%d", seed).isGreaterThan(50);
            model.freeAll();
        }
        assertThat(alloc.live()).as("seed=%d", seed).isEmpty();
    }

    /// A block, raw where there is no segment, filled with its mark.
    private record Block(long address, long size, byte mark, MemorySegment segment) {
        boolean isTyped() {
            return !segment.equals(MemorySegment.NULL);
        }

        void fill() {
            RawMemory.fill(address, size, mark);
        }

        void check(long bytes) {
            for (long i = 0; i < bytes; i++)
                if (RawMemory.getByte(address + i) != mark)
                    throw new AssertionError("byte " + i + " of " + this);
        }
    }

    private static final class Model {
        private final LuaMemory memory;
        private final RecordingAlloc alloc;
        private final Random random;
        private final List<Block> blocks = new ArrayList<>();
        private int refusals;

        Model(LuaMemory memory, RecordingAlloc alloc, Random random) {
            this.memory = memory;
            this.alloc = alloc;
            this.random = random;
        }

        long bytes() {
            return blocks.stream().mapToLong(Block::size).sum();
        }

        void step() {
            alloc.allow(random.nextInt(10) == 0 ? 0 : Long.MAX_VALUE);
            try {
                switch (blocks.isEmpty() ? 0 : random.nextInt(4)) {
                    case 0 -> obtain();
                    case 1 -> free(take());
                    default -> resize(random.nextInt(blocks.size()));
                }
            } catch (LuaMemoryException e) {
                refusals++;
            }
        }

        private long size() {
            return 1 + random.nextLong(random.nextInt(20) == 0 ? 100_000 : 200);
        }

        private void obtain() {
            long size = size();
            Block block = random.nextBoolean()
                    ? raw(memory.malloc(size), size)
                    : typed(memory.newVector(size, JAVA_BYTE));
            block.fill();
            blocks.add(block);
        }

        private Block raw(long address, long size) {
            return new Block(address, size, (byte) random.nextInt(), MemorySegment.NULL);
        }

        private Block typed(MemorySegment segment) {
            return new Block(segment.address(), segment.byteSize(), (byte) random.nextInt(), segment);
        }

        private void resize(int index) {
            Block old = blocks.get(index);
            long size = size();
            Block resized = old.isTyped()
                    ? typed(memory.reallocVector(old.segment(), old.size(), size, JAVA_BYTE))
                    : raw(memory.realloc(old.address(), old.size(), size), size);
            new Block(resized.address(), size, old.mark(), MemorySegment.NULL).check(Math.min(size, old.size()));
            resized.fill();
            blocks.set(index, resized);
        }

        private Block take() {
            Block last = blocks.removeLast();
            return blocks.isEmpty() ? last : blocks.set(random.nextInt(blocks.size()), last);
        }

        private void free(Block block) {
            block.check(block.size());
            if (block.isTyped())
                memory.free(block.segment());
            else
                memory.freeMem(block.address(), block.size());
        }

        void freeAll() {
            blocks.forEach(this::free);
            blocks.clear();
        }
    }
}
