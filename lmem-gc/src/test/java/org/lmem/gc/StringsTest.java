package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaRuntimeException;
import org.lmem.core.raw.RawMemory;

class StringsTest extends StateFixture {
    @Test
    void intern_sameBytes_sameObject() {
        state.pushString("some text");
        state.pushLString("xsome textx".getBytes(), 1, 9);
        assertThat(object(1)).isEqualTo(object(2));
        assertThat(heap.takeCalls()).containsExactly("0>34");
    }

    @Test
    void intern_fromAddress_findsAndMakes() {
        try (Arena arena = Arena.ofConfined()) {
            long bytes = arena.allocate(8).address();
            RawMemory.copyIn("abcdefgh".getBytes(), 0, bytes, 8);
            long made = Strings.intern(state, bytes, 8);
            assertThat(Strings.intern(state, "abcdefgh")).isEqualTo(made);
            assertThat(Strings.intern(state, bytes, 8)).isEqualTo(made);
            assertThat(TString.toBytes(made)).isEqualTo("abcdefgh".getBytes());
            assertThat(RawMemory.getByte(TString.bytes(made) + 8)).isZero();
        }
    }

    @Test
    void intern_deadString_revivesIt() {
        long ts = Strings.intern(state, "dying");
        GCHeader.changeWhite(ts);
        assertThat(Global.isDead(g(), ts)).isTrue();
        assertThat(Strings.intern(state, "dying")).isEqualTo(ts);
        assertThat(Global.isDead(g(), ts)).isFalse();
    }

    @Test
    void table_doublesWhenThereAreMoreStringsThanBuckets() {
        assertThat(Global.countStrings(g())).isEqualTo(39);
        assertThat(Global.countBuckets(g())).isEqualTo(64);
        for (int i = 40; i <= 65; i++)
            Strings.intern(state, "string " + i);
        assertThat(Global.countBuckets(g())).isEqualTo(128);
        assertThat(heap.takeCalls()).endsWith("0>34", "0>1024", "512>0");
        long ts = Strings.intern(state, "string 40");
        assertThat(ts).isEqualTo(Strings.intern(state, "string 40"));
        assertThat(Global.countStrings(g())).isEqualTo(65);
    }

    @Test
    void table_doesNotMoveWhileItIsSwept() {
        Global.setPhase(g(), Phase.SWEEPSTRING);
        Strings.resize(state, 1024);
        assertThat(Global.countBuckets(g())).isEqualTo(64);
        assertThat(heap.takeCalls()).isEmpty();
        Global.setPhase(g(), Phase.PAUSE);
    }

    @Test
    void table_growthRefused_keepsTheString() {
        for (int i = 40; i <= 64; i++)
            Strings.intern(state, "string " + i);
        heap.refuseAfter(1);
        assertThatThrownBy(() -> Strings.intern(state, "string 65")).isInstanceOf(LuaMemoryException.class);
        assertThat(Global.countStrings(g())).isEqualTo(65);
        assertThat(Global.countBuckets(g())).isEqualTo(64);
        heap.takeCalls();
        Strings.intern(state, "string 65");
        assertThat(heap.takeCalls()).isEmpty();
    }

    @Test
    void reservedWords_areNumbered() {
        assertThat(TString.reserved(Strings.intern(state, "and"))).isEqualTo(1);
        assertThat(TString.reserved(Strings.intern(state, "while"))).isEqualTo(21);
        assertThat(TString.reserved(Strings.intern(state, "And"))).isZero();
        assertThat(GCHeader.test(Strings.intern(state, "end"), GCHeader.FIXED)).isTrue();
    }

    @Test
    void sizesThatCannotBeComputed_areTooBig() {
        assertThatThrownBy(() -> state.newUserdata(-9)).isInstanceOf(LuaRuntimeException.class).hasMessage(
                "memory allocation error: block too big: size=18446744073709551607");
        assertThatThrownBy(() -> Strings.intern(state, RawMemory.NULL, -20))
                .isInstanceOf(LuaRuntimeException.class);
        assertThat(state.getTop()).isZero();
    }

    @Test
    void userdata_isChainedBehindTheMainThread_newestFirst() {
        state.newUserdata(16);
        state.newUserdata(0);
        long main = Global.mainThread(g());
        assertThat(GCHeader.next(main)).isEqualTo(object(2));
        assertThat(GCHeader.next(object(2))).isEqualTo(object(1));
        assertThat(heap.takeCalls()).containsExactly("0>56", "0>40");
    }

    @Test
    void pushString_null_isNil() {
        state.pushString(null);
        assertThat(stack()).containsExactly("nil");
    }

    @Test
    void pushLString_outsideTheArray_isRefused() {
        assertThatThrownBy(() -> state.pushLString(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(state.getTop()).isZero();
    }

    @Test
    void pushFString_formats() {
        state.pushFString("%s is %d%% of %f, %c %p %x%", "this", 50, 1.5, 'c', 255L);
        assertThat(stack()).containsExactly("this is 50% of 1.5, c 0xff %x%\0");
    }
}
