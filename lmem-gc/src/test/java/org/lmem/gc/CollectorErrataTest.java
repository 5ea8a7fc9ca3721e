package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// What the document says of memory manager and collector, and what 5.1.5 does.
class CollectorErrataTest {
    /// A fresh state: bytes in use, and the first threshold.
    private static final long FRESH = 3627;
    private static final long FIRST_THRESHOLD = 4 * FRESH;

    private static LuaState stopped(TestHeap heap) {
        LuaState state = LuaState.newState(heap);
        state.gc(GCOption.STOP, 0);
        return state;
    }

    private static void garbage(LuaState state, int tables) {
        for (int i = 0; i < tables; i++) {
            state.newTable();
            state.pop(1);
        }
    }

    /// Pushes a userdata with a finaliser.
    private static void pushFinalized(LuaState state, LuaFunction finalizer) {
        state.newUserdata(16);
        state.createTable(0, 1);
        state.pushCFunction(finalizer);
        state.setField(-2, "__gc");
        state.setMetatable(-2);
    }

    @Test
    @DisplayName("X32 the memory manager never collects; a safe point does, before it allocates")
    void x32() {
        try (LuaState state = LuaState.newState(new TestHeap())) {
            long block = state.memory().malloc(FIRST_THRESHOLD);
            state.checkStack(100);
            state.pushInteger(1);
            state.setField(LuaState.GLOBALSINDEX, "no safe point");
            assertThat(state.collector().phase()).isEqualTo(Phase.PAUSE);
            state.newTable();
            assertThat(state.collector().phase()).isNotEqualTo(Phase.PAUSE);
            state.memory().freeMem(block, FIRST_THRESHOLD);
        }
    }

    @Test
    @DisplayName("X33 a step is due when the bytes in use equal the threshold")
    void x33() {
        try (LuaState state = LuaState.newState(new TestHeap())) {
            state.gc(GCOption.RESTART, 0);
            assertThat(state.collector().threshold()).isEqualTo(state.collector().totalBytes());
            state.newTable();
            assertThat(state.collector().phase()).isEqualTo(Phase.SWEEPSTRING);
        }
    }

    @Test
    @DisplayName("X34 the estimate is of live bytes: what was in use when marking ended, less what was freed since")
    void x34() {
        try (LuaState state = LuaState.newState(new TestHeap())) {
            LuaCollector collector = state.collector();
            assertThat(collector.estimate()).isZero();
            garbage(state, 100);
            List<CollectorEvent> events = new ArrayList<>();
            collector.addListener(events::add);
            state.gc(GCOption.COLLECT, 0);
            assertThat(events.stream().filter(e -> e.before() == Phase.PROPAGATE && e.after() == Phase.SWEEPSTRING)
                    .map(CollectorEvent::estimate)).containsExactly(FRESH + 6400);
            assertThat(collector.estimate()).isEqualTo(FRESH);
            assertThat(collector.threshold()).isEqualTo(FRESH / 100 * 200);
        }
    }

    @Test
    @DisplayName("X34 what a waiting userdata takes is not in the estimate, and each finaliser takes 100 off")
    void x34_finalisers() {
        try (LuaState state = stopped(new TestHeap())) {
            pushFinalized(state, s -> 0);
            state.setTop(0);
            long total = state.collector().totalBytes();
            long userdata = 40 + 16;
            long metatable = 64 + 40; // alive only for the finaliser, and its function with it
            long function = 40;
            state.gc(GCOption.COLLECT, 0);
            assertThat(state.collector().estimate()).isEqualTo(total - userdata - metatable - function - 100);
        }
    }

    @Test
    @DisplayName("X35 there is a debt, a first threshold of four times the state, and a threshold that means stop")
    void x35() {
        try (LuaState state = LuaState.newState(new TestHeap())) {
            LuaCollector collector = state.collector();
            assertThat(collector.totalBytes()).isEqualTo(FRESH);
            assertThat(collector.threshold()).isEqualTo(FIRST_THRESHOLD);
            garbage(state, 172);
            assertThat(collector.debt()).isEqualTo(FRESH + 171 * 64 - FIRST_THRESHOLD).isEqualTo(63);
            assertThat(collector.threshold()).isEqualTo(FRESH + 171 * 64 + 1024);
            state.gc(GCOption.STOP, 0);
            assertThat(collector.threshold()).isEqualTo(LuaMemory.MAX_SIZET);
        }
    }

