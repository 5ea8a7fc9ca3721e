package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Random programs on the real library and on `LuaState`, in one process: all that can be seen has to be equal.
///
/// That is: each call of the allocator (order, osize, nsize, block), each value returned, `lua_gc`'s count after each
/// instruction, the order in which tables are traversed, errors and their texts, the calls of finalisers.
///
/// Keys whose hash is their address (tables, userdata, functions, threads) take part: both machines run over one heap that
/// gives addresses by the requests alone ([RecordingAllocator]), so that equal requests make equal addresses.
///
/// Left out is what C leaves undefined ([Program]), Lua code (there is no compiler), and a collector that works while
/// `lua_close` calls finalisers: 5.1.5 may free there what is still referred to.
///
/// `-Dlmem.differential.programs=N` runs N programs of each form instead of 2,000, `-Dlmem.differential.seed=S` begins
/// with seed S. A program that differs is shrunk and printed as code, with its seed.
@DisplayName("Random programs do on LuaState what they do on Lua 5.1.5")
class DifferentialTest {
    private static final int PROGRAMS = Integer.getInteger("lmem.differential.programs", 2000);
    private static final long SEED = Long.getLong("lmem.differential.seed", 20_261_123);

    private static final long STACK_BYTES = 8 << 20;

    private final Heap heap = new Heap();

    @BeforeEach
    void requireLibrary() {
        assumeTrue(NativeLua.isAvailable(), "the real library is there for Linux on x86-64 only");
    }

    @AfterEach
    void closeHeap() {
        heap.close();
    }

    @Test
    @DisplayName("with the collector stopped: 200 instructions of strings, tables, userdata, closures, threads, errors")
    void programs_withoutCollector_areEqual() throws InterruptedException {
        compare(200, false);
    }

    @Test
    @DisplayName("with the collector at work: 300 instructions, lua_gc, garbage, weak tables and finalisers among them")
    void programs_withCollector_areEqual() throws InterruptedException {
        compare(300, true);
    }

    @Test
    @DisplayName("a sweep that cannot shrink the string table: only its last forty objects stay in the estimate")
    void failedShrink_leavesTheEstimateOfLua() {
        Program program = new Program(List.of(
                new StackOp.Push(new Literal.NewTable(12, 20)),
                new TableOp.FillInts(2, 21, 0, 2, new Literal.NewTable(6, 2)),
                new TableOp.FillStrings(4, "__le", 100),
                new TableOp.FillObjects(1, new Literal.Userdata(1, 620), 23),
                new TableOp.Put(6, new Literal.NewTable(7, 0), new Literal.NewTable(1, 0)),
                new TableOp.RawPutInt(19, -1, new Literal.Func(0)),
                new CollectorOp.Finalised(20, 0),
                new TableOp.FillObjects(15, new Literal.NewTable(1, 6), 2),
                new ObjectOp.PutEnvironment(6, 13),
                new CollectorOp.Finalised(1, 0),
                new StackOp.SetTop(0),
                new CallOp.CPCall(1),
                new ObjectOp.Buffer(List.of(8729, 21, 872, 8, 67, 13, 9000)),
                new CollectorOp.Control(Machine.Gc.STEP, 2)),
                List.of(
                        new Program.Function(List.of(), 0),
                        new Program.Function(List.of(
                                new CollectorOp.Control(Machine.Gc.COLLECT, 0),
                                new CallOp.FailingCPCall(1, 2)), 1)));
        List<String> expected = real(program, true);
        assertThat(expected).contains("! 0 1024", "V status 4"); // the table of strings was to shrink, and could not
        assertThat(ours(program, true)).isEqualTo(expected);
    }

    /// On a thread with as much stack as C has: finalisers that have the collector call finalisers lie 200 deep.
    private void compare(int calls, boolean collecting) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, () -> comparePrograms(calls, collecting), "programs", STACK_BYTES);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        thread.join();
        if (failure.get() instanceof Error e)
            throw e;
        assertThat(failure.get()).isNull();
    }

    private void comparePrograms(int calls, boolean collecting) {
        for (long seed = SEED; seed < SEED + PROGRAMS; seed++) {
            Program program = ProgramGenerator.generate(seed, calls, collecting);
            if (differs(program, collecting))
                report(seed, program, collecting);
        }
    }

    private boolean differs(Program program, boolean collecting) {
        return !real(program, collecting).equals(ours(program, collecting));
    }

    private List<String> real(Program program, boolean collecting) {
        return Execution.trace(program, collecting, NativeMachine::newState, heap);
    }

    private List<String> ours(Program program, boolean collecting) {
        return Execution.trace(program, collecting, JavaMachine::newState, heap);
    }

    private void report(long seed, Program program, boolean collecting) {
        Program small = new Shrinker(p -> differs(p, collecting)).shrink(program);
        List<String> expected = real(small, collecting);
        List<String> actual = ours(small, collecting);
        int i = 0;
        while (i < expected.size() && i < actual.size() && expected.get(i).equals(actual.get(i)))
            i++;
        fail("seed %d differs, line %d:%nLua 5.1.5 %s%nLuaState  %s%n%s", seed, i, around(expected, i),
                around(actual, i),
                ProgramPrinter.print(small));
    }

    private static List<String> around(List<String> lines, int i) {
        return lines.subList(Math.clamp(i - 3L, 0, lines.size()), Math.min(lines.size(), i + 4));
    }
}
