package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lmem.gc.HeapSnapshot.TypeSummary;

class HeapSnapshotTest extends StateFixture {
    private HeapSnapshot snapshot() {
        return state.collector().snapshot();
    }

    /// A new table on top of the stack.
    private long table() {
        state.newTable();
        return state.toPointer(-1);
    }

    /// Stores what is on top of the stack in a table, by name.
    private void store(int table, String name) {
        state.setField(table, name);
    }

    // ----------------------------------------------------------------------------------------------------- objects

    @Test
    void freshState_addsUpTo3627() {
        HeapSnapshot fresh = snapshot();
        assertThat(fresh.totalBytes()).isEqualTo(3627).isEqualTo(state.memory().totalBytes());
        assertThat(fresh.count()).isEqualTo(42);
        assertThat(fresh.garbageBytes()).isZero();
        assertThat(fresh.summary()).containsExactly(new TypeSummary("thread", 1, 1224),
                new TypeSummary("string", 39, 1171), new TypeSummary("string table", 1, 512),
                new TypeSummary("global state", 1, 432), new TypeSummary("table", 2, 288));
        assertThat(fresh).hasToString("HeapSnapshot[objects=42, bytes=3627, garbage=0]");
    }

    @Test
    void object_hasTypeSizeAndLabel() {
        state.createTable(3, 2);
        state.newUserdata(100);
        state.pushString("hello");
        state.pushCFunction(s -> 0);
        HeapSnapshot s = snapshot();
        assertThat(s.object(object(1))).isEqualTo(
                new HeapObject(object(1), "table", 64 + 3 * 16 + 2 * 40, "table [3 slots, 2 nodes]"));
        assertThat(s.object(object(2))).isEqualTo(
                new HeapObject(object(2), "userdata", 140, "userdata [100 bytes]"));
        assertThat(s.object(object(3))).isEqualTo(new HeapObject(object(3), "string", 30, "hello"));
        assertThat(s.object(object(4))).isEqualTo(new HeapObject(object(4), "function", 40, "host function"));
        assertThat(s.objects().map(HeapObject::address)).isSorted().contains(object(1), object(2), object(3));
    }

    @Test
    void label_ofALongString_isItsBeginning() {
        state.pushString("x".repeat(1000));
        assertThat(snapshot().object(object(1)).label()).isEqualTo("x".repeat(120) + "…");
    }

    @Test
    void label_isPrintable() {
        state.pushLString(new byte[]{'a', '\n', '\t', '\r', 0, 127, (byte) 0xC2, (byte) 0x80, (byte) 0xC3, (byte) 0xA9,
                (byte) 0xFF, (byte) 0xE4, (byte) 0xB8});
        assertThat(snapshot().object(object(1)).label()).isEqualTo("a\\n\\t\\r\\000\\127\\194\\128é\\255\\228\\184");
        state.pushString("x" + "é".repeat(100)); // the 120th byte is in the middle of one
        assertThat(snapshot().object(object(2)).label()).isEqualTo("x" + "é".repeat(59) + "…");
    }

    @Test
    void buffer_isABlockOfItsOwn() {
        state.pushString("a");
        state.pushString("b");
        state.concat(2);
        assertThat(snapshot().summary()).contains(new TypeSummary("buffer", 1, 32));
        assertThat(snapshot().totalBytes()).isEqualTo(state.memory().totalBytes());
    }

    // -------------------------------------------------------------------------------------------------- references

    @Test
    void references_haveNames() {
        long t = table();
        long element = table();
        state.rawSetI(1, 1);
        long field = table();
        store(1, "field");
        long metatable = table();
        state.setMetatable(1);
        assertThat(snapshot().referencesOf(t)).contains(new HeapReference(t, metatable, "(metatable)", false),
                new HeapReference(t, element, "[1]", false), new HeapReference(t, field, ".field", false));
        assertThat(snapshot().referencesTo(field)).containsExactly(new HeapReference(t, field, ".field", false));
    }

    @Test
    void rootPath_isAShortestWay() {
        long t = table();
        store(LuaStack.REGISTRYINDEX, "kept");
        state.getField(LuaStack.REGISTRYINDEX, "kept");
        long inner = table();
        state.rawSetI(1, 1);
        state.setTop(0);
        state.newUserdata(8);
        state.getField(LuaStack.REGISTRYINDEX, "kept");
        state.setEnvironment(1);
        HeapSnapshot s = snapshot();
        assertThat(s.rootPath(t)).containsExactly("registry", ".kept");
        assertThat(s.rootPath(inner)).containsExactly("registry", ".kept", "[1]");
        assertThat(s.rootPath(object(1))).containsExactly("main thread", "(slot 1)");
        assertThat(s.describeRootPath(inner)).isEqualTo("registry.kept[1]");
    }

    @Test
    void upvaluesAndKeys_haveNames() {
        long key = table();
        state.pushValue(1);
        state.pushCClosure(s -> 0, 1);
        long closure = object(2);
        long t = table();
        state.pushValue(1);
        state.pushBoolean(true);
        state.rawSet(3);
        assertThat(snapshot().referencesOf(closure)).contains(new HeapReference(closure, key, "(upvalue 1)", false));
        assertThat(snapshot().referencesOf(t)).containsExactly(
                new HeapReference(t, key, "(key table 0x" + Long.toHexString(key) + ")", false));
    }

