package org.lmem.examples.cli;

import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceReplay;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.lua.Outcome;
import org.lmem.examples.lua.Program;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.page.RealProgram;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// One measurement of `lmem bench`, in a virtual machine of its own. Prints a line `name nanoseconds`: the median of the
/// rounds after the warm-up.
final class BenchFork {
    private static final int PAIRS = 1 << 20;
    private static final int ELEMENTS = 1 << 20;
    private static final int TABLES = 200_000;

    /// An allocation-heavy program: binary trees, all of them garbage soon.
    static final String TREES = """
            local function tree(depth)
              if depth == 0 then return {} end
              return {tree(depth - 1), tree(depth - 1)}
            end
            local function count(t) return t[1] and 1 + count(t[1]) + count(t[2]) or 1 end
            local nodes = 0
            local long = tree(13)
            for i = 1, 24 do nodes = nodes + count(tree(13)) end
            assert(nodes == 24 * 16383 and count(long) == 16383)
            """;

    private BenchFork() {}

    /// Runs it.
    ///
    /// @param args the measurement and the number of rounds
    public static void main(String[] args) {
        run(System.out, args);
    }

    static void run(PrintStream out, String... args) {
        int rounds = Integer.parseInt(args[1]);
        switch (args[0]) {
            case "entry" -> entry(out, rounds);
            case "vector" -> vector(out, rounds);
            case "lua" -> lua(out, rounds);
            case "trace" -> trace(out, rounds);
            case "collector" -> collector(out, rounds);
            default -> throw new IllegalArgumentException("no measurement: name=" + args[0]);
        }
    }

    /// Rounds of two measurements in turn, so that what disturbs one disturbs the other; each as long again for warm-up.
    private static void inTurn(PrintStream out, int rounds, List<String> names, List<LongSupplier> measured,
            double per) {
        double[][] nanos = new double[measured.size()][rounds];
        for (int round = -rounds; round < rounds; round++)
            for (int i = 0; i < measured.size(); i++) {
                long one = measured.get(i).getAsLong();
                if (round >= 0)
                    nanos[i][round] = one / per;
            }
        for (int i = 0; i < nanos.length; i++)
            out.println(names.get(i) + " " + ReplayFork.median(nanos[i]));
    }

    private static void entry(PrintStream out, int rounds) {
        inTurn(out, rounds, List.of("system", "manager"), List.of(BenchFork::systemPairs, BenchFork::managerPairs),
                PAIRS);
    }

    private static long systemPairs() {
        long started = System.nanoTime();
        for (int i = 0; i < PAIRS; i++) {
            long block = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, 64);
            SystemAlloc.INSTANCE.realloc(block, 64, 0);
        }
        return System.nanoTime() - started;
    }

    private static long managerPairs() {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            long started = System.nanoTime();
            for (int i = 0; i < PAIRS; i++) {
                long block = memory.realloc(LuaAlloc.NULL, 0, 64);
                memory.realloc(block, 64, 0);
            }
            return System.nanoTime() - started;
        }
    }

    private static void vector(PrintStream out, int rounds) {
        inTurn(out, rounds, List.of("vector"), List.of(BenchFork::appends), ELEMENTS);
    }

    private static long appends() {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE);
                LuaVector vector = LuaVector.of(memory, ValueLayout.JAVA_INT)) {
            long started = System.nanoTime();
            for (int i = 0; i < ELEMENTS; i++)
                vector.addInt(i);
            return System.nanoTime() - started;
        }
    }

    private static void lua(PrintStream out, int rounds) {
        inTurn(out, rounds, List.of("own", "pool", "counted"),
                List.of(BenchFork::onItsOwn, () -> onThePool(false), () -> onThePool(true)), 1);
    }

    private static long onItsOwn() {
        long started = System.nanoTime();
        try (RealLua lua = RealLua.newStateOfItsOwn()) {
            run(lua);
        }
        return System.nanoTime() - started;
    }

    private static long onThePool(boolean counted) {
        long started = System.nanoTime();
        try (AllocatorKind.Store store = AllocatorKind.POOL.open(0);
                RealLua lua = RealLua.newState(
                        counted ? new StatsAllocator(store.allocator()) : store.allocator())) {
            run(lua);
        }
        return System.nanoTime() - started;
    }

    private static void run(RealLua lua) {
        lua.openLibraries();
        Outcome outcome = lua.run(new Program("trees.lua", TREES.getBytes(StandardCharsets.UTF_8), List.of()));
        if (!outcome.isOk())
            throw new IllegalStateException("the program failed: " + outcome.text());
    }

    private static void trace(PrintStream out, int rounds) {
        Trace trace = RealProgram.trace();
        inTurn(out, rounds, List.of("traceSystem", "tracePool"),
                List.of(() -> replay(trace, AllocatorKind.SYSTEM), () -> replay(trace, AllocatorKind.POOL)),
                trace.size());
    }

    private static long replay(Trace trace, AllocatorKind kind) {
        try (AllocatorKind.Store store = kind.open(0); LuaMemory memory = new LuaMemory(store.allocator())) {
            return TraceReplay.run(trace, memory).nanos();
        }
    }

    /// Whole collections of a heap of tables, all of them live.
    private static void collector(PrintStream out, int rounds) {
        try (PoolAllocator pool = new PoolAllocator(PoolAllocator.Options.LARGE_HEAP);
                LuaState lua = LuaState.newState(pool)) {
            lua.createTable(TABLES, 0);
            for (int i = 1; i <= TABLES; i++) {
                lua.newTable();
                lua.rawSetI(-2, i);
            }
            inTurn(out, rounds, List.of("collector"), List.of(() -> collect(lua)), TABLES);
        }
    }

    private static long collect(LuaState lua) {
        long started = System.nanoTime();
        lua.gc(GCOption.COLLECT, 0);
        return System.nanoTime() - started;
    }
}