    @Test
    @DisplayName("X36 weak entries go only where their object is dead, and strings never")
    void x36() {
        try (LuaState state = stopped(new TestHeap())) {
            state.newTable();
            state.createTable(0, 1);
            state.pushString("kv");
            state.setField(-2, "__mode");
            state.setMetatable(1);
            state.newTable();
            state.rawSetI(1, 1); // dead
            state.newTable();
            state.pushValue(-1);
            state.rawSetI(1, 2); // alive: on the stack
            state.pushString("a string");
            state.rawSetI(1, 3);
            state.pushInteger(4);
            state.rawSetI(1, 4);
            state.gc(GCOption.COLLECT, 0);
            List<LuaType> types = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                state.rawGetI(1, i);
                types.add(state.type(-1));
                state.pop(1);
            }
            assertThat(types).containsExactly(LuaType.NIL, LuaType.TABLE, LuaType.STRING, LuaType.NUMBER);
        }
    }

    @Test
    @DisplayName("X37 closing calls the finalisers of live userdata, too, newest first, and marks nothing")
    void x37() {
        TestHeap heap = new TestHeap();
        List<String> order = new ArrayList<>();
        LuaState state = stopped(heap);
        for (int i = 1; i <= 2; i++) {
            String name = "u" + i;
            pushFinalized(state, s -> {
                order.add(name + " " + s.collector().phase());
                return 0;
            });
        }
        state.close();
        assertThat(order).containsExactly("u2 PAUSE", "u1 PAUSE");
        assertThat(heap.blocks()).isZero();
    }

    @Test
    @DisplayName("X38 each constructor links its object: strings, userdata and the others in places of their own")
    void x38() {
        try (LuaState state = stopped(new TestHeap())) {
            long g = state.global.address;
            state.newTable();
            assertThat(Global.root(g)).isEqualTo(TValue.object(state.at(state.address, -1)));
            state.pushString("a new string");
            long string = TValue.object(state.at(state.address, -1));
            int bucket = TString.hash(string) & (Global.countBuckets(g) - 1);
            assertThat(RawMemory.getLong(Global.bucket(g, bucket))).isEqualTo(string);
            state.newUserdata(0);
            assertThat(GCHeader.next(Global.mainThread(g))).isEqualTo(TValue.object(state.at(state.address, -1)));
        }
    }

    /// Garbage, for which the string table grows.
    private static void makeStrings(LuaState state, int count) {
        for (int i = 0; i < count; i++) {
            state.pushString("string " + i);
            state.pop(1);
        }
    }

    @Test
    @DisplayName("X39 shrinking the string table needs memory: a collection can fail for lack of it, and be repeated")
    void x39() {
        TestHeap heap = new TestHeap();
        try (LuaState state = stopped(heap)) {
            makeStrings(state, 300);
            assertThat(Global.countBuckets(state.global.address)).isEqualTo(512);
            heap.refuseAfter(0);
            assertThatThrownBy(() -> state.gc(GCOption.COLLECT, 0)).isInstanceOf(LuaException.class)
                    .hasMessage("not enough memory: osize=0, nsize=2048, totalbytes="
                            + state.collector().totalBytes());
            assertThat(state.collector().phase()).isEqualTo(Phase.SWEEP);
            assertThat(state.collector().verify()).isEmpty();
            heap.refuseNothing();
            state.gc(GCOption.COLLECT, 0);
            assertThat(Global.countBuckets(state.global.address)).isEqualTo(128); // once for each of two sweeps
            assertThat(state.collector().phase()).isEqualTo(Phase.PAUSE);
        }
    }

    @Test
    @DisplayName("X39 the same in the sweep before the cycle, which visits no object while the collector rests")
    void x39AtRest() {
        TestHeap heap = new TestHeap();
        try (LuaState state = stopped(heap)) {
            makeStrings(state, 2000);
            long g = state.global.address;
            state.gc(GCOption.COLLECT, 0);
            assertThat(Global.countBuckets(g)).isEqualTo(1024);
            heap.refuseAfter(0);
            assertThatThrownBy(() -> state.gc(GCOption.COLLECT, 0)).isInstanceOf(LuaException.class)
                    .hasMessage("not enough memory: osize=0, nsize=4096, totalbytes="
                            + state.collector().totalBytes());
            assertThat(state.collector().phase()).isEqualTo(Phase.SWEEP);
            assertThat(RawMemory.getLong(Global.sweepLink(g))).isZero(); // at the end of the list, as in 5.1.5
            assertThat(state.collector().verify()).isEmpty();
            heap.refuseNothing();
            state.gc(GCOption.COLLECT, 0);
            assertThat(Global.countBuckets(g)).isEqualTo(256);
            assertThat(state.collector().phase()).isEqualTo(Phase.PAUSE);
        }
    }

    @Test
    @DisplayName("X40 a finaliser's error reaches whoever caused the step, and leaves the threshold at twice the total")
    void x40() {
        try (LuaState state = stopped(new TestHeap())) {
            pushFinalized(state, s -> fail(s, "boom"));
            state.setTop(0);
            assertThat(state.cpcall(s -> {
                s.gc(GCOption.COLLECT, 0);
                return 0;
            })).isEqualTo(LuaStatus.ERRRUN);
            assertThat(state.toString(-1)).isEqualTo("boom");
            assertThat(state.collector().phase()).isEqualTo(Phase.FINALIZE);
            long atCall = state.collector().totalBytes() - 24 - 4 - 1; // without the message
            assertThat(state.collector().threshold()).isEqualTo(2 * atCall);
            state.gc(GCOption.COLLECT, 0); // goes on, and calls it no second time
            assertThat(state.collector().phase()).isEqualTo(Phase.PAUSE);
        }
    }

    private static int fail(LuaState state, String message) {
        state.pushString(message);
        return state.error();
    }

    @Test
    @DisplayName("X40 where that was chosen an error stays with its finaliser, and the others are called")
    void x40_isolated() {
        try (LuaState state = stopped(new TestHeap())) {
            List<String> seen = new ArrayList<>();
            state.collector().isolateFinalizerErrors(e -> seen.add(e.luaMessage()));
            for (int i = 1; i <= 3; i++) {
                String name = "boom " + i;
                pushFinalized(state, s -> fail(s, name));
            }
            state.setTop(0);
            state.gc(GCOption.COLLECT, 0);
            assertThat(seen).containsExactly("boom 3", "boom 2", "boom 1");
            assertThat(state.getTop()).isZero();
            assertThat(state.collector().threshold()).isEqualTo(state.collector().estimate() / 100 * 200);
        }
    }

    @Test
    @DisplayName("X41 collect and step undo a stop")
    void x41() {
        try (LuaState state = stopped(new TestHeap())) {
            LuaCollector collector = state.collector();
            state.gc(GCOption.COLLECT, 0);
            assertThat(collector.threshold()).isEqualTo(7200);
            state.gc(GCOption.STOP, 0);
            assertThat(state.gc(GCOption.STEP, 0)).isZero();
            assertThat(collector.threshold()).isEqualTo(FRESH + 1024);
        }
    }

    @Test
    @DisplayName("X41 where that was chosen a stop lasts until a restart")
    void x41_lasting() {
        try (LuaState state = stopped(new TestHeap())) {
            LuaCollector collector = state.collector();
            collector.setLastingStop(true);
            garbage(state, 1000);
            state.gc(GCOption.COLLECT, 0);
            assertThat(collector.totalBytes()).isEqualTo(FRESH);
            assertThat(state.gc(GCOption.STEP, 1_000_000)).isOne();
            assertThat(collector.threshold()).isEqualTo(LuaMemory.MAX_SIZET);
            state.gc(GCOption.RESTART, 0);
            assertThat(collector.threshold()).isEqualTo(FRESH);
        }
    }

    @Test
    @DisplayName("X41 a step by any number of kilobytes returns")
    void x41_returns() {
        try (LuaState state = stopped(new TestHeap())) {
            for (int kilobytes : new int[]{0, 1, 100, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
                int steps = 1;
                while (state.gc(GCOption.STEP, kilobytes) == 0)
                    steps++;
                assertThat(steps).as("steps of %d KB", kilobytes).isLessThan(10);
            }
        }
    }

    @Test
    @DisplayName("X42 X63 a failed rehash damages the table, unless tables are to be restored")
    void x42() {
        assertThat(elementsAfterFailedRehash(Semantics.LUA_5_1)).isLessThan(4);
        assertThat(elementsAfterFailedRehash(Semantics.SAFE)).isEqualTo(4);
    }

    /// Keys 1 to 4 in the hash part; the array part grows, the new hash part cannot be had.
    private static int elementsAfterFailedRehash(Semantics semantics) {
        TestHeap heap = new TestHeap();
        try (LuaState state = LuaState.newState(heap, semantics)) {
            state.gc(GCOption.STOP, 0);
            state.createTable(0, 4);
            for (int i = 1; i <= 4; i++) {
                state.pushInteger(i);
                state.rawSetI(1, i);
            }
            state.pushString("key");
            state.pushInteger(5);
            heap.refuseAfter(1); // the array part is had, the hash part is not
            assertThatThrownBy(() -> state.rawSet(1)).isInstanceOf(LuaException.class);
            heap.refuseNothing();
            int found = 0;
            for (int i = 1; i <= 4; i++) {
                state.rawGetI(1, i);
                found += state.type(-1) == LuaType.NUMBER ? 1 : 0;
                state.pop(1);
            }
            return found;
        }
    }

    @Test
    @DisplayName("X43 a value in raw memory is no root: its object is freed")
    void x43() {
        try (LuaState state = stopped(new TestHeap())) {
            long block = state.memory().malloc(TValue.SIZE);
            state.newTable();
            TValue.copy(state.at(state.address, 1), block);
            state.setTop(0);
            long freed = state.global.freedObjects;
            state.gc(GCOption.COLLECT, 0);
            assertThat(state.global.freedObjects - freed).isOne();
            assertThat(state.collector().totalBytes()).isEqualTo(FRESH + TValue.SIZE);
            state.memory().freeMem(block, TValue.SIZE);
        }
    }

    @Test
    @DisplayName("X43 a value in a userdata's block is no root either; the registry is")
    void x43_registry() {
        try (LuaState state = LuaState.newState(SystemAlloc.INSTANCE)) {
            state.gc(GCOption.STOP, 0);
            state.newTable();
            state.setField(LuaState.REGISTRYINDEX, "kept");
            state.gc(GCOption.COLLECT, 0);
            state.getField(LuaState.REGISTRYINDEX, "kept");
            assertThat(state.type(-1)).isEqualTo(LuaType.TABLE);
        }
    }
}