    @Test
    void weakReferences_keepNothing() {
        long t = table();
        state.newTable();
        state.pushString("v");
        store(2, "__mode");
        state.setMetatable(1);
        long value = table();
        state.rawSetI(1, 1);
        HeapSnapshot s = snapshot();
        assertThat(s.referencesOf(t)).contains(new HeapReference(t, value, "[1]", true));
        assertThat(s.isReachable(value)).isFalse();
        assertThat(s.rootPath(value)).isEmpty();
        assertThat(s.describeRootPath(value)).isEqualTo("garbage");
        assertThat(s.retainedBytes(t)).isEqualTo(s.object(t).bytes() + s.retainedBytes(metatableOf(s, t)));
        assertThat(s.garbageBytes()).isEqualTo(64);
    }

    private static long metatableOf(HeapSnapshot s, long t) {
        return s.referencesOf(t).stream().filter(r -> r.name().equals("(metatable)")).findFirst().orElseThrow().to();
    }

    // ---------------------------------------------------------------------------------------------------- retaining

    @Test
    void retained_isWhatOnlyOneLeadsTo() {
        long left = table();
        long right = table();
        long shared = table();
        long onlyLeft = table();
        state.rawSetI(1, 2);
        state.pushValue(3);
        state.rawSetI(1, 1);
        state.rawSetI(2, 1);
        HeapSnapshot s = snapshot();
        assertThat(s.retainedBytes(shared)).isEqualTo(64);
        assertThat(s.retainedBytes(onlyLeft)).isEqualTo(64);
        assertThat(s.retainedBytes(left)).isEqualTo(s.object(left).bytes() + 64);
        assertThat(s.retainedBytes(right)).isEqualTo(s.object(right).bytes());
    }

    @Test
    void retained_doesNotMindGarbage_thatLeadsToTheLiving() {
        long owner = table();
        long owned = table();
        state.pushValue(2);
        state.rawSetI(1, 1);
        long garbage = table();
        state.pushValue(2);
        state.rawSetI(3, 1);
        state.setTop(1);
        HeapSnapshot s = snapshot();
        assertThat(s.isReachable(garbage)).isFalse();
        assertThat(s.referencesOf(garbage)).containsExactly(new HeapReference(garbage, owned, "[1]", false));
        assertThat(s.retainedBytes(owner)).isEqualTo(64 + 16 + 64);
        assertThat(s.retainedBytes(garbage)).isEqualTo(64 + 16);
        assertThat(s.garbageBytes()).isEqualTo(64 + 16);
    }

    @Test
    void retained_ofACircle_isTheWholeCircle() {
        long a = table();
        long b = table();
        state.pushValue(1);
        state.rawSetI(2, 1);
        state.rawSetI(1, 1);
        HeapSnapshot s = snapshot();
        assertThat(s.retainedBytes(a)).isEqualTo(s.object(a).bytes() + s.object(b).bytes());
        assertThat(s.retainedBytes(b)).isEqualTo(s.object(b).bytes());
        state.setTop(0);
        assertThat(snapshot().isReachable(a)).isFalse();
        assertThat(snapshot().retainedBytes(a)).isEqualTo(s.object(a).bytes());
    }

    @Test
    void retained_isWhatACollectionFrees_withoutTheObject() {
        RandomHeap program = new RandomHeap(state, new Random(7));
        for (int i = 0; i < 400; i++)
            program.act();
        state.setTop(1);
        state.gc(GCOption.COLLECT, 0);
        state.gc(GCOption.COLLECT, 0);
        HeapSnapshot before = snapshot();
        long retained = before.retainedBytes(object(1));
        long expected = before.totalBytes() - retained;
        assertThat(retained).isGreaterThan(1000);
        state.setTop(0);
        HeapSnapshot dropped = snapshot();
        assertThat(dropped.totalBytes() - dropped.garbageBytes()).isEqualTo(expected);
    }

    @Test
    void largest_areThoseThatRetainMost() {
        long t = table();
        for (int i = 1; i <= 100; i++) {
            state.newTable();
            state.rawSetI(1, i);
        }
        HeapSnapshot s = snapshot();
        assertThat(s.largest(2)).extracting(HeapObject::address)
                .containsExactly(state.global.thread(Global.mainThread(g())).address, t);
        assertThat(s.retainedBytes(t)).isEqualTo(64 + 128 * 16 + 100 * 64);
    }

    // -------------------------------------------------------------------------------------------------------- diff

