package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;

/// What is recorded, written, read back and replayed.
class TraceRecorderTest {
    private final TraceRecorder recorder = new TraceRecorder(SystemAlloc.INSTANCE);

    /// The requests of a trace as lines `id osize nsize`.
    private static List<String> lines(Trace trace) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < trace.size(); i++)
            lines.add(trace.id(i) + " " + trace.osize(i) + " " + trace.nsize(i));
        return lines;
    }

    private static byte[] bytes(Trace trace) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        trace.write(out);
        return out.toByteArray();
    }

    @Test
    void realloc_writesDownEveryServedRequest() {
        long a = recorder.realloc(0, 0, 10);
        long b = recorder.realloc(0, 4, 20); // a tag
        recorder.realloc(0, 0, 0);
        a = recorder.realloc(a, 10, 3000);
        recorder.realloc(b, 20, -1); // refused
        b = recorder.realloc(b, 20, 20);
        recorder.realloc(a, 3000, 0);
        long c = recorder.realloc(0, 0, 5);
        recorder.realloc(b, 20, 0);
        assertThat(lines(recorder.trace())).containsExactly("0 0 10", "1 0 20", "0 10 3000", "1 20 20", "0 3000 0",
                "0 0 5", "1 20 0");
        assertThat(recorder.operations()).isEqualTo(7);
        assertThat(recorder.trace().peakBytes()).isEqualTo(3020);
        assertThat(recorder.trace().endBytes()).isEqualTo(5);
        recorder.realloc(c, 5, 0);
        assertThat(recorder).hasToString("TraceRecorder[SystemAlloc]");
    }

    @Test
    void trace_writtenAndReadBackIsTheSame() throws IOException {
        new AllocatorModel(recorder, () -> -1, new AllocatorModel.Shape(200, 5000, 1 << 20, false)).run();
        Trace trace = recorder.trace();
        assertThat(trace.size()).isGreaterThan(100_000);
        assertThat(trace.endBytes()).isZero();
        byte[] written = bytes(trace);
        assertThat(written).hasSize(16 + 12 * trace.size());
        Trace read = Trace.read(new ByteArrayInputStream(written));
        assertThat(bytes(read)).isEqualTo(written);
        assertThat(read.ids()).isEqualTo(trace.ids());
        assertThat(read.peakBytes()).isEqualTo(trace.peakBytes());
    }

    @Test
    void trace_withoutRequestsIsAHeader() throws IOException {
        assertThat(bytes(recorder.trace()))
                .isEqualTo("LMTR\1\0\0\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void trace_replayedAndRecordedIsTheSame() throws IOException {
        new AllocatorModel(recorder, () -> -1, new AllocatorModel.Shape(100, 2000, 1 << 20, false)).run();
        TraceRecorder again = new TraceRecorder(SystemAlloc.INSTANCE);
        try (LuaMemory memory = new LuaMemory(again)) {
            TraceReplay.Result result = TraceReplay.run(recorder.trace(), memory);
            assertThat(result.endBytes()).isZero();
        }
        assertThat(bytes(again.trace())).isEqualTo(bytes(recorder.trace()));
    }

    @Test
    void exceptionOfTheInnerAllocator_recordsNothing() {
        List<String> calls = new ArrayList<>();
        TraceRecorder throwing = new TraceRecorder((block, osize, nsize) -> {
            calls.add(osize + " " + nsize);
            throw new IllegalArgumentException("no");
        });
        assertThatIllegalArgumentException().isThrownBy(() -> throwing.realloc(0, 0, 8));
        assertThat(calls).containsExactly("0 8");
        assertThat(throwing.trace().size()).isZero();
    }

    @Test
    void of_rejectsWhatIsNoTrace() {
        assertThatIllegalArgumentException().isThrownBy(() -> Trace.of(new int[]{0, 8, 0}))
                .withMessage("not a sound trace: unknown block, id=0, osize=8, nsize=0, offset=16");
    }

    @Nested
    class WhatATraceCannotExpress {
        private void requireEnded(String reason) {
            assertThatIllegalStateException().isThrownBy(recorder::trace).withMessage(reason);
        }

        @Test
        void blockFromElsewhere_endsTheRecording() {
            long block = SystemAlloc.INSTANCE.realloc(0, 0, 8);
            assertThat(recorder.realloc(block, 8, 0)).isZero();
            requireEnded("recording has ended: a block was not obtained here: block=0x" + Long.toHexString(block)
                    + ", operations=0");
            long other = recorder.realloc(0, 0, 8); // the program goes on
            assertThat(other).isNotZero();
            recorder.realloc(other, 8, 0);
            assertThat(recorder.operations()).isZero();
        }

        @Test
        void wrongOsize_endsTheRecording() {
            long block = recorder.realloc(0, 0, 8);
            recorder.realloc(block, 9, 0);
            requireEnded("recording has ended: a block has another size: block=0x" + Long.toHexString(block)
                    + ", size=8, osize=9, operations=1");
        }

        @Test
        void hugeBlock_endsTheRecording() {
            TraceRecorder huge = new TraceRecorder((block, osize, nsize) -> nsize == 0 ? 0 : 0x1000);
            assertThat(huge.realloc(0, 0, 1L << 31)).isEqualTo(0x1000);
            assertThatIllegalStateException().isThrownBy(huge::trace).withMessage(
                    "recording has ended: a block is too large for a trace: nsize=2147483648, operations=0");
        }

        @Test
        void tooManyRequests_endTheRecording() {
            TraceRecorder one = new TraceRecorder(SystemAlloc.INSTANCE, 1);
            long block = one.realloc(0, 0, 8);
            assertThat(one.trace().size()).isEqualTo(1);
            one.realloc(block, 8, 0);
            assertThatIllegalStateException().isThrownBy(one::trace).withMessage(
                    "recording has ended: there were more requests than allowed: maxOperations=1, operations=1");
        }

        @Test
        void impossibleNumberOfRequests_isRejected() {
            for (int max : new int[]{-1, Integer.MAX_VALUE})
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> new TraceRecorder(SystemAlloc.INSTANCE, max))
                        .withMessage("impossible number of operations: maxOperations=" + max + ", largest=715827877");
        }
    }

    @Nested
    class OfRealLua {
        /// The calls that real Lua is known to make from lua_newstate to lua_close, without those for (NULL, 0, 0).
        private List<String> known() throws IOException {
            try (InputStream in = TraceRecorderTest.class.getResourceAsStream("newstate_close.txt")) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines()
                        .filter(line -> line.matches("[NRF] .*")).map(line -> line.substring(2)).toList();
            }
        }

        @Test
        void newState_isTheKnownStory() {
            try (RealLua lua = RealLua.newState(recorder)) {
                Trace trace = recorder.trace();
                assertThat(trace.size() + 3).as("with the calls for nothing").isEqualTo(52);
                assertThat(trace.endBytes()).isEqualTo(3627).isEqualTo(lua.count());
                assertThat(trace.peakBytes()).isEqualTo(3692);
                assertThat(trace.ids()).isEqualTo(47);
            }
            assertThat(recorder.trace().endBytes()).isZero();
        }

        @Test
        void wholeLife_isTheKnownSequence() throws IOException {
            RealLua.newState(recorder).close();
            assertThat(lines(recorder.trace())).isEqualTo(known());
        }

        @Test
        void script_replaysToTheSamePeak() {
            StatsAllocator stats = new StatsAllocator(recorder);
            try (RealLua lua = RealLua.withLibraries(stats)) {
                lua.run("local t = {} for i = 1, 2000 do t[i] = {i, 'n' .. i} end");
            }
            try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
                TraceReplay.Result result = TraceReplay.run(recorder.trace(), memory);
                assertThat(result.peakBytes()).isEqualTo(stats.snapshot().peakBytes());
                assertThat(result.endBytes()).isZero();
            }
        }
    }

    /// The contract, seen through the recorder.
    @Nested
    class Contract extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return new TraceRecorder(SystemAlloc.INSTANCE);
        }

        @Override
        boolean checksArguments() {
            return false;
        }
    }
}
