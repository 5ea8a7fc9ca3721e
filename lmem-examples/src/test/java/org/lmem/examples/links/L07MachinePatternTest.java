package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceRecorder;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L07MachinePattern.Sizes;
import org.lmem.examples.page.RealProgram;

@DisplayName("L07 The virtual machine: small blocks, short lives")
class L07MachinePatternTest {
    @Nested
    @DisplayName("when the program makes coroutines by the thousand")
    class RealLua {
        private final List<Sizes> all = L07MachinePattern.run(RealProgram.trace());

        @Test
        @DisplayName("all 309,136 blocks are counted")
        void blocks_areAllCounted() {
            assertThat(all.stream().mapToLong(Sizes::blocks).sum()).isEqualTo(309_136);
        }

        @Test
        @DisplayName("most blocks have at most 1024 bytes, and live through less than a tenth of the program")
        void blocks_areSmallAndShortLived() {
            long small = all.stream().filter(s -> s.largest() <= 1024).mapToLong(Sizes::blocks).sum();
            assertThat(small).isGreaterThan(309_136 * 99L / 100);
            assertThat(all).filteredOn(s -> s.blocks() > 10_000)
                    .allSatisfy(s -> assertThat(s.medianLife()).isBetween(1, 62_489));
        }
    }

    @Nested
    @DisplayName("when the requests are known")
    class Known {
        @Test
        @DisplayName("a life is the number of requests from the first to the free, or to the end")
        void life_isInRequests() {
            TraceRecorder recorder = new TraceRecorder(SystemAlloc.INSTANCE);
            long kept = recorder.realloc(LuaAlloc.NULL, 0, 2000);
            long freed = recorder.realloc(LuaAlloc.NULL, 0, 32);
            long other = recorder.realloc(LuaAlloc.NULL, 0, 33);
            recorder.realloc(freed, 32, 0);
            recorder.realloc(other, 33, 0);
            Trace trace = recorder.trace();
            recorder.realloc(kept, 2000, 0);
            assertThat(L07MachinePattern.run(trace)).containsExactly(new Sizes(32, 1, 32, 2), new Sizes(64, 1, 33, 2),
                    new Sizes(Integer.MAX_VALUE, 1, 2000, 5));
        }
    }
}
