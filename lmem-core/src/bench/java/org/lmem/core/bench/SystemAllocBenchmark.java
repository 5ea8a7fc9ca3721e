package org.lmem.core.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaArena;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A block obtained, written to and freed, through the C library: from C, from lmem, and as Java offers it. Time is that of
/// one such pair. The loop in C is compiled with `cc` when the benchmark starts, so that a C compiler has to be there.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(SystemAllocBenchmark.PAIRS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SystemAllocBenchmark {
    static final int PAIRS = 10_000;

    private static final String LOOP_IN_C = """
            #include <stdlib.h>
            void loop(long pairs, size_t size) {
              for (long i = 0; i < pairs; i++) {
                void *volatile block = malloc(size);
                *(volatile char *) block = 1;
                free(block);
              }
            }
            """;

    /// The size of the block in bytes.
    @Param({"40", "1024"})
    public long size;

    private final LuaAlloc alloc = SystemAlloc.INSTANCE;
    private final LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE);
    private final Arena library = Arena.ofShared();
    private MethodHandle loop;

    /// Compiles the loop in C.
    ///
    /// @throws IOException where the files cannot be written
    /// @throws InterruptedException where the compiler is interrupted
    @Setup
    @SuppressWarnings("restricted")
    public void compile() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("lmem-bench");
        Path source = Files.writeString(folder.resolve("loop.c"), LOOP_IN_C);
        Path binary = folder.resolve("loop.so");
        int status = new ProcessBuilder("cc", "-O2", "-shared", "-fPIC", "-o", binary.toString(), source.toString())
                .inheritIO().start().waitFor();
        if (status != 0)
            throw new IllegalStateException("the C compiler failed: status=" + status);
        MemorySegment address = SymbolLookup.libraryLookup(binary, library).find("loop").orElseThrow();
        loop = Linker.nativeLinker().downcallHandle(address,
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    }

    /// Unloads it.
    @TearDown
    public void unload() {
        library.close();
    }

    /// malloc and free in C.
    ///
    /// @throws Throwable never
    @Benchmark
    public void mallocInC() throws Throwable {
        loop.invokeExact((long) PAIRS, size);
    }

    /// The same two functions, called from Java.
    @Benchmark
    public void systemAlloc() {
        for (int i = 0; i < PAIRS; i++) {
            long block = alloc.realloc(LuaAlloc.NULL, 0, size);
            Bytes.touch(block);
            alloc.realloc(block, size, 0);
        }
    }

    /// The same, counted and checked.
    @Benchmark
    public void luaMemory() {
        for (int i = 0; i < PAIRS; i++) {
            long block = memory.malloc(size);
            Bytes.touch(block);
            memory.freeMem(block, size);
        }
    }

    /// lmem's typed face: a segment of its own for each block, dead after the free.
    @Benchmark
    public void luaMemoryTyped() {
        for (int i = 0; i < PAIRS; i++) {
            MemorySegment block = memory.newVector(size, ValueLayout.JAVA_BYTE);
            block.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            memory.free(block);
        }
    }

    /// A block that has an owner: lmem's arena, opened, used and closed; it also clears the memory.
    @Benchmark
    public void luaArena() {
        for (int i = 0; i < PAIRS; i++) {
            try (LuaArena arena = memory.openArena()) {
                arena.allocate(size).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            }
        }
    }

    /// What `java.lang.foreign` offers for a single block; it also clears the memory.
    @Benchmark
    public void confinedArena() {
        for (int i = 0; i < PAIRS; i++) {
            try (Arena arena = Arena.ofConfined()) {
                arena.allocate(size).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            }
        }
    }
}
