package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorRecordingTest extends StateFixture {
    @TempDir
    private Path folder;

    private List<RecordedEvent> record(boolean enabled, Runnable action) throws IOException {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            if (enabled) {
                recording.enable(CollectorRecording.STEP);
                recording.enable(CollectorRecording.CYCLE);
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
}
