package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmem.core.LuaException;
import org.lmem.core.LuaMemoryException;

class CollectorRecordingTest extends StateFixture {
    @TempDir
    private Path folder;

    private List<RecordedEvent> record(boolean enabled, Runnable action) throws IOException {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            if (enabled) {
                recording.enable(CollectorRecording.STEP);
                recording.enable(CollectorRecording.CYCLE);
                recording.enable(CollectorRecording.FINALIZER_ERROR);
                recording.enable(CollectorRecording.PRESSURE);
            }
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(e -> e.getEventType().getName().startsWith("org.lmem."))
                .toList();
    }

    @Test
    void collection_isAStepAndACycle() throws IOException {
        state.collector().addListener(new CollectorRecording("test"));
        List<RecordedEvent> events = record(true, () -> {
            state.newTable();
            state.setTop(0);
            state.gc(GCOption.COLLECT, 0);
        });
        assertThat(events).extracting(e -> e.getEventType().getName())
                .containsExactlyInAnyOrder(CollectorRecording.STEP, CollectorRecording.CYCLE);
        assertThat(events).allSatisfy(e -> assertThat(e.getString("state")).isEqualTo("test"));
        assertThat(events).filteredOn(e -> e.getEventType().getName().equals(CollectorRecording.STEP)).singleElement()
                .satisfies(e -> {
                    assertThat(e.getString("kind")).isEqualTo("COLLECT");
                    assertThat(e.getLong("bytesBefore")).isEqualTo(3691);
                    assertThat(e.getLong("bytes")).isEqualTo(3627);
                    assertThat(e.getLong("freedBlocks")).isEqualTo(1);
                });
        assertThat(events).filteredOn(e -> e.getEventType().getName().equals(CollectorRecording.CYCLE)).singleElement()
                .satisfies(e -> {
                    assertThat(e.getLong("number")).isEqualTo(1);
                    assertThat(e.getLong("freedBytes")).isEqualTo(64);
                });
    }

    @Test
    void events_areOff_unlessARecordingWantsThem() throws IOException {
        state.collector().addListener(new CollectorRecording("test"));
        assertThat(record(false, () -> state.gc(GCOption.COLLECT, 0))).isEmpty();
    }

    private List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream().filter(e -> e.getEventType().getName().equals(name)).toList();
    }

    private void leaveFailingUserdata() {
        state.newUserdata(8);
        state.newTable();
        state.pushCFunction(s -> {
            s.pushString("no more");
            return s.error();
        });
        state.setField(-2, "__gc");
        state.setMetatable(-2);
        state.setTop(0);
    }

    @Test
    void failedFinalizer_isAnEvent_whereverItsErrorGoes() throws IOException {
        state.collector().addListener(new CollectorRecording("test"));
        List<RecordedEvent> events = record(true, () -> {
            leaveFailingUserdata();
            assertThatThrownBy(() -> state.gc(GCOption.COLLECT, 0)).isInstanceOf(LuaException.class);
            state.collector().isolateFinalizerErrors(e -> {});
            leaveFailingUserdata();
            state.gc(GCOption.COLLECT, 0);
        });
        assertThat(named(events, CollectorRecording.FINALIZER_ERROR)).hasSize(2).allSatisfy(e -> {
            assertThat(e.getString("state")).isEqualTo("test");
            assertThat(e.getString("status")).isEqualTo("ERRRUN");
            assertThat(e.getString("message")).isEqualTo("no more");
        });
    }

    @Test
    void limitsOfAPolicy_areEvents() throws IOException {
        state.collector().addListener(new CollectorRecording("test"));
        state.collector().setPressurePolicy(new PressurePolicy(5000, 20_000, 1));
        List<RecordedEvent> events = record(true, () -> assertThatThrownBy(() -> {
            state.gc(GCOption.RESTART, 0);
            state.newTable();
            for (int i = 1; i < 1000; i++) {
                state.newUserdata(1000);
                state.rawSetI(1, i);
            }
        }).isInstanceOf(LuaMemoryException.class));
        List<RecordedEvent> pressure = named(events, CollectorRecording.PRESSURE);
        assertThat(pressure).hasSizeGreaterThan(2);
        assertThat(pressure.getFirst().getString("kind")).isEqualTo("SOFT_LIMIT");
        assertThat(pressure.getFirst().getLong("limit")).isEqualTo(5000);
        assertThat(pressure.getFirst().getLong("bytes")).isBetween(5000L, 6200L);
        assertThat(pressure.getLast().getString("kind")).isEqualTo("HARD_LIMIT");
        assertThat(pressure.getLast().getLong("limit")).isEqualTo(20_000);
        assertThat(pressure.getLast().getLong("wanted")).isPositive();
        assertThat(pressure).filteredOn(e -> e.getString("kind").equals("HARD_LIMIT")).hasSize(1);
    }
}
