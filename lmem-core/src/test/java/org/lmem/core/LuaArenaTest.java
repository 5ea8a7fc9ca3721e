package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.RecordingAlloc.Call;

/// Blocks that have an owner.
class LuaArenaTest {
    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);

    @Nested
    class Owning {
        @Test
        @DisplayName("X21 an error between allocation and free leaks nothing that an arena owns")
        void error_leaksNothing() {
            alloc.allow(3);
            assertThatThrownBy(() -> {
                try (LuaArena arena = memory.openArena()) {
                    for (int i = 0; i < 10; i++)
                        arena.allocate(JAVA_INT, 100);
                }
            }).isExactlyInstanceOf(LuaMemoryException.class)
                    .hasMessage("not enough memory: osize=0, nsize=400, totalbytes=1200");
            assertThat(memory.totalBytes()).isZero();
            memory.close();
            assertThat(alloc.live()).isEmpty();
        }

        @Test
        void blocks_areCounted() {
            try (LuaArena arena = memory.openArena()) {
                arena.allocate(100);
                arena.allocate(JAVA_LONG);
                assertThat(arena).hasToString("LuaArena[blocks=2, bytes=108]");
                assertThat(arena.blockCount()).isEqualTo(2);
                assertThat(arena.byteCount()).isEqualTo(108).isEqualTo(memory.totalBytes());
            }
            assertThat(memory.totalBytes()).isZero();
        }

        @Test
        void close_freesTheNewestFirst_eachWithItsSize() {
            LuaArena arena = memory.openArena();
            List<Long> addresses = IntStream.rangeClosed(1, 20).mapToObj(i -> arena.allocate(i, 1).address()).toList();
            alloc.forgetCalls();
            arena.close();
            assertThat(arena).hasToString("LuaArena[blocks=0, bytes=0, closed]");
            assertThat(alloc.calls()).containsExactlyElementsOf(IntStream.iterate(20, i -> i > 0, i -> i - 1)
                    .mapToObj(i -> new Call(addresses.get(i - 1), i, 0, 0)).toList());
        }

        @Test
        void close_endsTheSegments() {
            LuaArena arena = memory.openArena();
            MemorySegment s = arena.allocateFrom("print");
            assertThat(s.getString(0)).isEqualTo("print");
            assertThat(s.scope()).isEqualTo(arena.scope());
            arena.close();
            assertThat(arena.scope().isAlive()).isFalse();
            assertThatThrownBy(() -> s.get(JAVA_BYTE, 0)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("Already closed");
        }

        @Test
        void arenas_nest() {
            try (LuaArena outer = memory.openArena()) {
                MemorySegment kept = outer.allocate(JAVA_INT);
                try (LuaArena inner = memory.openArena()) {
                    inner.allocate(8);
                    assertThat(memory.totalBytes()).isEqualTo(12);
                }
                assertThat(memory.totalBytes()).isEqualTo(4);
                kept.set(JAVA_INT, 0, 1);
            }
            memory.close();
        }

        @Test
        void managerClosedFirst_closesItsArenasAndReports() {
            LuaArena first = memory.openArena();
            LuaArena second = memory.openArena();
            long a = first.allocate(24).address();
            long b = second.allocate(8).address();
            memory.newObject(JAVA_INT);
            MemoryLeakException leak = catchThrowableOfType(MemoryLeakException.class, memory::close);
            assertThat(leak).hasMessage("memory was still in use at close: totalbytes=36, typed blocks released=3, "
                    + "bytes released=36, bytes lost=0");
            assertThat(leak.released()).contains(new MemoryLeakException.Block(a, 24),
                    new MemoryLeakException.Block(b, 8));
            assertThat(first.scope().isAlive()).isFalse();
            assertThat(second.scope().isAlive()).isFalse();
            assertThat(alloc.live()).isEmpty();
        }

        @Test
        void closedArenas_areForgotten() {
            LuaArena first = memory.openArena();
            LuaArena second = memory.openArena();
            first.close();
            second.allocate(8);
            second.close();
            memory.close();
            assertThat(memory.isClosed()).isTrue();
        }
    }

    @Nested
    class Blocks {
        @Test
        void block_isZero() {
            try (LuaArena arena = memory.openArena()) {
                for (int i = 0; i < 100; i++) {
                    try (LuaArena inner = memory.openArena()) {
                        MemorySegment s = inner.allocate(64);
                        assertThat(s.toArray(JAVA_BYTE)).containsOnly(0);
                        s.fill((byte) 0xAB);
                    }
                }
            }
        }

        @ParameterizedTest
        @CsvSource({"1, 100", "8, 100", "16, 108", "64, 156", "4096, 4188"})
        void alignment_isMet(long alignment, long bytes) {
            try (LuaArena arena = memory.openArena()) {
                MemorySegment s = arena.allocate(100, alignment);
                assertThat(s.address() % alignment).isZero();
                assertThat(s.byteSize()).isEqualTo(100);
                assertThat(memory.totalBytes()).isEqualTo(bytes);
                s.set(JAVA_BYTE, 99, (byte) 1);
            }
            assertThat(alloc.live()).isEmpty();
        }

        @Test
        void nothing_takesNoBlock() {
            try (LuaArena arena = memory.openArena()) {
                MemorySegment s = arena.allocate(0, 32);
                assertThat(s.byteSize()).isZero();
                assertThat(s.address() % 32).isZero();
                assertThat(s.scope()).isEqualTo(arena.scope());
                assertThat(alloc.calls()).isEmpty();
            }
        }

        @Test
        void array_isCopied() {
            try (LuaArena arena = memory.openArena()) {
                assertThat(arena.allocateFrom(JAVA_DOUBLE, 1, 2, 3).toArray(JAVA_DOUBLE)).containsExactly(1, 2, 3);
                assertThat(memory.totalBytes()).isEqualTo(24);
            }
        }

        @ParameterizedTest
        @CsvSource({"-1, 1", "8, 0", "8, -8", "8, 3", "8, -9223372036854775808"})
        void badNumbers_areRefused(long size, long alignment) {
            try (LuaArena arena = memory.openArena()) {
                assertThatThrownBy(() -> arena.allocate(size, alignment))
                        .isExactlyInstanceOf(IllegalArgumentException.class)
                        .hasMessage("a size is not negative and an alignment is a power of two: size=" + size
                                + ", alignment=" + alignment);
                assertThat(alloc.calls()).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(longs = {Long.MAX_VALUE, 1L << 62})
        void hugeSizes_areRefusedByTheAllocator(long size) {
            try (LuaArena arena = memory.openArena()) {
                assertThatThrownBy(() -> arena.allocate(size, 4096)).isExactlyInstanceOf(LuaMemoryException.class)
                        .hasMessage("not enough memory: osize=0, nsize=" + Long.toUnsignedString(size + 4088)
                                + ", totalbytes=0");
                assertThat(arena.blockCount()).isZero();
            }
        }

        @Test
        void segment_isFreedByTheArenaAlone() {
            try (LuaArena arena = memory.openArena()) {
                MemorySegment s = arena.allocate(8);
                assertThatThrownBy(() -> memory.free(s)).isExactlyInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the segment is no live block of this memory manager: address="
                                + Hex.of(s.address()) + ", size=8, alive=true");
                assertThat(memory.totalBytes()).isEqualTo(8);
            }
        }
    }

    @Nested
    class Misuse {
        @Test
        void afterClose_isRefused() {
            LuaArena arena = memory.openArena();
            arena.close();
            String message = "the arena is closed: LuaMemory[totalbytes=0]";
            assertThatThrownBy(() -> arena.allocate(8)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
            assertThatThrownBy(arena::close).isExactlyInstanceOf(IllegalStateException.class).hasMessage(message);
            assertThat(alloc.calls()).isEmpty();
        }

        @Test
        void afterTheManager_isRefused() {
            LuaArena arena = memory.openArena();
            memory.close();
            String message = "the memory manager is closed: totalbytes=0";
            assertThatThrownBy(() -> arena.allocate(8)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
            assertThatThrownBy(arena::close).isExactlyInstanceOf(IllegalStateException.class).hasMessage(message);
            assertThatThrownBy(memory::openArena).isExactlyInstanceOf(IllegalStateException.class).hasMessage(message);
        }

        @Test
        void anotherThread_isRefused() throws Exception {
            try (LuaArena arena = memory.openArena();
                    ExecutorService stranger = Executors
                            .newSingleThreadExecutor(Thread.ofPlatform().name("stranger").factory())) {
                arena.allocate(8);
                String message = "a memory manager belongs to one thread: owner=" + Thread.currentThread().getName()
                        + ", caller=stranger";
                for (Runnable access : List.<Runnable>of(() -> arena.allocate(8), arena::close, memory::openArena))
                    assertThat(stranger.submit(() -> catchThrowable(access::run)).get())
                            .isExactlyInstanceOf(WrongThreadException.class).hasMessage(message);
                assertThat(arena.blockCount()).isEqualTo(1);
                assertThat(memory.totalBytes()).isEqualTo(8);
            }
        }

        @Test
        void allocatorThatThrowsOnFrees_getsAllOfThem() {
            LuaMemory strict = new LuaMemory((block, osize, nsize) -> {
                long result = SystemAlloc.INSTANCE.realloc(block, osize, nsize);
                if (nsize == 0 && osize != 8)
                    throw new UnsupportedOperationException("damaged: size=" + osize);
                return result;
            });
            LuaArena arena = strict.openArena();
            arena.allocate(16);
            arena.allocate(8);
            arena.allocate(24);
            assertThatThrownBy(arena::close).hasMessage("damaged: size=24")
                    .satisfies(e -> assertThat(e.getSuppressed()).singleElement()
                            .hasToString("java.lang.UnsupportedOperationException: damaged: size=16"));
            assertThat(arena.blockCount()).isZero();
            assertThat(strict.totalBytes()).isEqualTo(40); // what threw counts as not freed
        }

        @Test
        void close_insideTheAllocator_isRefused() {
            Arena[] open = new Arena[1];
            LuaMemory other = new LuaMemory((block, osize, nsize) -> {
                if (osize == 0)
                    open[0].close();
                return SystemAlloc.INSTANCE.realloc(block, osize, nsize);
            });
            open[0] = other.openArena();
            assertThatThrownBy(() -> open[0].allocate(8)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("an allocator cannot close what it is asked for: totalbytes=0");
            assertThat(open[0].scope().isAlive()).isTrue();
            open[0].close();
        }
    }
}
