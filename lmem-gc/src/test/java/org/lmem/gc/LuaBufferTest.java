package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LuaBufferTest extends StateFixture {
    @Test
    void pieces_becomeOneString() {
        LuaBuffer buffer = state.buffer();
        buffer.addChar('a');
        buffer.addString("b©");
        buffer.addLString("xcdx".getBytes(StandardCharsets.US_ASCII), 1, 2);
        state.pushNumber(7);
        buffer.addValue();
        buffer.pushResult();
        assertThat(stack()).containsExactly("ab©cd7");
    }

    @Test
    void nothing_becomesTheEmptyString() {
        state.buffer().pushResult();
        assertThat(stack()).containsExactly("");
    }

    @Test
    void manyPieces_keepFewStringsOnTheStack() {
        LuaBuffer buffer = state.buffer();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 60_000; i++) {
            buffer.addString(i + ",");
            expected.append(i).append(',');
            assertThat(state.getTop()).isLessThanOrEqualTo(10);
        }
        buffer.pushResult();
        assertThat(state.toString(-1)).isEqualTo(expected.toString());
        assertThat(state.getTop()).isEqualTo(1);
    }

    @Test
    void largeValues_goToTheStack() {
        LuaBuffer buffer = state.buffer();
        String large = "y".repeat(LuaBuffer.SIZE);
        buffer.addString("start");
        state.pushString(large);
        buffer.addValue();
        buffer.addString("end");
        state.pushString(large + large);
        buffer.addValue();
        buffer.pushResult();
        assertThat(state.toString(-1)).isEqualTo("start" + large + "end" + large + large);
    }

    @Test
    void addValue_noString_isRefused() {
        LuaBuffer buffer = state.buffer();
        state.pushNil();
        assertThatThrownBy(buffer::addValue).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no string: index=-1, type=nil");
    }

    @Test
    void bytesOutsideTheArray_areRefused() {
        LuaBuffer buffer = state.buffer();
        assertThatThrownBy(() -> buffer.addLString(new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> buffer.addLString(new byte[3], 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
