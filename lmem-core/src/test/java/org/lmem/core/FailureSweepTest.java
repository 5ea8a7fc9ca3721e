package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmem.core.raw.RawMemory;

/// Everything the core offers, with 0, 1, 2 … requests for memory granted until all of it succeeds. After each failure
/// the books agree with the allocator's, what was there is unchanged, and all of it can be freed.
class FailureSweepTest {
    private static final int GROWING_REQUESTS = 24; // 3 raw, 4 typed, 5 + 6 + 6 of the vectors

    static Stream<Semantics> semantics() {
        return Stream.of(Semantics.LUA_5_1, Semantics.SAFE, Semantics.LUA_5_2);
    }

    @ParameterizedTest
    @MethodSource("semantics")
    void everyRequest_mayFail(Semantics semantics) {
        int granted = 0;
        while (granted <= GROWING_REQUESTS && !passes(new RecordingAlloc(), semantics, granted))
            granted++;
        assertThat(granted).isEqualTo(GROWING_REQUESTS);
    }

    private static boolean passes(RecordingAlloc alloc, Semantics semantics, int granted) {
        alloc.allow(granted);
        LuaMemory memory = new LuaMemory(alloc, semantics);
        Scenario scenario = new Scenario(memory);
        boolean passed = scenario.run();
        assertThat(memory.totalBytes()).as("granted=%d", granted).isEqualTo(alloc.liveBytes());
        assertThat(passed).as("granted=%d", granted).isEqualTo(granted >= GROWING_REQUESTS);
        scenario.checkContents();
        scenario.release();
        assertThat(memory.totalBytes()).as("granted=%d", granted).isZero();
        memory.close();
        assertThat(alloc.live()).as("granted=%d", granted).isEmpty();
        return passed;
    }

    @ParameterizedTest
    @MethodSource("semantics")
    void everyRequest_mayFailOnceAndBeGrantedAfterACollection(Semantics semantics) {
        Semantics collecting = semantics.withEmergencyCollection(true);
        for (int granted = 0; granted < GROWING_REQUESTS; granted++) {
            RecordingAlloc alloc = new RecordingAlloc();
            LuaMemory memory = new LuaMemory(alloc, collecting);
            Deque<Long> garbage = new ArrayDeque<>();
            garbage.add(memory.malloc(1000));
            memory.setEmergencyCollector(m -> {
                m.freeMem(garbage.remove(), 1000);
                alloc.allow(Long.MAX_VALUE);
            });
            alloc.allow(granted);
            Scenario scenario = new Scenario(memory);
            assertThat(scenario.run()).as("granted=%d", granted).isTrue();
            assertThat(garbage).as("granted=%d", granted).isEmpty();
            assertThat(memory.totalBytes()).isEqualTo(alloc.liveBytes());
            scenario.checkContents();
            scenario.release();
            memory.close();
            assertThat(alloc.live()).isEmpty();
        }
    }

    /// Owns what it has obtained so far, and knows what is in it.
    private static final class Scenario {
        private static final MemoryLayout PAIR = MemoryLayout.structLayout(JAVA_LONG, JAVA_DOUBLE);

        private final LuaMemory memory;
        private final LuaVector ints;
        private final LuaVector pairs;
        private final LuaVector longs;
        private long raw;
        private long rawSize;
        private MemorySegment object = MemorySegment.NULL;
        private MemorySegment vector = MemorySegment.NULL;
        private int appended;

        Scenario(LuaMemory memory) {
            this.memory = memory;
            this.ints = LuaVector.of(memory, JAVA_INT, 40, "ints");
            this.pairs = LuaVector.of(memory, PAIR, 100, "pairs", GrowthPolicy.scaled(3, 2));
            this.longs = LuaVector.of(memory, JAVA_LONG);
        }

        /// Whether no request was refused.
        boolean run() {
            try {
                rawBlocks();
                typedBlocks();
                vectors();
                return true;
            } catch (LuaMemoryException e) {
                return false;
            }
        }

        private void rawBlocks() {
            raw = memory.malloc(16);
            rawSize = 16;
            RawMemory.putLong(raw, 11);
            resizeRaw(64);
            resizeRaw(8);
            resizeRaw(8);
            resizeRaw(24);
            memory.malloc(0);
        }

        private void resizeRaw(long size) {
            raw = memory.reallocv(raw, rawSize / 8, size / 8, 8);
            rawSize = size;
        }

        private void typedBlocks() {
            object = memory.newObject(PAIR);
            object.set(JAVA_DOUBLE, 8, 2.5);
            vector = memory.newVector(0, JAVA_INT);
            resizeVector(3);
            vector.setAtIndex(JAVA_INT, 2, 33);
            resizeVector(3000);
            resizeVector(3);
            resizeVector(5);
        }

        private void resizeVector(long n) {
            vector = memory.reallocVector(vector, vector.byteSize() / 4, n, JAVA_INT);
        }

        private void vectors() {
            for (; appended < 40; appended++)
                ints.addInt(appended);
            ints.segment();
            ints.shrinkToFit();
            for (int i = 0; i < 10; i++)
                pairs.add().set(JAVA_LONG, 0, i);
            pairs.resize(50);
            try (LuaVector.Appender out = longs.appender()) {
                for (long i = 0; i < 70; i++)
                    out.addLong(-i);
            }
            memory.growVector(pairs, 50);
        }

        void checkContents() {
            if (raw != 0)
                assertThat(RawMemory.getLong(raw)).isEqualTo(11);
            if (!object.equals(MemorySegment.NULL))
                assertThat(object.get(JAVA_DOUBLE, 8)).isEqualTo(2.5);
            if (!vector.equals(MemorySegment.NULL))
                assertThat(vector.getAtIndex(JAVA_INT, 2)).isEqualTo(33);
            assertThat(ints.length()).isEqualTo(appended);
            for (int i = 0; i < appended; i++)
                assertThat(ints.getInt(i)).isEqualTo(i);
            for (int i = 0; i < pairs.length(); i++)
                assertThat(pairs.element(i).get(JAVA_LONG, 0)).isEqualTo(i);
            for (int i = 0; i < longs.length(); i++)
                assertThat(longs.getLong(i)).isEqualTo(-i);
        }

        void release() {
            memory.freeMem(raw, rawSize);
            memory.free(object);
            memory.free(vector);
            ints.close();
            pairs.close();
            longs.close();
        }
    }
}
