package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.ColoredObject.Color;

/// The colours that a listener sees while a collection goes on.
class ColoredObjectTest extends StateFixture {
    private record Seen(Phase phase, Map<Long, Color> colors) {}

    private final List<Seen> seen = new ArrayList<>();

    private Map<Long, Color> colors() {
        return state.collector().colors().stream()
                .collect(Collectors.toMap(ColoredObject::address, ColoredObject::color));
    }

    private void collectWatched() {
        CollectorListener listener = event -> {
            if (event.kind() == CollectorEvent.Kind.SINGLE)
                seen.add(new Seen(event.after(), colors()));
        };
        state.collector().addListener(listener);
        state.gc(GCOption.STEP, 10_000); // a collection would sweep first
        state.collector().removeListener(listener);
    }

    private List<Color> colorsOf(long object, Phase phase) {
        return seen.stream().filter(s -> s.phase == phase).map(s -> s.colors.get(object)).distinct().toList();
    }

    @Test
    void colors_areOfAllObjectsByAddress() {
        state.createTable(3, 2);
        assertThat(state.collector().colors()).extracting(ColoredObject::address)
                .isEqualTo(state.collector().snapshot().objects().map(HeapObject::address).toList());
    }

    @Test
    void liveTable_isWhiteThenGrayThenBlackThenWhite() {
        state.newTable();
        long table = state.toPointer(1);
        state.newTable();
        state.setField(1, "inner");
        collectWatched();
        assertThat(colorsOf(table, Phase.PROPAGATE)).containsSubsequence(Color.WHITE, Color.GRAY, Color.BLACK);
        assertThat(colorsOf(table, Phase.SWEEPSTRING)).containsExactly(Color.BLACK);
        assertThat(colors()).containsEntry(table, Color.WHITE);
    }

    @Test
    void garbage_isWhiteUntilTheAtomicStep_thenDead_thenGone() {
        state.newTable();
        long table = state.toPointer(1);
        state.pop(1);
        collectWatched();
        assertThat(colorsOf(table, Phase.PROPAGATE)).containsExactly(Color.WHITE);
        assertThat(colorsOf(table, Phase.SWEEPSTRING)).containsExactly(Color.DEAD);
        assertThat(colors()).doesNotContainKey(table);
    }

    @Test
    void betweenCycles_nothingIsDeadOrBlack() {
        collectWatched();
        Map<Color, Long> counts = new EnumMap<>(Color.class);
        colors().values().forEach(color -> counts.merge(color, 1L, Long::sum));
        assertThat(counts).doesNotContainKeys(Color.DEAD, Color.BLACK).containsKey(Color.WHITE);
    }

    @Test
    void damagedHeap_isReported() {
        state.newTable();
        long table = state.toPointer(1);
        long next = GCHeader.next(table);
        GCHeader.setNext(table, table);
        try {
            assertThatThrownBy(() -> state.collector().colors()).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the heap is damaged: object=0x" + Long.toHexString(table)
                            + ", is linked twice: list=ROOT");
        } finally {
            GCHeader.setNext(table, next);
        }
        assertThat(RawMemory.getLong(table)).isEqualTo(next);
    }
}
