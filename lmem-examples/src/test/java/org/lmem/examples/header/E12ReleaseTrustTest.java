package org.lmem.examples.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.MemoryLeakException;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Objection;
import org.lmem.examples.page.RequestLog;

@DisplayName("E12 Giving back again: who is believed")
class E12ReleaseTrustTest {
    private final RequestLog log = new RequestLog(SystemAlloc.INSTANCE);
    private final E12ReleaseTrust.Outcome outcome = E12ReleaseTrust.run(log);

    @Nested
    @DisplayName("after a vector of 100 ints was freed as 50, by its address")
    class ByAddress {
        @Test
        @DisplayName("200 bytes stay counted")
        void total_drifts() {
            assertThat(outcome.drift()).isEqualTo(200);
        }

        @Test
        @DisplayName("no block is in use, yet the allocator, which believed the same, counts 200 bytes too")
        void allocatorsBooks_driftToo() {
            assertThat(outcome.books().liveBlocks()).isZero();
            assertThat(outcome.books().liveBytes()).isEqualTo(200);
        }

        @Test
        @DisplayName("closing reports a leak of 200 bytes that nobody can give back")
        void close_reportsTheDrift() {
            assertThat(outcome.atClose()).isEqualTo(new Objection(MemoryLeakException.class,
                    "memory was still in use at close: totalbytes=200, typed blocks released=0, bytes released=0, "
                            + "bytes lost=200"));
        }
    }

    @Nested
    @DisplayName("when a segment of 100 ints is freed as 50")
    class BySegment {
        @Test
        @DisplayName("the memory manager objects with both sizes")
        void mistake_isRefused() {
            long address = log.requests().get(2).answer();
            assertThat(outcome.objection()).isEqualTo(new Objection(IllegalArgumentException.class,
                    "osize is not the size of the block: block=0x" + Long.toHexString(address)
                            + ", osize=200, size=400"));
        }

        @Test
        @DisplayName("its 400 bytes stay in use until it is freed as what it is")
        void block_survives() {
            assertThat(outcome.afterObjection()).isEqualTo(200 + 400);
            assertThat(log.shapes()).containsExactly("(NULL, 0, 400)", "(block, 200, 0)", "(NULL, 0, 400)",
                    "(block, 400, 0)");
        }
    }

    @Test
    @DisplayName("a second free of a segment, and a free of a part of one, are refused")
    void otherMistakes_areRefused() {
        RequestLog others = new RequestLog(SystemAlloc.INSTANCE);
        List<Objection> objections = E12ReleaseTrust.otherMistakes(others);
        long gone = others.requests().getFirst().answer();
        long whole = others.requests().getLast().block();
        assertThat(objections.getFirst()).isEqualTo(new Objection(IllegalArgumentException.class,
                "the segment is no live block of this memory manager: address=0x" + Long.toHexString(gone)
                        + ", size=4, alive=false"));
        assertThat(objections.getLast()).isEqualTo(new Objection(IllegalArgumentException.class,
                "the segment is no live block of this memory manager: address=0x" + Long.toHexString(whole)
                        + ", size=4, alive=true"));
    }

    @Test
    @DisplayName("X16 a size is the caller's word: even 2^62 + 100 ints are believed, for their product overflows to 400")
    void absurdCount_isBelieved() {
        assertThat(E12ReleaseTrust.freeWithAbsurdCount(SystemAlloc.INSTANCE)).isZero();
        assertThat(((1L << 62) + 100) * 4).isEqualTo(400);
    }
}
