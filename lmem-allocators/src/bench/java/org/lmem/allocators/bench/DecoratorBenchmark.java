package org.lmem.allocators.bench;

import java.util.concurrent.TimeUnit;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a decorator adds to a request: a small heap in which one block after the other is freed and replaced by one of
/// another size. Each allocator has forks of its own, in which it is the only class at the call sites.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime) // on a busy machine: -bm sample, and the median
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(3 * DecoratorBenchmark.BLOCKS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DecoratorBenchmark {
    static final int BLOCKS = 1024;
    private static final int[] SIZES = {40, 64, 29, 40, 16, 120, 40, 64, 35, 80, 256, 40, 32, 64, 48};

    /// The allocator, by its name in [Subjects].
    @Param({"pool", "stats(pool)", "limit(pool)", "limit.tree(pool)", "region"})
    public String allocator;

    private LuaAlloc alloc;
    private final long[] blocks = new long[BLOCKS];
    private final int[] sizes = new int[BLOCKS];
    private final int[] wanted = new int[3 * BLOCKS]; // of the block k / 3: free it, make it anew, let it grow

    /// Fills the heap.
    @Setup(Level.Trial)
    public void fill() {
        alloc = Subjects.named(allocator).alloc();
        for (int i = 0; i < BLOCKS; i++) {
            sizes[i] = SIZES[i % SIZES.length];
            blocks[i] = alloc.realloc(LuaAlloc.NULL, 0, sizes[i]);
            wanted[3 * i + 1] = SIZES[7 * i % SIZES.length];
            wanted[3 * i + 2] = wanted[3 * i + 1] + 8;
        }
    }

    /// A free, a new block and a resize for each block of the heap, through one call site as in a memory manager.
    @Benchmark
    @CompilerControl(CompilerControl.Mode.DONT_INLINE) // JMH's loop, which has it twice, has room for it once
    public void churn() {
        LuaAlloc inner = alloc;
        for (int k = 0; k < wanted.length; k++) {
            int i = k / 3;
            int nsize = wanted[k];
            long block = inner.realloc(blocks[i], sizes[i], nsize);
            blocks[i] = block;
            sizes[i] = nsize;
            if (nsize != 0)
                RawMemory.putInt(block, k);
        }
    }
}