    @Test
    void diff_saysWhatIsNewGoneAndResized() {
        long kept = table();
        long gone = table();
        HeapSnapshot before = snapshot();
        HeapObject goneObject = before.object(gone);
        state.setTop(1);
        state.gc(GCOption.COLLECT, 0);
        state.pushInteger(1);
        state.rawSetI(1, 1);
        state.pushString("a new string");
        HeapSnapshot after = snapshot();
        HeapDiff diff = after.diff(before);
        assertThat(diff.added()).containsExactly(after.object(object(2)));
        assertThat(diff.removed()).containsExactly(goneObject);
        assertThat(diff.resized()).containsExactly(new HeapDiff.Resized(after.object(kept), 64));
        assertThat(diff.types()).containsExactly(new HeapDiff.TypeDiff("string", 1, 37),
                new HeapDiff.TypeDiff("table", -1, -64 + 16));
        assertThat(diff.bytes()).isEqualTo(37 - 64 + 16).isEqualTo(after.totalBytes() - before.totalBytes());
    }

    @Test
    void diff_withItself_isNothing() {
        HeapDiff diff = snapshot().diff(snapshot());
        assertThat(diff).isEqualTo(new HeapDiff(List.of(), List.of(), List.of(), List.of()));
    }

    // -------------------------------------------------------------------------------------------------- any moment

    @ParameterizedTest
    @EnumSource
    void snapshot_inEveryPhase_addsUp_andChangesNothing(Phase phase) {
        RandomHeap program = new RandomHeap(state, new Random(phase.number()));
        state.setStepMultiplier(1);
        for (int i = 0; i < 500; i++)
            program.act();
        do
            Collector.step(state);
        while (state.collector().phase() != phase);
        heap.takeCalls();
        long checksum = heap.checksum();
        HeapSnapshot s = snapshot();
        assertThat(heap.checksum()).isEqualTo(checksum);
        assertThat(heap.takeCalls()).isEmpty();
        assertThat(s.totalBytes()).isEqualTo(state.memory().totalBytes());
        assertThat(state.collector().phase()).isEqualTo(phase);
        assertThat(state.collector().verify()).isEmpty();
        state.setTop(0);
    }

    @Test
    void snapshot_underAStoppedCollection_countsWhatIsDeadAsGarbage() {
        for (int i = 0; i < 100; i++) {
            state.newTable();
            state.setTop(0);
        }
        long kept = table();
        state.setStepMultiplier(1); // small steps: none of them passes a whole phase
        while (state.collector().phase() != Phase.SWEEP)
            Collector.step(state);
        state.stopCollector();
        HeapSnapshot s = snapshot();
        assertThat(s.garbageBytes()).isEqualTo(100 * 64);
        assertThat(s.describeRootPath(kept)).isEqualTo("main thread -> (slot 1)");
        assertThat(s.objects().filter(o -> !s.isReachable(o.address())).map(HeapObject::type)).hasSize(100)
                .containsOnly("table");
        state.gc(GCOption.COLLECT, 0);
        assertThat(snapshot().totalBytes()).isEqualTo(s.totalBytes() - 100 * 64);
    }

    @Test
    void blocksOfTheHost_areOtherBlocks() {
        long block = state.memory().realloc(0, 0, 1000);
        HeapSnapshot s = snapshot();
        state.memory().realloc(block, 1000, 0);
        assertThat(s.summary()).contains(new TypeSummary("other blocks", 1, 1000));
        assertThat(s.totalBytes()).isEqualTo(3627 + 1000);
    }

    @Test
    void snapshot_ofManyObjects_hasThemAll() {
        state.createTable(200_000, 0);
        for (int i = 1; i <= 200_000; i++) {
            state.newTable();
            state.rawSetI(1, i);
        }
        HeapSnapshot s = snapshot();
        assertThat(s.count()).isEqualTo(42 + 1 + 200_000);
        assertThat(s.retainedBytes(object(1))).isEqualTo(64 + 200_000 * (16 + 64L));
    }

    @Test
    void snapshot_ofADeepList_needsNoDeepStack() {
        long head = table();
        for (int i = 0; i < 100_000; i++) { // each in front of the one before
            state.newTable();
            state.insert(1);
            state.rawSetI(1, 1);
        }
        HeapSnapshot s = snapshot();
        assertThat(s.rootPath(head)).hasSize(2 + 100_000).endsWith("[1]", "[1]");
        assertThat(s.retainedBytes(object(1))).isEqualTo(100_000 * (64 + 16L) + 64);
    }

    @Test
    void retained_ofALongList_whoseElementsShareOne() {
        long head = table();
        state.pushValue(1); // the tail
        long shared = table();
        for (int i = 0; i < 200_000; i++) { // each behind the one before, as addresses go
            state.newTable();
            state.pushValue(3);
            state.setMetatable(-2);
            state.pushValue(-1);
            state.rawSetI(2, 1);
            state.replace(2);
        }
        state.setTop(2);
        long tail = object(2);
        state.setTop(1);
        HeapSnapshot s = snapshot();
        assertThat(s.rootPath(tail)).hasSize(2 + 200_000);
        assertThat(s.rootPath(shared)).containsExactly("main thread", "(slot 1)", "[1]", "(metatable)");
        assertThat(s.retainedBytes(tail)).isEqualTo(64);
        assertThat(s.retainedBytes(shared)).isEqualTo(64);
        assertThat(s.retainedBytes(head)).isEqualTo(200_000 * (64 + 16L) + 64 + 64);
    }
}
