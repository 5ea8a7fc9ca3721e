package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.raw.RawMemory;

class HeapVerifierTest extends StateFixture {
    private List<HeapViolation> verify() {
        return state.collector().verify();
    }

    private String only() {
        List<HeapViolation> violations = verify();
        assertThat(violations).hasSize(1);
        return violations.get(0).toString();
    }

    private void step() {
        Collector.step(state);
    }

    /// Leaves the collector in a phase; the step multiplier is the smallest.
    private void advanceTo(Phase phase) {
        state.setStepMultiplier(1);
        while (state.collector().phase() != phase)
            step();
    }

    private String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    // ------------------------------------------------------------------------------------------------ sound heaps

    @Test
    void verify_freshState_findsNothing() {
        assertThat(verify()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void verify_afterEverySingleStep_findsNothing(long seed) {
        state.gc(GCOption.RESTART, 0);
        state.setStepMultiplier(10 + (int) seed * 20);
        state.collector().setVerification(true);
        RandomHeap program = new RandomHeap(state, new Random(seed));
        for (int i = 0; i < 250; i++)
            program.act();
        assertThat(state.collector().cycles()).isPositive();
        state.collector().setVerification(false);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void verify_collectionAtEverySafePoint_findsNothing(long seed) {
        state.collector().setStress(true);
        RandomHeap program = new RandomHeap(state, new Random(seed));
        for (int i = 0; i < 120; i++) {
            program.act();
            assertThat(verify()).as("seed %d, act %d", seed, i).isEmpty();
        }
        assertThat(state.collector().cycles()).isGreaterThan(50);
        state.collector().setStress(false);
    }

    // -------------------------------------------------------------------------------------------------- damaged heaps

    @Test
    void verify_blackRefersToWhite_namesObjectRuleAndPath() {
        state.newTable();
        state.newTable();
        state.setField(1, "child");
        advanceTo(Phase.PROPAGATE);
        while (!GCHeader.isBlack(object(1)))
            step();
        state.getField(1, "child");
        long child = object(-1);
        int marks = GCHeader.marked(child);
        GCHeader.setMarked(child, Global.newWhite(g()));
        assertThat(verify()).extracting(HeapViolation::toString)
                .contains("inv.tricolor: table " + hex(object(1)) + ": is black, but .child is a white table "
                        + hex(child)
                        + ", path=main thread (slot 1)");
        GCHeader.setMarked(child, marks);
        assertThat(verify()).isEmpty();
    }

    @Test
    void verify_twoWhites_isReported() {
        state.newTable();
        int marks = GCHeader.marked(object(1));
        GCHeader.setMarked(object(1), 3);
        assertThat(verify()).extracting(HeapViolation::rule).contains("inv.white");
        assertThat(verify().get(0).path()).containsExactly("main thread", "(slot 1)");
        GCHeader.setMarked(object(1), marks);
    }

    @Test
    void verify_grayOnNoList_isReported() {
        state.newTable();
        advanceTo(Phase.PROPAGATE);
        state.newTable();
        GCHeader.setMarked(object(2), 0);
        assertThat(only()).isEqualTo(
                "inv.gray: table " + hex(object(2)) + ": is gray and on no gray list, path=main thread (slot 2)");
        GCHeader.setMarked(object(2), Global.newWhite(g()));
    }

    @Test
    void verify_grayListLeadsNowhere_isReported() {
        advanceTo(Phase.PROPAGATE);
        long weak = Global.weak(g());
        Global.setWeak(g(), 0x10);
        assertThat(only()).isEqualTo("inv.gray: global state: a gray list leads to no object: list=weak, address=0x10,"
                + " path=global state");
        Global.setWeak(g(), weak);
    }

    @Test
    void verify_reachableAboutToBeFreed_isReported() {
        state.newTable();
        advanceTo(Phase.SWEEPSTRING);
        int marks = GCHeader.marked(object(1));
        GCHeader.setMarked(object(1), Global.otherWhite(g()) & GCHeader.WHITES);
        assertThat(only()).isEqualTo("inv.dead: table " + hex(object(1))
                + ": can be reached and is about to be freed, path=main thread (slot 1)");
        GCHeader.setMarked(object(1), marks);
    }

    @Test
    void verify_referenceToFreedObject_isReported() {
        state.newTable();
        long slot = state.at(l(), 1);
        long table = TValue.object(slot);
        TValue.set(slot, table + 8, TValue.TABLE);
        assertThat(only()).isEqualTo("inv.link: thread " + hex(l()) + ": (slot 1) leads to no object: address="
                + hex(table + 8) + ", path=main thread");
        TValue.set(slot, table, TValue.TABLE);
    }

    @Test
    void verify_referenceToOtherType_isReported() {
        state.newTable();
        TValue.setTag(state.at(l(), 1), TValue.FUNCTION);
        assertThat(only()).isEqualTo("inv.type: thread " + hex(l())
                + ": (slot 1) is a table, not a function, path=main thread");
        TValue.setTag(state.at(l(), 1), TValue.TABLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x5A5A5A5A5A5A5A5AL, 0x10, 3, -8})
    void verify_listLeavesMemory_isReportedNotFollowed(long wild) {
        state.newTable();
        long next = GCHeader.next(object(1));
        GCHeader.setNext(object(1), wild);
        assertThat(verify()).extracting(HeapViolation::toString)
                .contains("inv.link: global state: a link leads out of memory: address=" + hex(wild)
                        + ", list=ROOT, path=global state");
        GCHeader.setNext(object(1), next);
    }

    @Test
    void verify_listRunsInACircle_isReportedNotFollowed() {
        state.newTable();
        long next = GCHeader.next(object(1));
        GCHeader.setNext(object(1), object(1));
        assertThat(verify()).extracting(HeapViolation::toString).anyMatch(
                v -> v.startsWith("inv.link: table " + hex(object(1)) + ": is linked twice: list=ROOT"));
        GCHeader.setNext(object(1), next);
    }

    @Test
    void verify_wrongType_isReported() {
        state.newTable();
        GCHeader.setType(object(1), 17);
        assertThat(verify()).extracting(HeapViolation::toString).contains("inv.type: type 17 " + hex(object(1))
                + ": is on the wrong list: type=17, list=ROOT, path=main thread (slot 1)");
        GCHeader.setType(object(1), TValue.TABLE);
    }

    @Test
    void verify_wrongNumberOfStrings_isReported() {
        int n = Global.countStrings(g());
        Global.setCountStrings(g(), n + 1);
        assertThat(only()).isEqualTo("inv.strt: global state: the number of strings is wrong: nuse=" + (n + 1)
                + ", strings=" + n + ", path=global state");
        Global.setCountStrings(g(), n);
    }

    @Test
    void verify_damagedStrings_areReported() {
        state.pushString("abc");
        long ts = object(1);
        int hash = TString.hash(ts);
        TString.setHash(ts, hash + Global.countBuckets(g()));
        assertThat(verify()).extracting(HeapViolation::rule).containsExactly("inv.strt");
        TString.setHash(ts, hash);
        RawMemory.putByte(TString.bytes(ts) + 3, (byte) 'x');
        assertThat(only()).contains("inv.strt").contains("has no zero byte behind it: len=3");
        RawMemory.putByte(TString.bytes(ts) + 3, (byte) 0);
        TString.setLen(ts, 1L << 60);
        assertThat(only()).contains("inv.readable").contains("the bytes are not in memory: len=1152921504606846976");
        TString.setLen(ts, 3);
    }

    @Test
    void verify_damagedParts_areReportedNotFollowed() {
        state.createTable(1, 2);
        state.pushInteger(1);
        state.setField(1, "a");
        long t = object(1);
        Table.setSizeArray(t, 1 << 25);
        assertThat(only()).contains("inv.readable").contains("the array part is not in memory: sizearray=33554432");
        Table.setSizeArray(t, 1);
        long node = Table.node(t);
        Table.setNode(t, 0x5A5A5A5A5A5A5A5AL);
        assertThat(only()).contains("inv.readable").contains("the hash part is not in memory: lsizenode=1");
        Table.setNode(t, node);
        Node.setNext(node, node);
        assertThat(verify()).extracting(HeapViolation::detail).contains("a chain runs in a circle: node=0");
        Node.setNext(node, 8);
        assertThat(verify()).extracting(HeapViolation::detail).contains("a chain leaves the nodes: next=0x8");
        Node.setNext(node, 0);
        long lastFree = Table.lastFree(t);
        Table.setLastFree(t, node - 40);
        assertThat(verify()).extracting(HeapViolation::rule).contains("inv.lastfree");
        Table.setLastFree(t, lastFree);
        assertThat(verify()).isEmpty();
    }

    @Test
    void verify_damagedThread_isReportedNotFollowed() {
        LuaState thread = state.newThread();
        long l = thread.address;
        long top = LuaThread.top(l);
        LuaThread.setTop(l, LuaThread.stack(l) - 16);
        assertThat(only()).contains("inv.stack").contains("base and top are not in order");
        LuaThread.setTop(l, top);
        long ci = LuaThread.ci(l);
        LuaThread.setCI(l, ci + 1_000_000);
        assertThat(only()).contains("inv.stack").contains("the call in progress is not one of the calls");
        LuaThread.setCI(l, ci);
        long stack = LuaThread.stack(l);
        LuaThread.setStack(l, 24);
        assertThat(only()).contains("inv.readable").contains("the stack is not in memory: stacksize=45");
        LuaThread.setStack(l, stack);
    }

    @Test
    void verify_metamethodSaidToBeAbsent_isReported() {
        state.newTable();
        state.pushInteger(1);
        state.setField(1, "__gc");
        Table.setFlags(object(1), 1 << TagMethods.GC);
        assertThat(only()).isEqualTo("inv.flags: table " + hex(object(1))
                + ": is said to have no __gc and has one, path=main thread (slot 1)");
        Table.setFlags(object(1), 0);
    }

    @Test
    void verify_unmarkedOnTheRing_isReported() {
        pushFinalized();
        state.setTop(0);
        advanceTo(Phase.SWEEPSTRING);
        long u = Global.lastToFinalize(g());
        GCHeader.reset(u, GCHeader.FINALIZED);
        assertThat(only()).isEqualTo("inv.once: userdata " + hex(u)
                + ": waits for its finaliser without its mark, path=finalizer 0");
        GCHeader.set(u, GCHeader.FINALIZED);
    }

    private void pushFinalized() {
        state.newUserdata(1);
        state.createTable(0, 1);
        state.pushCFunction(s -> 0);
        state.setField(-2, "__gc");
        state.setMetatable(-2);
    }

    @Test
    void verify_mainThreadNotFixed_isReported() {
        int marks = GCHeader.marked(l());
        GCHeader.setMarked(l(), Global.newWhite(g()));
        assertThat(only()).isEqualTo(
                "inv.fixed: thread " + hex(l()) + ": the main thread can be freed, path=main thread");
        GCHeader.setMarked(l(), marks);
    }

    @Test
    void verify_openUpvalueOutOfStack_isReported() {
        state.pushInteger(7);
        long uv = Functions.findUpval(state, state.at(l(), 1));
        assertThat(verify()).isEmpty();
        long v = UpVal.v(uv);
        UpVal.setV(uv, v + 1_000_000 * TValue.SIZE);
        assertThat(verify()).extracting(HeapViolation::rule).contains("inv.upvalue");
        UpVal.setV(uv, v);
        long next = UpVal.nextOpen(uv);
        UpVal.setNextOpen(uv, uv);
        assertThat(verify()).extracting(HeapViolation::detail).contains("is not in the ring of open upvalues");
        UpVal.setNextOpen(uv, next);
    }

    @Test
    void setVerification_damageDuringACollection_stopsIt() {
        state.newTable();
        state.pushInteger(1);
        state.setField(1, "__gc");
        Table.setFlags(object(1), 1 << TagMethods.GC);
        state.collector().setVerification(true);
        assertThatThrownBy(() -> state.gc(GCOption.COLLECT, 0)).isInstanceOf(HeapViolationException.class)
                .hasMessageStartingWith("the heap is damaged: violations=1, first=inv.flags: table ");
        state.collector().setVerification(false);
        Table.setFlags(object(1), 0);
    }
}
