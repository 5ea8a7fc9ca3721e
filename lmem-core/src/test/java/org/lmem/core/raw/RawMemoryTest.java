package org.lmem.core.raw;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RawMemoryTest {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(64, 16);
    private final ByteBuffer view = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    private final long base = memory.address();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void isDirect_isWhatTheOptionSays() {
        assertThat(RawMemory.isDirect()).isEqualTo("allow".equals(System.getProperty("sun.misc.unsafe.memory.access")));
    }

    @Test
    void bytes_areReadAndWritten() {
        RawMemory.putByte(base + 3, (byte) -5);
        assertThat(view.get(3)).isEqualTo((byte) -5);
        assertThat(RawMemory.getByte(base + 3)).isEqualTo((byte) -5);
        assertNothingElse(3, 1);
    }

    @Test
    void shorts_areNativeAtAnyAlignment() {
        RawMemory.putShort(base + 5, (short) 0x8102);
        assertThat(view.getShort(5)).isEqualTo((short) 0x8102);
        assertThat(RawMemory.getShort(base + 5)).isEqualTo((short) 0x8102);
        assertNothingElse(5, 2);
    }

    @Test
    void ints_areNativeAtAnyAlignment() {
        RawMemory.putInt(base + 7, 0x8102_0304);
        assertThat(view.getInt(7)).isEqualTo(0x8102_0304);
        assertThat(RawMemory.getInt(base + 7)).isEqualTo(0x8102_0304);
        assertNothingElse(7, 4);
    }

    @Test
    void longs_areNativeAtAnyAlignment() {
        RawMemory.putLong(base + 9, 0x8102_0304_0506_0708L);
        assertThat(view.getLong(9)).isEqualTo(0x8102_0304_0506_0708L);
        assertThat(RawMemory.getLong(base + 9)).isEqualTo(0x8102_0304_0506_0708L);
        assertNothingElse(9, 8);
    }

    @Test
    void floats_areNativeAtAnyAlignment() {
        RawMemory.putFloat(base + 1, -1.25f);
        assertThat(view.getFloat(1)).isEqualTo(-1.25f);
        assertThat(RawMemory.getFloat(base + 1)).isEqualTo(-1.25f);
        assertNothingElse(1, 4);
    }

    @Test
    void doubles_areNativeAtAnyAlignment() {
        RawMemory.putDouble(base + 3, Math.E);
        assertThat(view.getDouble(3)).isEqualTo(Math.E);
        assertThat(RawMemory.getDouble(base + 3)).isEqualTo(Math.E);
        assertNothingElse(3, 8);
    }

    @Test
    void copy_mayOverlap() {
        for (int i = 0; i < 8; i++)
            RawMemory.putByte(base + i, (byte) (i + 1));
        RawMemory.copy(base, base + 2, 8);
        assertThat(memory.asSlice(0, 11).toArray(JAVA_BYTE)).containsExactly(1, 2, 1, 2, 3, 4, 5, 6, 7, 8, 0);
    }

    @Test
    void copyIn_readsFromTheOffset() {
        RawMemory.copyIn(new byte[]{1, 2, 3, 4, 5}, 1, base + 2, 3);
        assertThat(memory.asSlice(0, 7).toArray(JAVA_BYTE)).containsExactly(0, 0, 2, 3, 4, 0, 0);
    }

    @Test
    void copyOut_writesAtTheOffset() {
        RawMemory.copyIn(new byte[]{1, 2, 3, 4, 5}, 0, base, 5);
        byte[] bytes = new byte[5];
        RawMemory.copyOut(base + 1, bytes, 2, 3);
        assertThat(bytes).containsExactly(0, 0, 2, 3, 4);
    }

    @Test
    void copies_beyondTheArray_areRefused() {
        byte[] bytes = new byte[4];
        assertThatThrownBy(() -> RawMemory.copyIn(bytes, 2, base, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> RawMemory.copyOut(base, bytes, 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertNothingElse(0, 0);
    }

    @Test
    void fill_writesExactlyTheBytes() {
        RawMemory.fill(base + 2, 3, (byte) 9);
        assertThat(memory.asSlice(0, 7).toArray(JAVA_BYTE)).containsExactly(0, 0, 9, 9, 9, 0, 0);
    }

    @Test
    void segment_showsTheMemoryAndDiesWithItsArena() {
        RawMemory.putInt(base + 8, 77);
        MemorySegment segment;
        try (Arena life = Arena.ofConfined()) {
            segment = RawMemory.segment(base + 8, 4, life);
            assertThat(segment.address()).isEqualTo(base + 8);
            assertThat(segment.byteSize()).isEqualTo(4);
            assertThat(segment.get(JAVA_INT, 0)).isEqualTo(77);
        }
        assertThat(segment.scope().isAlive()).isFalse();
        assertThat(RawMemory.getInt(base + 8)).isEqualTo(77);
    }

    @Test
    void function_callsTheCLibrary() throws Throwable {
        FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
        assertThat((long) RawMemory.function("labs", type).invokeExact(-42L)).isEqualTo(42);
    }

    @Test
    void function_unknown_isRefused() {
        assertThatThrownBy(() -> RawMemory.function("no_such_function", FunctionDescriptor.ofVoid()))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the C library has no function: name=no_such_function");
    }

    private void assertNothingElse(int from, int bytes) {
        for (int i = 0; i < 64; i++)
            if (i < from || i >= from + bytes)
                assertThat(view.get(i)).as("byte %d", i).isZero();
    }
}
