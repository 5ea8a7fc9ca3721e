package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.RecordingAlloc.Call;

class LuaVectorTest {
    private static final MemoryLayout TRIPLE = MemoryLayout.sequenceLayout(3, JAVA_INT);

    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);

    @AfterEach
    void books_close() {
        memory.close(); // complains of a leak
        assertThat(alloc.live()).isEmpty();
    }

    @Test
    void of_isEmptyWithoutBlock() {
        try (LuaVector v = LuaVector.of(memory, TRIPLE)) {
            assertThat(v.length()).isZero();
            assertThat(v.capacity()).isZero();
            assertThat(v.limit()).isEqualTo(2147483645);
            assertThat(v.layout()).isSameAs(TRIPLE);
            assertThat(v.elementSize()).isEqualTo(12);
            assertThat(v.address()).isZero();
            assertThat(v.segment()).isEqualTo(MemorySegment.NULL);
            assertThat(v).hasToString("LuaVector[length=0, capacity=0, limit=2147483645]");
        }
        assertThat(alloc.calls()).isEmpty();
    }

    @Nested
    class Growth {
        @Test
        void growVector_room_asksNobody() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                v.resize(3);
                alloc.forgetCalls();
                for (int nelems = 0; nelems < 3; nelems++)
                    memory.growVector(v, nelems);
                assertThat(alloc.calls()).isEmpty();
                assertThat(v.capacity()).isEqualTo(3);
            }
        }

        @Test
        void growVector_full_changesBlockAndCapacityTogether() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                memory.growVector(v, 0);
                long first = v.address();
                memory.growVector(v, 4);
                assertThat(alloc.calls()).containsExactly(new Call(0, 0, 16, first),
                        new Call(first, 16, 32, v.address()));
                assertThat(v.capacity()).isEqualTo(8);
                assertThat(v.length()).isZero(); // the caller counts, as in C
            }
        }

        @Test
        void growVector_refused_changesNeither() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                v.addInt(11);
                long block = v.address();
                alloc.allow(0);
                assertThatThrownBy(() -> memory.growVector(v, 4)).isExactlyInstanceOf(LuaMemoryException.class)
                        .hasMessage("not enough memory: osize=16, nsize=32, totalbytes=16");
                assertThat(v.capacity()).isEqualTo(4);
                assertThat(v.address()).isEqualTo(block);
                assertThat(v.getInt(0)).isEqualTo(11);
                assertThat(memory.totalBytes()).isEqualTo(16);
            }
        }

        @Test
        void add_atLimit_throwsTheCallersText() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 5, "too many things")) {
                for (int i = 0; i < 5; i++)
                    v.addInt(i);
                assertThatThrownBy(() -> v.addInt(5)).isExactlyInstanceOf(LuaRuntimeException.class)
                        .hasMessage("too many things: capacity=5, limit=5")
                        .asInstanceOf(InstanceOfAssertFactories.type(LuaException.class))
                        .extracting(LuaException::luaMessage, LuaException::status)
                        .containsExactly("too many things", LuaStatus.ERRRUN);
                assertThat(v.length()).isEqualTo(5);
            }
        }

        @Test
        void add_atDefaultText() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                v.setLimit(0);
                assertThatThrownBy(v::add).hasMessage("vector overflow: capacity=0, limit=0");
                assertThat(v.length()).isZero();
            }
        }

        @Test
        void add_withPolicy_followsIt() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 10, "full", GrowthPolicy.fixed(3))) {
                assertThat(capacities(v, 10)).containsExactly(3, 6, 9, 10);
            }
        }

        @Test
        void add_withPolicyThatChangesTheVector_isRefused() {
            LuaVector[] itself = new LuaVector[1];
            itself[0] = LuaVector.of(memory, JAVA_INT, 100, "full", (capacity, limit) -> {
                itself[0].resize(5);
                return 20;
            });
            assertThatThrownBy(() -> itself[0].addInt(1)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("a growth policy cannot change the vector: capacity=0, now=5");
            assertThat(memory.totalBytes()).isEqualTo(20).isEqualTo(alloc.liveBytes());
            itself[0].close();
        }

        @Test
        void add_withPolicyThatDoesNotGrow_isRefused() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 10, "full", (capacity, limit) -> capacity)) {
                assertThatThrownBy(() -> v.addInt(1)).isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessage("a growth policy has to grow: capacity=0, limit=10, answer=0");
                assertThat(alloc.calls()).isEmpty();
                assertThat(v.length()).isZero();
            }
        }

        @Test
        void setLimit_inBetween_stopsOrOpensTheVector() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 4, "full")) {
                assertThat(capacities(v, 4)).containsExactly(4);
                assertThatThrownBy(() -> v.addInt(4)).hasMessage("full: capacity=4, limit=4");
                v.setLimit(6);
                assertThat(v.limit()).isEqualTo(6);
                assertThat(capacities(v, 1)).containsExactly(6);
                v.setLimit(6);
                assertThat(v.length()).isEqualTo(5);
            }
        }

        private static List<Integer> capacities(LuaVector v, int appends) {
            List<Integer> seen = new ArrayList<>();
            int last = v.capacity();
            for (int i = 0; i < appends; i++) {
                v.addInt(i);
                if (v.capacity() != last)
                    seen.add(last = v.capacity());
            }
            return seen;
        }
    }

    @Nested
    class Size {
        @Test
        void resize_isExact() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                v.resize(7);
                assertThat(v.capacity()).isEqualTo(7);
                assertThat(memory.totalBytes()).isEqualTo(28);
                assertThat(v.length()).isZero();
            }
        }

        @Test
        void resize_smaller_dropsElements() {
            try (LuaVector v = of(10, 20, 30)) {
                v.resize(2);
                assertThat(v.length()).isEqualTo(2);
                assertThat(v.getInt(1)).isEqualTo(20);
                assertThat(memory.totalBytes()).isEqualTo(8);
                v.resize(6);
                assertThat(v.length()).isEqualTo(2);
                assertThat(v.getInt(1)).isEqualTo(20);
            }
        }

        @Test
        void resize_toLimit() {
            try (LuaVector v = LuaVector.of(memory, JAVA_BYTE, 9, "full")) {
                v.resize(9);
                assertThat(v.capacity()).isEqualTo(9);
            }
        }

        @Test
        void resize_zero_frees() {
            try (LuaVector v = of(10, 20, 30)) {
                v.resize(0);
                assertThat(v.address()).isZero();
                assertThat(v.length()).isZero();
                assertThat(memory.totalBytes()).isZero();
            }
        }

        @Test
        void resize_refused_leavesTheVector() {
            try (LuaVector v = of(10, 20, 30)) {
                alloc.allow(0);
                assertThatThrownBy(() -> v.resize(5)).isExactlyInstanceOf(LuaMemoryException.class)
                        .hasMessage("not enough memory: osize=16, nsize=20, totalbytes=16");
                assertThat(v.capacity()).isEqualTo(4);
                assertThat(v.length()).isEqualTo(3);
                assertThat(v.getInt(2)).isEqualTo(30);
            }
        }

        @Test
        void shrinkToFit_leavesNoRoom() {
            try (LuaVector v = of(10, 20, 30)) {
                v.shrinkToFit();
                assertThat(v.capacity()).isEqualTo(3);
                assertThat(v.getInt(2)).isEqualTo(30);
                assertThat(memory.totalBytes()).isEqualTo(12);
            }
        }

        @Test
        void shrinkToFit_aboveTheLimit_works() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 2, "full")) {
                for (int i = 0; i < 4; i++)
                    v.addInt(i);
                v.setLength(3);
                v.shrinkToFit();
                assertThat(v.capacity()).isEqualTo(3);
                assertThat(v.getInt(2)).isEqualTo(2);
            }
        }

        @Test
        void setLength_withinCapacity() {
            try (LuaVector v = of(10, 20, 30)) {
                v.setLength(1);
                assertThat(v.length()).isEqualTo(1);
                v.setLength(4);
                assertThat(v.length()).isEqualTo(4);
                assertThat(v.getInt(2)).isEqualTo(30);
                v.setLength(0);
                assertThat(v.length()).isZero();
            }
        }

        @Test
        void close_emptiesAndMayBeRepeated() {
            LuaVector v = of(10, 20, 30);
            v.close();
            assertThat(v).hasToString("LuaVector[length=0, capacity=0, limit=2147483645]");
            alloc.forgetCalls();
            v.close();
            assertThat(alloc.calls()).isEmpty();
            v.addInt(40);
            assertThat(v.getInt(0)).isEqualTo(40);
            v.close();
        }

        @Test
        void close_ofEmptyVectorAfterItsManager_isAllowed() {
            LuaVector v = of(10);
            v.close();
            memory.close();
            v.close();
            assertThat(v.capacity()).isZero();
        }
    }

    @Nested
    class Elements {
        @Test
        void ints() {
            try (LuaVector v = of(Integer.MIN_VALUE, 0, Integer.MAX_VALUE)) {
                v.setInt(1, -7);
                assertThat(List.of(v.getInt(0), v.getInt(1), v.getInt(2)))
                        .containsExactly(Integer.MIN_VALUE, -7, Integer.MAX_VALUE);
                assertThat(v.segment().toArray(JAVA_INT)).startsWith(Integer.MIN_VALUE, -7, Integer.MAX_VALUE)
                        .hasSize(4);
            }
        }

        @Test
        void longs() {
            try (LuaVector v = LuaVector.of(memory, JAVA_LONG)) {
                for (long i = 0; i < 5; i++)
                    v.addLong(i << 40);
                v.setLong(3, -1);
                assertThat(v.length()).isEqualTo(5);
                assertThat(v.segment().toArray(JAVA_LONG)).startsWith(0, 1L << 40, 2L << 40, -1, 4L << 40);
                assertThat(v.getLong(3)).isEqualTo(-1);
                assertThat(v.getLong(4)).isEqualTo(4L << 40);
            }
        }

        @Test
        void doubles() {
            try (LuaVector v = LuaVector.of(memory, JAVA_DOUBLE)) {
                for (int i = 0; i < 5; i++)
                    v.addDouble(i / 4.0);
                v.setDouble(1, Double.NEGATIVE_INFINITY);
                assertThat(v.length()).isEqualTo(5);
                assertThat(v.segment().toArray(JAVA_DOUBLE)).startsWith(0, Double.NEGATIVE_INFINITY, 0.5, 0.75, 1);
                assertThat(v.getDouble(1)).isEqualTo(Double.NEGATIVE_INFINITY);
                assertThat(v.getDouble(4)).isEqualTo(1.0);
            }
        }

        @Test
        void bytes() {
            try (LuaVector v = LuaVector.of(memory, JAVA_BYTE)) {
                for (byte i = 0; i < 5; i++)
                    v.addByte(i);
                v.setByte(2, (byte) -128);
                assertThat(v.length()).isEqualTo(5);
                assertThat(v.segment().toArray(JAVA_BYTE)).startsWith(0, 1, -128, 3, 4);
                assertThat(v.getByte(2)).isEqualTo((byte) -128);
                assertThat(v.getByte(4)).isEqualTo((byte) 4);
            }
        }

        @Test
        void segments() {
            try (LuaVector v = LuaVector.of(memory, TRIPLE)) {
                for (int i = 0; i < 6; i++)
                    v.add().setAtIndex(JAVA_INT, 2, i);
                assertThat(v.length()).isEqualTo(6);
                assertThat(v.segment().byteSize()).isEqualTo(96);
                assertThat(v.element(5).byteSize()).isEqualTo(12);
                assertThat(v.element(5).address()).isEqualTo(v.address() + 60);
                assertThat(v.element(5).getAtIndex(JAVA_INT, 2)).isEqualTo(5);
                assertThat(v.element(0).getAtIndex(JAVA_INT, 2)).isZero();
            }
        }

        @Test
        void segment_isOneUntilTheNextGrowth() {
            try (LuaVector v = of(1, 2, 3, 4)) {
                MemorySegment before = v.segment();
                assertThat(v.segment()).isSameAs(before);
                v.addInt(5);
                assertThat(before.scope().isAlive()).isFalse();
                assertThat(v.segment().byteSize()).isEqualTo(32);
            }
        }
    }

    @Nested
    class Appending {
        @Test
        void appender_ints_countsAtTheEnd() {
            try (LuaVector v = of(-1)) {
                try (LuaVector.Appender out = v.appender()) {
                    for (int i = 0; i < 1000; i++)
                        out.addInt(i);
                    assertThat(v.length()).isEqualTo(1);
                }
                assertThat(v.length()).isEqualTo(1001);
                assertThat(v.capacity()).isEqualTo(1024);
                for (int i = 0; i <= 1000; i++)
                    assertThat(v.getInt(i)).isEqualTo(i - 1);
                assertThat(alloc.calls()).hasSize(9);
            }
        }

        @Test
        void appender_longs() {
            try (LuaVector v = LuaVector.of(memory, JAVA_LONG)) {
                try (LuaVector.Appender out = v.appender()) {
                    for (long i = 0; i < 5; i++)
                        out.addLong(~i);
                }
                assertThat(v.segment().asSlice(0, 40).toArray(JAVA_LONG)).containsExactly(-1, -2, -3, -4, -5);
                assertThat(v.length()).isEqualTo(5);
            }
        }

        @Test
        void appender_doubles() {
            try (LuaVector v = LuaVector.of(memory, JAVA_DOUBLE)) {
                try (LuaVector.Appender out = v.appender()) {
                    for (int i = 0; i < 5; i++)
                        out.addDouble(i * 0.5);
                }
                assertThat(v.segment().asSlice(0, 40).toArray(JAVA_DOUBLE)).containsExactly(0, 0.5, 1, 1.5, 2);
                assertThat(v.length()).isEqualTo(5);
            }
        }

        @Test
        void appender_bytes() {
            try (LuaVector v = LuaVector.of(memory, JAVA_BYTE)) {
                try (LuaVector.Appender out = v.appender()) {
                    for (byte i = 0; i < 5; i++)
                        out.addByte((byte) -i);
                }
                assertThat(v.segment().asSlice(0, 5).toArray(JAVA_BYTE)).containsExactly(0, -1, -2, -3, -4);
                assertThat(v.length()).isEqualTo(5);
            }
        }

        @Test
        void appender_refusedInBetween_keepsWhatItHas() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT)) {
                alloc.allow(2);
                assertThatThrownBy(() -> {
                    try (LuaVector.Appender out = v.appender()) {
                        for (int i = 0; i < 100; i++)
                            out.addInt(i);
                    }
                }).isExactlyInstanceOf(LuaMemoryException.class)
                        .hasMessage("not enough memory: osize=32, nsize=64, totalbytes=32");
                assertThat(v).hasToString("LuaVector[length=8, capacity=8, limit=2147483645]");
                assertThat(v.getInt(7)).isEqualTo(7);
            }
        }

        @Test
        void appender_atLimit_throwsTheCallersText() {
            try (LuaVector v = LuaVector.of(memory, JAVA_INT, 4, "full")) {
                try (LuaVector.Appender out = v.appender()) {
                    for (int i = 0; i < 4; i++)
                        out.addInt(i);
                    assertThatThrownBy(() -> out.addInt(4)).isExactlyInstanceOf(LuaRuntimeException.class)
                            .hasMessage("full: capacity=4, limit=4");
                }
                assertThat(v.length()).isEqualTo(4);
            }
        }

        @Test
        void appender_afterItsVectorChanged_isRefused() {
            try (LuaVector v = of(1, 2)) {
                LuaVector.Appender out = v.appender();
                v.resize(3);
                assertThatThrownBy(() -> out.addInt(3)).isExactlyInstanceOf(IllegalStateException.class).hasMessage(
                        "the vector has changed under its appender: LuaVector[length=2, capacity=3, limit=2147483645]");
                out.close();
                assertThat(v.length()).isEqualTo(2);
            }
        }

        @Test
        void appender_afterItsVectorClosed_isRefused() {
            LuaVector v = of(1, 2);
            LuaVector.Appender out = v.appender();
            v.close();
            assertThatThrownBy(() -> out.addInt(3)).isExactlyInstanceOf(IllegalStateException.class).hasMessage(
                    "the vector has changed under its appender: LuaVector[length=0, capacity=0, limit=2147483645]");
            out.close();
            assertThat(v.length()).isZero();
        }
    }

    private LuaVector of(int... values) {
        LuaVector v = LuaVector.of(memory, JAVA_INT);
        for (int value : values)
            v.addInt(value);
        return v;
    }
}
