package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;

/// What 5.1.5 does not do, chosen by name; and what it does where nothing was chosen.
class ChosenSemanticsTest {
    private static final Semantics WITH_EMERGENCY = Semantics.LUA_5_1.withEmergencyCollection(true);

    private final TestHeap heap = new TestHeap();

    private LuaState state(Semantics semantics) {
        return LuaState.newState(heap, semantics);
    }

    /// Makes tables of 64 bytes, kept in a table on the stack or dropped.
    private static void tables(LuaState state, int n, boolean kept) {
        state.newTable();
        int index = state.getTop();
        for (int i = 1; i <= n; i++) {
            state.newTable();
            state.rawSetI(index, kept ? i : 1);
        }
    }

    private static long peak(LuaState state, Runnable action) {
        AtomicLong peak = new AtomicLong();
        state.collector().addListener(e -> peak.accumulateAndGet(e.bytesBefore(), Math::max));
        action.run();
        return Math.max(peak.get(), state.memory().totalBytes());
    }

    @Nested
    @DisplayName("E25 emergency collections")
    class Emergencies {
        private int count;

        private LuaStatus allocate(EmergencyMode mode) {
            LuaState state = state(WITH_EMERGENCY);
            try (state) {
                state.stopCollector();
                state.setTop(0);
                tables(state, 1000, false);
                state.setTop(0);
                state.collector().setEmergencyMode(mode);
                state.collector().addListener(e -> count += e.kind() == CollectorEvent.Kind.EMERGENCY ? 1 : 0);
                heap.takeCalls();
                heap.allowOnly(100);
                LuaStatus status = state.cpcall(s -> {
                    s.newUserdata(1 << 15);
                    return 0;
                });
                heap.refuseNothing();
                return status;
            }
        }

        @Test
        @DisplayName("X01 5.1.5 fails at once, though a thousand dead tables are there")
        void never() {
            assertThat(allocate(EmergencyMode.NEVER)).isEqualTo(LuaStatus.ERRMEM);
            assertThat(count).isZero();
        }

        @Test
        @DisplayName("on failure, one collection makes room, and the request is made once more")
        void onFailure() {
            assertThat(allocate(EmergencyMode.ON_FAILURE)).isEqualTo(LuaStatus.OK);
            assertThat(count).isEqualTo(1);
        }

        @Test
        @DisplayName("always: before every request for more memory")
        void always() {
            assertThat(allocate(EmergencyMode.ALWAYS)).isEqualTo(LuaStatus.OK);
            assertThat(count).isGreaterThanOrEqualTo(1);
        }

        @Test
        @DisplayName("a collection keeps the collector stopped where it was, and leaves finalisers to the next safe point")
        void collection_onlyFrees() {
            List<String> calls = new ArrayList<>();
            try (LuaState state = state(WITH_EMERGENCY)) {
                state.stopCollector();
                state.newUserdata(8);
                state.newTable();
                state.pushCFunction(s -> {
                    calls.add("finaliser");
                    return 0;
                });
                state.setField(2, "__gc");
                state.setMetatable(1);
                state.setTop(0);
                heap.allowOnly(10);
                assertThatThrownBy(() -> state.newUserdata(1 << 20)).isExactlyInstanceOf(LuaMemoryException.class);
                heap.refuseNothing();
                assertThat(calls).isEmpty();
                assertThat(state.collector().threshold()).isEqualTo(Collector.NEVER);
                state.gc(GCOption.COLLECT, 0);
                assertThat(calls).containsExactly("finaliser");
            }
        }

