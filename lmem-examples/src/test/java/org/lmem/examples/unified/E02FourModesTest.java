package org.lmem.examples.unified;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.RequestLog.Request;
import org.mockito.InOrder;

@DisplayName("E02 Two questions, four modes")
class E02FourModesTest {
    @Nested
    @DisplayName("after each of the four")
    class Four {
        private final E02FourModes.Outcome outcome = E02FourModes.run(SystemAlloc.INSTANCE);

        @Test
        @DisplayName("1024, 2048, 0 and 0 bytes are in use")
        void totals_follow() {
            assertThat(outcome.totals()).containsExactly(1024L, 2048L, 0L, 0L);
        }

        @Test
        @DisplayName("the allocator has been called once more, with the same block")
        void requests_areOneEach() {
            assertThat(outcome.requests()).extracting(Request::shape).containsExactly("(NULL, 0, 1024)",
                    "(block, 1024, 2048)", "(block, 2048, 0)", "(NULL, 0, 0)");
            assertThat(outcome.requests().get(1).block()).isEqualTo(outcome.requests().get(0).answer());
            assertThat(outcome.requests().get(2).block()).isEqualTo(outcome.requests().get(1).answer());
        }

        @Test
        @DisplayName("a block came back twice, NULL twice")
        void answers_areNullWithoutSize() {
            assertThat(outcome.requests()).extracting(Request::answerShape).containsExactly("block", "block", "NULL",
                    "NULL");
        }

        @Test
        @DisplayName("statistics name one allocation, one growth, one free, one that did nothing")
        void modes_areCountedApart() {
            StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
            E02FourModes.run(stats);
            assertThat(stats.snapshot()).isEqualTo(new StatsAllocator.Snapshot(0, 0, 2048, 1, 1, 1, 0, 0, 1, 0));
        }
    }

    @Test
    @DisplayName("arguments reach the allocator as they are, in this order")
    void arguments_arePassedOn() {
        LuaAlloc alloc = mock(LuaAlloc.class);
        when(alloc.realloc(anyLong(), anyLong(), anyLong())).thenReturn(0x1000L, 0x2000L, 0L, 0L);
        E02FourModes.run(alloc);
        InOrder order = inOrder(alloc);
        order.verify(alloc).realloc(0, 0, 1024);
        order.verify(alloc).realloc(0x1000, 1024, 2048);
        order.verify(alloc).realloc(0x2000, 2048, 0);
        order.verify(alloc).realloc(0, 0, 0);
        order.verifyNoMoreInteractions();
    }

    @Test
    @DisplayName("a size without a block is no mode: it is refused before the allocator sees it")
    void fifthMode_doesNotExist() {
        assertThat(E02FourModes.none()).isEqualTo(new Objection(IllegalArgumentException.class,
                "osize is 0 exactly where there is no block: block=0x0, osize=8, nsize=16, totalbytes=0"));
    }

    @Test
    @DisplayName("X13 what is asked of the allocator itself is in its books, not in the memory manager's")
    void wayRound_isNotCounted() {
        assertThat(E02FourModes.goRound(SystemAlloc.INSTANCE)).isEqualTo(new E02FourModes.Books(0, 1024));
    }

    @Test
    @DisplayName("X15 nothing for nothing answers NULL and changes nothing; it is no query")
    void noop_isNoQuery() {
        E02FourModes.Outcome outcome = E02FourModes.run(SystemAlloc.INSTANCE);
        assertThat(outcome.requests().getLast()).isEqualTo(new Request(0, 0, 0, 0));
        assertThat(outcome.totals().get(3)).isEqualTo(outcome.totals().get(2));
    }
}
