package org.lmem.allocators;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.tukaani.xz.XZInputStream;

/// Every allocator serves every request that real Lua 5.1.5 made, keeps what is in each block, and has nothing in use at the end.
///
/// With `-Dlmem.traces=FOLDER` all traces of a folder (`.lmtr`, `.lmtr.xz`) are replayed beside the one that is here.
final class TracesTest {
    private static final FunctionDescriptor LUA_ALLOC = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG);

    /// Allocators by name; each is made for a trace's peak.
    private static final Map<String, LongFunction<LuaAlloc>> ALLOCATORS = new LinkedHashMap<>();

    static {
        ALLOCATORS.put("system", peak -> SystemAlloc.INSTANCE);
        ALLOCATORS.put("pool", peak -> new PoolAllocator());
        ALLOCATORS.put("pool for a large heap", peak -> new PoolAllocator(PoolAllocator.Options.LARGE_HEAP));
        ALLOCATORS.put("pool, no shared pages", peak -> new PoolAllocator(PoolAllocator.Options.OWN_PAGES));
        ALLOCATORS.put("no shared pages, called from C",
                peak -> new FromC(new PoolAllocator(PoolAllocator.Options.OWN_PAGES)));
        ALLOCATORS.put("pool, called from C", peak -> new FromC(new PoolAllocator()));
        ALLOCATORS.put("region", peak -> new RegionAllocator((1 << 20) + 2 * peak));
        ALLOCATORS.put("memory pool", peak -> new MemoryPool(SystemAlloc.INSTANCE, 1 << 20));
        ALLOCATORS.put("statistics", peak -> new StatsAllocator(new PoolAllocator()));
        ALLOCATORS.put("limit", peak -> new LimitAllocator(new PoolAllocator(), peak));
        ALLOCATORS.put("debug, sampled", peak -> new DebugAllocator(new PoolAllocator(), DebugOptions.SAMPLED));
        ALLOCATORS.put("debug, full", peak -> new DebugAllocator(new PoolAllocator(), DebugOptions.FULL));
        ALLOCATORS.put("recorder", peak -> new TraceRecorder(new PoolAllocator()));
    }

    /// A pool as real Lua calls it.
    private static final class FromC implements LuaAlloc {
        private final NativeAlloc export;
        private final MethodHandle handle;

        FromC(PoolAllocator pool) {
            export = new NativeAlloc(pool);
            handle = RawMemory.function(name -> Optional.of(export.function()), "the pool", LUA_ALLOC);
        }

        @Override
        public long realloc(long block, long osize, long nsize) {
            try {
                return (long) handle.invokeExact(0L, block, osize, nsize);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> traces() throws IOException {
        Map<String, Trace> traces = new LinkedHashMap<>();
        traces.put("coroutine_ring", read(Objects.requireNonNull(
                TracesTest.class.getResourceAsStream("coroutine_ring.lmtr.xz")), true));
        for (Path file : more())
            traces.put(file.getFileName().toString(),
                    read(Files.newInputStream(file), file.toString().endsWith(".xz")));
        return traces.entrySet().stream().flatMap(trace -> ALLOCATORS.entrySet().stream()
                .map(allocator -> DynamicTest.dynamicTest(trace.getKey() + " on " + allocator.getKey(),
                        () -> replay(trace.getValue(), allocator.getValue()))));
    }

    private static List<Path> more() throws IOException {
        String folder = System.getProperty("lmem.traces");
        if (folder == null)
            return List.of();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.filter(file -> file.toString().matches(".*\\.lmtr(\\.xz)?")).sorted().toList();
        }
    }

    private static Trace read(InputStream stream, boolean packed) {
        try (InputStream in = new BufferedInputStream(packed ? new XZInputStream(stream) : stream)) {
            return Trace.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replay(Trace trace, LongFunction<LuaAlloc> make) throws Exception {
        LuaAlloc allocator = make.apply(trace.peakBytes());
        StatsAllocator books = new StatsAllocator(allocator);
        long[] blocks = new long[trace.ids()];
        long[] sizes = new long[trace.ids()];
        for (int i = 0; i < trace.size(); i++)
            request(books, blocks, sizes, trace.id(i), trace.nsize(i));
        assertThat(books.snapshot().peakBytes()).isEqualTo(trace.peakBytes());
        assertThat(books.liveBytes()).isEqualTo(trace.endBytes());
        for (int id = 0; id < blocks.length; id++)
            if (sizes[id] != 0)
                request(books, blocks, sizes, id, 0);
        assertThat(books.snapshot().liveBytes()).isZero();
        assertThat(books.snapshot().liveBlocks()).isZero();
        requireEmpty(allocator);
    }

    private static void request(LuaAlloc alloc, long[] blocks, long[] sizes, int id, long nsize) {
        long kept = Math.min(sizes[id], nsize);
        if (nsize == 0)
            requireSound(blocks[id], sizes[id], id);
        long block = alloc.realloc(blocks[id], sizes[id], nsize);
        if (block == LuaAlloc.NULL && nsize != 0)
            throw new AssertionError("refused: osize=" + sizes[id] + ", nsize=" + nsize);
        blocks[id] = block;
        sizes[id] = nsize;
        if (nsize == 0)
            return;
        requireSound(block, kept, id);
        AllocatorModel.fill(block, 0, nsize, id);
    }

    private static void requireSound(long block, long bytes, int id) {
        long damage = AllocatorModel.firstDamage(block, bytes, id);
        if (damage != -1)
            throw new AssertionError("contents lost: id=" + id + ", byte=" + damage);
    }

    private static void requireEmpty(LuaAlloc allocator) throws Exception {
        List<String> left = new ArrayList<>();
        switch (allocator) {
            case PoolAllocator pool -> pool.forEachBlock((block, bytes) -> left.add(Long.toHexString(block)));
            case RegionAllocator region -> region.forEachBlock((block, bytes) -> left.add(Long.toHexString(block)));
            case FromC c -> assertThat(c.export.liveBlocks()).isZero();
            case StatsAllocator stats -> assertThat(stats.liveBytes()).isZero();
            case TraceRecorder recorder -> assertThat(recorder.trace().endBytes()).isZero();
            case DebugAllocator debug -> assertThat(debug.report().liveBlocks()).isZero();
            default -> {
            }
        }
        assertThat(left).isEmpty();
        if (allocator instanceof AutoCloseable closeable)
            closeable.close(); // a debug allocator with leaks would throw
    }
}