        @Test
        @DisplayName("other modes than never need semantics that have emergency collections")
        void mode_withoutSemantics_isRefused() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                assertThatThrownBy(() -> state.collector().setEmergencyMode(EmergencyMode.ON_FAILURE))
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessage("the semantics have no emergency collection: mode=ON_FAILURE");
                state.collector().setEmergencyMode(EmergencyMode.NEVER);
            }
        }
    }

    @Nested
    @DisplayName("E29 a pressure policy")
    class Pressure {
        private static final int LIMIT = 1 << 16;

        private LuaState lazy() {
            LuaState state = state(WITH_EMERGENCY);
            state.setPause(10_000);
            state.gc(GCOption.COLLECT, 0);
            state.collector().setEmergencyMode(EmergencyMode.NEVER);
            return state;
        }

        @Test
        @DisplayName("the soft limit is 80 % of the hard one")
        void softLimit_is80Percent() {
            assertThat(PressurePolicy.of(1000)).isEqualTo(new PressurePolicy(800, 1000, 1));
            assertThat(PressurePolicy.of(LIMIT).softLimit()).isEqualTo(52_428);
            assertThat(PressurePolicy.of(Long.MAX_VALUE).softLimit()).isEqualTo(7_378_697_629_483_820_645L);
        }

        @Test
        @DisplayName("X36 without one, garbage lies as long as the pause says")
        void without_garbageLies() {
            try (LuaState state = lazy()) {
                assertThat(peak(state, () -> tables(state, 20_000, false))).isGreaterThan(360_000);
            }
        }

        @Test
        @DisplayName("extra steps from the soft limit on free garbage before the hard limit, again and again")
        void extraSteps_freeInTime() {
            try (LuaState state = lazy()) {
                state.collector().setPressurePolicy(PressurePolicy.of(LIMIT));
                assertThat(peak(state, () -> tables(state, 20_000, false))).isBetween(52_428L, (long) LIMIT);
                assertThat(state.collector().cycles()).isGreaterThan(10);
                assertThat(state.collector().debt()).isLessThan(1 << 20).isNotNegative();
            }
        }

        @Test
        @DisplayName("a stopped collector does no extra steps: the hard limit is reached")
        void extraSteps_notWhileStopped() {
            try (LuaState state = lazy()) {
                state.collector().setPressurePolicy(PressurePolicy.of(LIMIT));
                state.stopCollector();
                assertThatThrownBy(() -> tables(state, 20_000, false)).isExactlyInstanceOf(LuaMemoryException.class);
                assertThat(state.collector().threshold()).isEqualTo(Collector.NEVER);
                assertThat(state.memory().totalBytes()).isBetween(LIMIT - 1024L, (long) LIMIT);
            }
        }

        @Test
        @DisplayName("the hard limit alone is an error; with collections on limit garbage is freed, and what is kept is not")
        void hardLimit_collectsThenFails() {
            PressurePolicy hardAlone = new PressurePolicy(LIMIT, LIMIT, 0);
            try (LuaState state = lazy()) {
                state.collector().setPressurePolicy(hardAlone);
                assertThatThrownBy(() -> tables(state, 20_000, false)).isExactlyInstanceOf(LuaMemoryException.class);
                state.setTop(0);
                state.collector().setEmergencyMode(EmergencyMode.ON_LIMIT);
                tables(state, 20_000, false);
                state.setTop(0);
                assertThatThrownBy(() -> tables(state, 20_000, true)).isExactlyInstanceOf(LuaMemoryException.class);
                assertThat(state.memory().totalBytes()).isLessThanOrEqualTo(LIMIT);
            }
        }

        @Test
        @DisplayName("limits that fall, or are negative, are refused")
        void limits_areChecked() {
            assertThatThrownBy(() -> new PressurePolicy(2, 1, 0)).isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("limits rise from 0: softLimit=2, hardLimit=1, extraSteps=0");
            assertThatThrownBy(() -> new PressurePolicy(0, 1, -1)).isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("limits rise from 0: softLimit=0, hardLimit=1, extraSteps=-1");
        }
    }

    @Nested
    @DisplayName("a stop")
    class Stop {
        @Test
        @DisplayName("X41 is undone by a collection or a step that is asked for, as in 5.1.5")
        void stop_isUndone() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                state.gc(GCOption.STOP, 0);
                state.gc(GCOption.COLLECT, 0);
                assertThat(state.collector().threshold()).isEqualTo(7200);
                state.gc(GCOption.STOP, 0);
                state.gc(GCOption.STEP, 0);
                assertThat(state.collector().threshold()).isNotEqualTo(Collector.NEVER);
            }
        }

        @Test
        @DisplayName("lasts until a restart, where that was chosen")
        void stop_lasts() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                state.collector().setLastingStop(true);
                state.gc(GCOption.STOP, 0);
                state.gc(GCOption.COLLECT, 0);
                state.gc(GCOption.STEP, 0);
                state.collector().stepFor(0);
                assertThat(state.collector().threshold()).isEqualTo(Collector.NEVER);
                state.gc(GCOption.RESTART, 0);
                assertThat(state.collector().threshold()).isEqualTo(state.memory().totalBytes());
            }
        }
    }

    @Nested
    @DisplayName("an error in a finaliser")
    class FinalizerErrors {
        private void pushFaulty(LuaState state, String text) {
            state.newUserdata(8);
            state.newTable();
            state.pushCFunction(s -> {
                s.pushString(text);
                return s.error();
            });
            state.setField(-2, "__gc");
            state.setMetatable(-2);
            state.setTop(0);
        }

        @Test
        @DisplayName("X40 reaches whoever caused the step, as in 5.1.5; the next step goes on")
        void error_reachesTheCaller() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                pushFaulty(state, "boom");
                assertThatThrownBy(() -> state.gc(GCOption.COLLECT, 0)).isExactlyInstanceOf(LuaError.class)
                        .hasMessageContaining("boom");
                state.gc(GCOption.COLLECT, 0);
            }
        }

        @Test
        @DisplayName("reaches a handler where one was set, and the collection goes on")
        void error_isIsolated() {
            List<String> errors = new ArrayList<>();
            try (LuaState state = state(Semantics.LUA_5_1)) {
                state.collector().isolateFinalizerErrors((LuaException e) -> errors.add(e.luaMessage()));
                pushFaulty(state, "first");
                pushFaulty(state, "second");
                state.gc(GCOption.COLLECT, 0);
                assertThat(state.collector().phase()).isEqualTo(Phase.PAUSE);
                assertThat(errors).containsExactly("second", "first"); // the newest first
            }
        }
    }

    @Nested
    @DisplayName("bytes held outside")
    class ExternalBytes {
        @Test
        @DisplayName("count for the pace while their userdata lives, and not for the bytes in use")
        void external_counts() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                state.newUserdata(8);
                state.collector().setExternalBytes(1, 1_000_000);
                assertThat(state.collector().externalBytes()).isEqualTo(1_000_000);
                assertThat(state.memory().totalBytes()).isEqualTo(3627 + 48);
                state.newTable(); // a safe point: the threshold of 14508 is passed
                assertThat(state.collector().phase()).isNotEqualTo(Phase.PAUSE);
                state.gc(GCOption.COLLECT, 0);
                assertThat(state.collector().threshold()).isEqualTo((3627 + 48 + 64 + 1_000_000) / 100 * 200);
                state.setTop(0);
                state.gc(GCOption.COLLECT, 0);
                assertThat(state.collector().externalBytes()).isZero();
                assertThat(state.collector().threshold()).isEqualTo(7200);
            }
        }

        @Test
        @DisplayName("of anything but a full userdata, or fewer than none, are refused")
        void external_isChecked() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                state.newTable();
                state.newUserdata(8);
                assertThatThrownBy(() -> state.collector().setExternalBytes(1, 5))
                        .isExactlyInstanceOf(IllegalArgumentException.class)
                        .hasMessage("no bytes of a full userdata: index=1, type=table, bytes=5");
                assertThatThrownBy(() -> state.collector().setExternalBytes(2, -1))
                        .isExactlyInstanceOf(IllegalArgumentException.class)
                        .hasMessage("no bytes of a full userdata: index=2, type=userdata, bytes=-1");
            }
        }
    }

    @Nested
    @DisplayName("a step of some time")
    class TimedSteps {
        @Test
        @DisplayName("reads the clock after each finaliser, which may take as long as it likes")
        void stepFor_callsOneFinaliserAtATime() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                AtomicLong clock = new AtomicLong();
                AtomicLong called = new AtomicLong();
                state.collector().setClock(clock::get);
                for (int i = 0; i < 5; i++) {
                    state.newUserdata(0);
                    state.newTable();
                    state.pushCFunction(s -> {
                        clock.addAndGet(1000);
                        called.incrementAndGet();
                        return 0;
                    });
                    state.setField(-2, "__gc");
                    state.setMetatable(-2);
                    state.setTop(0);
                }
                while (state.collector().phase() != Phase.FINALIZE)
                    state.collector().stepFor(0);
                for (int i = 1; i <= 5; i++) {
                    assertThat(state.collector().stepFor(500)).isFalse();
                    assertThat(called).hasValue(i);
                }
                assertThat(state.collector().stepFor(500)).isTrue();
            }
        }

        @Test
        @DisplayName("ends when the clock says so, after one single step at least, and goes on where it was")
        void stepFor_followsTheClock() {
            try (LuaState state = state(Semantics.LUA_5_1)) {
                AtomicLong clock = new AtomicLong();
                state.collector().setClock(() -> clock.getAndAdd(10));
                tables(state, 100, true);
                assertThat(state.collector().stepFor(0)).isFalse();
                assertThat(state.collector().phase()).isEqualTo(Phase.PROPAGATE);
                int steps = 1;
                while (!state.collector().stepFor(20))
                    steps++;
                assertThat(steps).isGreaterThan(5);
                assertThat(state.collector().phase()).isEqualTo(Phase.PAUSE);
                assertThat(state.collector().stepFor(Long.MAX_VALUE)).isTrue();
            }
        }
    }
}
