package org.lmem.core.bench;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
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

/// 10,000,000 ints appended one by one, from nothing. Time is that of one append; each list grows as it does by itself.
///
/// A JVM keeps the memory of its heap, so that after the warm-up an array costs no page fault. The C library gives a block
/// of this size back to the system, and each run pays for fresh pages again. The vector is therefore measured twice: over the
/// C library, and over [KeptMemory], where, as on the heap, the pages are there and a growth moves nothing, as at the end
/// of a region. What `java.lang.foreign` offers pays for fresh pages, too, and is to be set beside the former.
///
/// Growths: 23 for the vector (0, 4, 8 … 2^24), 22 for the arrays and the segments (they begin with 4), 36 for ArrayList and
/// fastutil and 35 for Agrona (10, 15, 22 … 13,845,150).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(VectorBenchmark.COUNT)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"-Xms4g", "-Xmx4g"})
public class VectorBenchmark {
    static final int COUNT = 10_000_000;

    private final LuaAlloc kept = new KeptMemory(1L << 27);

    /// lmem, over memory that is kept.
    ///
    /// @return the last element
    @Benchmark
    public int luaVector() {
        return append(kept);
    }

    /// lmem, over the C library's allocator.
    ///
    /// @return the last element
    @Benchmark
    public int luaVectorSystem() {
        return append(SystemAlloc.INSTANCE);
    }

    private static int append(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc); LuaVector vector = LuaVector.of(memory, ValueLayout.JAVA_INT)) {
            for (int i = 0; i < COUNT; i++)
                vector.addInt(i);
            return vector.getInt(COUNT - 1);
        }
    }

    /// Through an appender, over memory that is kept.
    ///
    /// @return the last element
    @Benchmark
    public int luaVectorAppender() {
        return appendAll(kept);
    }

    /// Through an appender, over the C library's allocator.
    ///
    /// @return the last element
    @Benchmark
    public int luaVectorAppenderSystem() {
        return appendAll(SystemAlloc.INSTANCE);
    }

    private static int appendAll(LuaAlloc alloc) {
        try (LuaMemory memory = new LuaMemory(alloc); LuaVector vector = LuaVector.of(memory, ValueLayout.JAVA_INT)) {
            try (LuaVector.Appender out = vector.appender()) {
                for (int i = 0; i < COUNT; i++)
                    out.addInt(i);
            }
            return vector.getInt(COUNT - 1);
        }
    }

    /// A plain array that doubles, from 4 elements as Lua's vectors do.
    ///
    /// @return the last element
    @Benchmark
    public int javaArray() {
        int[] array = new int[4];
        int length = 0;
        for (int i = 0; i < COUNT; i++) {
            if (length == array.length)
                array = Arrays.copyOf(array, 2 * length);
            array[length++] = i;
        }
        return array[length - 1];
    }

    /// The same with off-heap segments, each in an arena of its own, so that the smaller one can be freed.
    ///
    /// @return the last element
    @Benchmark
    public int javaSegment() {
        Arena arena = Arena.ofConfined();
        MemorySegment segment = arena.allocate(ValueLayout.JAVA_INT, 4);
        int length = 0;
        for (int i = 0; i < COUNT; i++) {
            if (length * 4L == segment.byteSize()) {
                Arena larger = Arena.ofConfined();
                segment = larger.allocate(ValueLayout.JAVA_INT, 2L * length).copyFrom(segment);
                arena.close();
                arena = larger;
            }
            segment.setAtIndex(ValueLayout.JAVA_INT, length++, i);
        }
        int last = segment.getAtIndex(ValueLayout.JAVA_INT, length - 1);
        arena.close();
        return last;
    }

    /// The JDK's list, which boxes.
    ///
    /// @return the last element
    @Benchmark
    public int arrayList() {
        List<Integer> list = new ArrayList<>();
        for (int i = 0; i < COUNT; i++)
            list.add(i);
        return list.getLast();
    }

    /// A plain list of ints: the array that doubles, in an object that counts.
    ///
    /// @return the last element
    @Benchmark
    public int javaArrayInAnObject() {
        IntList list = new IntList();
        for (int i = 0; i < COUNT; i++)
            list.add(i);
        return list.array[list.length - 1];
    }

    /// What one writes in Java without a library.
    static final class IntList {
        private int[] array = new int[4];
        private int length;

        void add(int value) {
            if (length == array.length)
                array = Arrays.copyOf(array, 2 * length);
            array[length++] = value;
        }
    }

    /// fastutil.
    ///
    /// @return the last element
    @Benchmark
    public int fastutil() {
        IntArrayList list = new IntArrayList();
        for (int i = 0; i < COUNT; i++)
            list.add(i);
        return list.getInt(COUNT - 1);
    }

    /// Agrona.
    ///
    /// @return the last element
    @Benchmark
    public int agrona() {
        org.agrona.collections.IntArrayList list = new org.agrona.collections.IntArrayList();
        for (int i = 0; i < COUNT; i++)
            list.addInt(i);
        return list.getInt(COUNT - 1);
    }
}
