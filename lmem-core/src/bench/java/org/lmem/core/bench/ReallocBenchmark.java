package org.lmem.core.bench;

import java.util.concurrent.TimeUnit;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What [LuaMemory#realloc] adds to a call of the allocator: both over an allocator that does nothing. Time is that of one
/// call; an invocation makes two, which obtain a block and free it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ReallocBenchmark {
    private LuaAlloc alloc = (block, osize, nsize) -> nsize == 0 ? LuaAlloc.NULL : 4096;
    private LuaMemory memory = new LuaMemory(alloc);
    private long size = 40;

    /// The allocator alone.
    ///
    /// @return what the free returns
    @Benchmark
    public long allocatorAlone() {
        long block = alloc.realloc(LuaAlloc.NULL, 0, size);
        return alloc.realloc(block, size, 0);
    }

    /// The same through the memory manager: checked and counted.
    ///
    /// @return what the free returns
    @Benchmark
    public long memoryManager() {
        long block = memory.realloc(LuaAlloc.NULL, 0, size);
        return memory.realloc(block, size, 0);
    }
}
