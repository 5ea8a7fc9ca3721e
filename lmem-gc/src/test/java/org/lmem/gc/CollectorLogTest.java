package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CollectorLogTest extends StateFixture {
    private CollectorLog watched(int capacity) {
        CollectorLog log = new CollectorLog(capacity);
        state.collector().setClock(() -> 0);
        state.collector().addListener(log);
        return log;
    }

    @Test
    void fullCollection_isOneEventOverItsSingleSteps() throws IOException {
        CollectorLog log = watched(1000);
        state.gc(GCOption.COLLECT, 0);
        // two sweeps of 64 buckets and a list; a thread of 1224 bytes and two tables of 144 are marked
        assertThat(2 * (64 * 10 + 400) + 1224 + 2 * 144).isEqualTo(3592);
        assertThat(log.events().getLast()).hasToString(
                "COLLECT PAUSE>PAUSE cost=3592 bytes=3627>3627 threshold=7200 debt=0 estimate=3627 freed=0");
        assertThat(log.events().subList(0, log.events().size() - 1)).isNotEmpty()
                .allSatisfy(e -> assertThat(e.kind()).isEqualTo(CollectorEvent.Kind.SINGLE));
        assertThat(log.events().stream().filter(e -> e.kind() == CollectorEvent.Kind.SINGLE)
                .mapToLong(CollectorEvent::cost).sum()).isEqualTo(log.events().getLast().cost());
        StringBuilder text = new StringBuilder();
        log.writeText(text);
        assertThat(text.toString().lines()).hasSize(log.events().size()).last()
                .isEqualTo(log.events().getLast().toString());
    }

    @Test
    void cycles_areKept() {
        CollectorLog log = watched(10);
        state.newTable();
        state.setTop(0);
        state.gc(GCOption.COLLECT, 0);
        assertThat(log.cycles()).singleElement().satisfies(cycle -> {
            assertThat(cycle.freedObjects()).isEqualTo(1);
            assertThat(cycle.freedBytes()).isEqualTo(64);
        });
    }

    @Test
    void log_keepsTheLastEvents_andCountsAll() {
        CollectorLog all = watched(100_000);
        CollectorLog last = watched(3);
        state.gc(GCOption.COLLECT, 0);
        assertThat(last.seen()).isEqualTo(all.seen()).isGreaterThan(3);
        assertThat(last.events()).isEqualTo(all.events().subList(all.events().size() - 3, all.events().size()));
    }

    @Test
    void json_hasAllFigures() {
        CollectorLog log = watched(1);
        state.gc(GCOption.COLLECT, 0);
        state.gc(GCOption.STOP, 0);
        JsonObject json = JsonParser.parseString(log.toJson()).getAsJsonObject();
        assertThat(json.get("seen").getAsLong()).isEqualTo(log.seen());
        assertThat(json.getAsJsonArray("events").get(0)).hasToString("{\"kind\":\"COLLECT\",\"before\":\"PAUSE\","
                + "\"after\":\"PAUSE\",\"cost\":3592,\"bytesBefore\":3627,\"bytes\":3627,\"threshold\":7200,"
                + "\"debt\":0,\"estimate\":3627,\"freedBlocks\":0}");
        assertThat(json.getAsJsonArray("cycles").get(0).getAsJsonObject().get("number").getAsInt()).isEqualTo(1);
    }

    @Test
    void json_ofAStoppedCollector_hasTheUnsignedThreshold() {
        CollectorLog log = new CollectorLog(1);
        log.onEvent(new CollectorEvent(CollectorEvent.Kind.STEP, Phase.PAUSE, Phase.PAUSE, 0, 0, 0, -3, 0, 0, 0));
        assertThat(log.toJson()).contains("\"threshold\":18446744073709551613,");
    }

    @Test
    void capacity_ofNothing_isRefused() {
        assertThatThrownBy(() -> new CollectorLog(0)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("a log keeps one event at least: capacity=0");
    }
}
