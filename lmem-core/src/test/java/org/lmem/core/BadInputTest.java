package org.lmem.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each mistake that can be seen: an exception with the facts, no call of the allocator, nothing counted, nothing lost.
class BadInputTest {
    private static final MemoryLayout EMPTY = MemoryLayout.structLayout();

    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);
    private final long raw = memory.malloc(100);
    private final MemorySegment typed = memory.newVector(10, JAVA_INT);
    private final LuaVector vector = LuaVector.of(memory, JAVA_INT, 50, "full");

    BadInputTest() {
        vector.addInt(1);
        vector.addInt(2);
        vector.addInt(3);
        alloc.forgetCalls();
    }

    @AfterEach
    void everything_isThereAndCanBeFreed() {
        assertThat(alloc.calls()).isEmpty();
        assertThat(memory.totalBytes()).isEqualTo(156).isEqualTo(alloc.liveBytes());
        assertThat(vector).hasToString("LuaVector[length=3, capacity=4, limit=50]");
        assertThat(vector.getInt(2)).isEqualTo(3);
        vector.close();
        memory.free(typed);
        memory.freeMem(raw, 100);
        memory.close();
        assertThat(alloc.live()).isEmpty();
    }

    /// A mistake and what is said about it.
    private record Mistake(String name, Consumer<BadInputTest> action, Class<? extends Exception> type,
            Function<BadInputTest, String> message) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Mistake argument(String name, Consumer<BadInputTest> action,
            Function<BadInputTest, String> message) {
        return new Mistake(name, action, IllegalArgumentException.class, message);
    }

    private static Mistake argument(String name, Consumer<BadInputTest> action, String message) {
        return argument(name, action, t -> message);
    }

    private static Mistake tooBig(String name, Consumer<BadInputTest> action, String facts) {
        return new Mistake(name, action, LuaRuntimeException.class,
                t -> "memory allocation error: block too big: " + facts + ", largest size=18446744073709551613");
    }

    private static Mistake index(String name, Consumer<BadInputTest> action, int index) {
        return new Mistake(name, action, IndexOutOfBoundsException.class,
                t -> "no such element: index=" + index + ", length=3");
    }

    static Stream<Mistake> rawMistakes() {
        return Stream.of(
                argument("(NULL, osize, n)", t -> t.memory.realloc(0, 8, 16),
                        "osize is 0 exactly where there is no block: block=0x0, osize=8, nsize=16, totalbytes=156"),
                argument("(NULL, osize, 0)", t -> t.memory.realloc(0, 8, 0),
                        "osize is 0 exactly where there is no block: block=0x0, osize=8, nsize=0, totalbytes=156"),
                argument("(block, 0, n)", t -> t.memory.realloc(t.raw, 0, 16),
                        t -> "osize is 0 exactly where there is no block: block=" + Hex.of(t.raw)
                                + ", osize=0, nsize=16, totalbytes=156"),
                argument("(block, 0, 0)", t -> t.memory.freeMem(t.raw, 0),
                        t -> "osize is 0 exactly where there is no block: block=" + Hex.of(t.raw)
                                + ", osize=0, nsize=0, totalbytes=156"),
                argument("osize above all there is", t -> t.memory.realloc(t.raw, 157, 16),
                        t -> "no block can be that large: block=" + Hex.of(t.raw)
                                + ", osize=157, nsize=16, totalbytes=156"),
                argument("osize negative", t -> t.memory.realloc(t.raw, -1, 16),
                        t -> "no block can be that large: block=" + Hex.of(t.raw)
                                + ", osize=18446744073709551615, nsize=16, totalbytes=156"),
                argument("negative nsize with a wrong osize", t -> t.memory.realloc(t.raw, -1, -2),
                        t -> "no block can be that large: block=" + Hex.of(t.raw)
                                + ", osize=18446744073709551615, nsize=18446744073709551614, totalbytes=156"),
                argument("negative old count", t -> t.memory.reallocv(t.raw, -1, 5, 4),
                        t -> "no block can be that large: block=" + Hex.of(t.raw)
                                + ", osize=18446744073709551612, nsize=20, totalbytes=156"),
                argument("size of a typed block", t -> t.memory.realloc(t.typed.address(), 41, 80),
                        t -> "osize is not the size of the block: block=" + Hex.of(t.typed.address())
                                + ", osize=41, size=40"),
                argument("size of a typed block, freed", t -> t.memory.freeMem(t.typed.address(), 39),
                        t -> "osize is not the size of the block: block=" + Hex.of(t.typed.address())
                                + ", osize=39, size=40"),
                argument("elements without size", t -> t.memory.reallocv(0, 0, 5, 0),
                        "an element has a size: elementsize=0"),
                argument("elements of negative size", t -> t.memory.reallocv(0, 0, 5, -8),
                        "an element has a size: elementsize=-8"),
                tooBig("count without a size", t -> t.memory.reallocv(0, 0, Long.MAX_VALUE, 8),
                        "n=9223372036854775807, elementsize=8"),
                tooBig("count of -2", t -> t.memory.reallocv(t.raw, 25, -2, 4),
                        "n=18446744073709551614, elementsize=4"));
    }

    static Stream<Mistake> typedMistakes() {
        MemorySegment foreign = Arena.ofAuto().allocate(40);
        MemorySegment heap = MemorySegment.ofArray(new int[10]);
        return Stream.of(
                argument("object without size", t -> t.memory.newObject(EMPTY), "a layout without size: layout=[]"),
                argument("elements without size", t -> t.memory.newVector(3, EMPTY),
                        "a layout without size: layout=[]"),
                argument("old elements without size", t -> t.memory.freeArray(t.typed, 10, EMPTY),
                        "a layout without size: layout=[]"),
                argument("new elements without size", t -> t.memory.reallocVector(t.typed, 10, 20, EMPTY),
                        "a layout without size: layout=[]"),
                tooBig("negative count", t -> t.memory.newVector(-2, JAVA_INT),
                        "n=18446744073709551614, elementsize=4"),
                tooBig("count without a size", t -> t.memory.newVector(Long.MAX_VALUE, JAVA_INT),
                        "n=9223372036854775807, elementsize=4"),
                argument("foreign segment", t -> t.memory.free(foreign),
                        noBlock(foreign.address(), 40, true)),
                argument("segment of the Java heap", t -> t.memory.free(heap), noBlock(0, 40, true)),
                argument("empty segment of the Java heap", t -> t.memory.free(MemorySegment.ofArray(new byte[0])),
                        noBlock(0, 0, true)),
                argument("address alone", t -> t.memory.free(MemorySegment.ofAddress(t.typed.address())),
                        t -> noBlock(t.typed.address(), 0, true)),
                argument("slice at the start", t -> t.memory.free(t.typed.asSlice(0, 20)),
                        t -> noBlock(t.typed.address(), 20, true)),
                argument("slice in the middle", t -> t.memory.free(t.typed.asSlice(8)),
                        t -> noBlock(t.typed.address() + 8, 32, true)),
                argument("same bytes, reinterpreted", t -> t.memory.freeArray(reinterpreted(t.typed), 10, JAVA_INT),
                        t -> noBlock(t.typed.address(), 40, true)),
                argument("count below the vector's", t -> t.memory.freeArray(t.typed, 9, JAVA_INT),
                        t -> "osize is not the size of the block: block=" + Hex.of(t.typed.address())
                                + ", osize=36, size=40"),
                argument("count of zero", t -> t.memory.freeArray(t.typed, 0, JAVA_INT),
                        t -> "osize is 0 exactly where there is no block: block=" + Hex.of(t.typed.address())
                                + ", osize=0, nsize=0, totalbytes=156"),
                argument("elements of another type", t -> t.memory.freeArray(t.typed, 10, JAVA_BYTE),
                        t -> "osize is not the size of the block: block=" + Hex.of(t.typed.address())
                                + ", osize=10, size=40"),
                argument("count of no vector", t -> t.memory.freeArray(MemorySegment.NULL, 3, JAVA_INT),
                        "osize is 0 exactly where there is no block: block=0x0, osize=12, nsize=0, totalbytes=156"),
                argument("wrong old count", t -> t.memory.reallocVector(t.typed, 11, 12, JAVA_INT),
                        t -> "osize is not the size of the block: block=" + Hex.of(t.typed.address())
                                + ", osize=44, size=40"),
                argument("vector's own segment, freed", t -> t.memory.free(t.vector.segment()),
                        t -> "the segment belongs to a vector, which frees it: address="
                                + Hex.of(t.vector.address()) + ", size=16"),
                argument("vector's own segment, resized",
                        t -> t.memory.reallocVector(t.vector.segment(), 4, 8, JAVA_INT),
                        t -> "the segment belongs to a vector, which frees it: address="
                                + Hex.of(t.vector.address()) + ", size=16"));
    }

    static Stream<Mistake> vectorMistakes() {
        return Stream.of(
                argument("elements without size", t -> LuaVector.of(t.memory, EMPTY),
                        "a layout without size: layout=[]"),
                argument("negative limit", t -> LuaVector.of(t.memory, JAVA_INT, -1, "full"),
                        "the limit is below the current size: limit=-1, capacity=0"),
                argument("limit below the size", t -> t.vector.setLimit(3),
                        "the limit is below the current size: limit=3, capacity=4"),
                argument("length below zero", t -> t.vector.setLength(-1),
                        "the length is not within the capacity: length=-1, capacity=4"),
                argument("length above the capacity", t -> t.vector.setLength(5),
                        "the length is not within the capacity: length=5, capacity=4"),
                argument("capacity below zero", t -> t.vector.resize(-1),
                        "the capacity is not within the limit: n=-1, limit=50"),
                argument("capacity above the limit", t -> t.vector.resize(51),
                        "the capacity is not within the limit: n=51, limit=50"),
                argument("elements in use above the capacity", t -> t.memory.growVector(t.vector, 5),
                        "the elements in use are not those of the vector: nelems=5, capacity=4"),
                argument("elements in use below zero", t -> t.memory.growVector(t.vector, -1),
                        "the elements in use are not those of the vector: nelems=-1, capacity=4"),
                argument("vector of another manager", t -> otherMemory().growVector(t.vector, 4),
                        "the vector belongs to another memory manager: vector=LuaVector[length=3, capacity=4, limit=50]"),
                index("read below", t -> t.vector.getInt(-1), -1), index("read above", t -> t.vector.getInt(3), 3),
                index("write below", t -> t.vector.setInt(-1, 0), -1),
                index("write above", t -> t.vector.setInt(3, 0), 3),
                index("element below", t -> t.vector.element(-1), -1),
                index("element above", t -> t.vector.element(3), 3));
    }

    static Stream<Mistake> widthMistakes() {
        return Stream.of(width("addLong", t -> t.vector.addLong(0), 8), width("getLong", t -> t.vector.getLong(0), 8),
                width("setLong", t -> t.vector.setLong(0, 0), 8), width("addDouble", t -> t.vector.addDouble(0), 8),
                width("getDouble", t -> t.vector.getDouble(0), 8),
                width("setDouble", t -> t.vector.setDouble(0, 0), 8),
                width("addByte", t -> t.vector.addByte((byte) 0), 1),
                width("getByte", t -> t.vector.getByte(0), 1),
                width("setByte", t -> t.vector.setByte(0, (byte) 0), 1),
                width("appender, addLong", t -> append(t, a -> a.addLong(0)), 8),
                width("appender, addDouble", t -> append(t, a -> a.addDouble(0)), 8),
                width("appender, addByte", t -> append(t, a -> a.addByte((byte) 0)), 1));
    }

    private static Mistake width(String name, Consumer<BadInputTest> action, int accessed) {
        return argument(name, action, "the elements have another size: elementsize=4, accessed=" + accessed);
    }

    @ParameterizedTest
    @MethodSource({"rawMistakes", "typedMistakes", "vectorMistakes", "widthMistakes"})
    void mistake_isRefusedWithFacts(Mistake mistake) {
        assertThatThrownBy(() -> mistake.action.accept(this)).isExactlyInstanceOf(mistake.type)
                .hasMessage(mistake.message.apply(this));
    }

    @Test
    void widthOfInts_inAVectorOfLongs_isRefused() {
        try (LuaVector longs = LuaVector.of(memory, JAVA_LONG)) {
            String message = "the elements have another size: elementsize=8, accessed=4";
            assertThatThrownBy(() -> longs.addInt(1)).hasMessage(message);
            assertThatThrownBy(() -> longs.getInt(0)).hasMessage(message);
            assertThatThrownBy(() -> longs.setInt(0, 1)).hasMessage(message);
            try (LuaVector.Appender out = longs.appender()) {
                assertThatThrownBy(() -> out.addInt(1)).isExactlyInstanceOf(IllegalArgumentException.class)
                        .hasMessage(message);
            }
            assertThat(longs.length()).isZero();
        }
    }

    @Test
    void free_twice_isRefused() {
        MemorySegment o = memory.newObject(JAVA_LONG);
        memory.free(o);
        alloc.forgetCalls();
        assertThatThrownBy(() -> memory.free(o)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(noBlock(o.address(), 8, false));
    }

    @Test
    void free_ofEarlierBlockAtTheSameAddress_isRefused() {
        FixedAddressAlloc fixed = new FixedAddressAlloc();
        try (LuaMemory other = new LuaMemory(fixed)) {
            MemorySegment earlier = other.newObject(JAVA_LONG);
            other.free(earlier);
            MemorySegment later = other.newObject(JAVA_LONG);
            assertThat(later.address()).isEqualTo(earlier.address());
            assertThatThrownBy(() -> other.free(earlier)).hasMessage(noBlock(earlier.address(), 8, false));
            assertThat(other.totalBytes()).isEqualTo(8);
            other.free(later);
        }
    }

    @Test
    void nulls_areRefused() {
        assertThatThrownBy(() -> new LuaMemory(null)).isExactlyInstanceOf(NullPointerException.class)
                .hasMessage("alloc");
        assertThatThrownBy(() -> new LuaMemory(alloc, null)).isExactlyInstanceOf(NullPointerException.class)
                .hasMessage("semantics");
        assertThatThrownBy(() -> memory.setAllocator(null)).isExactlyInstanceOf(NullPointerException.class)
                .hasMessage("alloc");
        assertThat(memory.allocator()).isSameAs(alloc);
        assertThatThrownBy(() -> LuaVector.of(null, JAVA_INT)).hasMessage("memory");
        assertThatThrownBy(() -> LuaVector.of(memory, null)).hasMessage("layout");
        assertThatThrownBy(() -> LuaVector.of(memory, JAVA_INT, 4, null)).hasMessage("message");
        assertThatThrownBy(() -> LuaVector.of(memory, JAVA_INT, 4, "full", null)).hasMessage("policy");
    }

    /// Everything that reaches memory, once the manager is closed or from another thread.
    static Stream<Consumer<Fixture>> accesses() {
        return Stream.of(t -> t.memory.realloc(0, 0, 8), t -> t.memory.malloc(8), t -> t.memory.malloc(0),
                t -> t.memory.freeMem(t.raw, 8), t -> t.memory.reallocv(t.raw, 1, 2, 8),
                t -> t.memory.newObject(JAVA_LONG), t -> t.memory.newVector(2, JAVA_LONG),
                t -> t.memory.free(MemorySegment.NULL), t -> t.memory.growVector(t.vector, 4),
                t -> t.memory.setAllocator(t.alloc), t -> t.memory.setEmergencyCollector(null),
                t -> t.vector.add(), t -> t.vector.addInt(1), t -> t.vector.getInt(0), t -> t.vector.setInt(0, 1),
                t -> t.vector.segment(), t -> t.vector.element(0), t -> t.vector.resize(2),
                t -> t.vector.shrinkToFit(), t -> t.vector.close(), t -> t.vector.appender(),
                t -> t.appender.addInt(1));
    }

    /// A manager with a raw block and a vector that has room.
    private static final class Fixture {
        final RecordingAlloc alloc = new RecordingAlloc();
        final LuaMemory memory = new LuaMemory(alloc);
        final long raw = memory.malloc(8);
        final LuaVector vector = LuaVector.of(memory, JAVA_INT);
        final LuaVector.Appender appender;

        Fixture() {
            vector.addInt(1);
            appender = vector.appender();
            alloc.forgetCalls();
        }
    }

    @Nested
    class AfterClose {
        private final Fixture t = new Fixture();

        @ParameterizedTest
        @MethodSource("org.lmem.core.BadInputTest#accesses")
        void access_isRefused(Consumer<Fixture> access) {
            assertThatThrownBy(t.memory::close).isExactlyInstanceOf(MemoryLeakException.class)
                    .hasMessage("memory was still in use at close: totalbytes=24, typed blocks released=0, "
                            + "bytes released=0, bytes lost=24");
            assertThatThrownBy(() -> access.accept(t)).isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("the memory manager is closed: totalbytes=24");
            assertThat(t.alloc.calls()).isEmpty();
            assertThat(t.vector).hasToString("LuaVector[length=1, capacity=4, limit=2147483645]");
            t.alloc.live().forEach((block, size) -> t.alloc.realloc(block, size, 0));
        }

        @Test
        void segments_areDead() {
            MemorySegment object = t.memory.newObject(JAVA_LONG);
            MemorySegment ofVector = t.vector.segment();
            assertThatThrownBy(t.memory::close)
                    .hasMessage("memory was still in use at close: totalbytes=32, typed blocks released=2, "
                            + "bytes released=24, bytes lost=8");
            assertThatThrownBy(() -> object.get(JAVA_LONG, 0)).hasMessage("Already closed");
            assertThatThrownBy(() -> ofVector.get(JAVA_INT, 0)).hasMessage("Already closed");
            t.alloc.realloc(t.raw, 8, 0);
        }
    }

    @Nested
    class FromAnotherThread {
        private final Fixture t = new Fixture();

        @ParameterizedTest
        @MethodSource("org.lmem.core.BadInputTest#accesses")
        void access_isRefused(Consumer<Fixture> access) throws Exception {
            assertThat(inAnotherThread(() -> catchThrowable(() -> access.accept(t))))
                    .isExactlyInstanceOf(WrongThreadException.class)
                    .hasMessage("a memory manager belongs to one thread: owner=" + Thread.currentThread().getName()
                            + ", caller=stranger");
            assertThat(t.alloc.calls()).isEmpty();
            assertThat(t.memory.totalBytes()).isEqualTo(24);
            assertThat(t.vector).hasToString("LuaVector[length=1, capacity=4, limit=2147483645]");
            t.vector.close();
            t.memory.freeMem(t.raw, 8);
            t.memory.close();
        }

        @Test
        void close_isRefused() throws Exception {
            assertThat(inAnotherThread(() -> catchThrowable(t.memory::close)))
                    .isExactlyInstanceOf(WrongThreadException.class);
            assertThat(t.memory.isClosed()).isFalse();
            t.vector.close();
            t.memory.freeMem(t.raw, 8);
            t.memory.close();
        }

        @Test
        void totalBytes_mayBeRead() throws Exception {
            assertThat(inAnotherThread(t.memory::totalBytes)).isEqualTo(24);
            t.vector.close();
            t.memory.freeMem(t.raw, 8);
            t.memory.close();
        }

        private static <T> T inAnotherThread(Callable<T> action) throws Exception {
            try (ExecutorService stranger = Executors
                    .newSingleThreadExecutor(Thread.ofPlatform().name("stranger").factory())) {
                Future<T> result = stranger.submit(action);
                return result.get();
            }
        }
    }

    /// One block only, always at the same place.
    private static final class FixedAddressAlloc implements LuaAlloc {
        private final MemorySegment place = Arena.ofAuto().allocate(64, 16);

        @Override
        public long realloc(long block, long osize, long nsize) {
            return nsize == 0 ? NULL : place.address();
        }
    }

    private static String noBlock(long address, long size, boolean alive) {
        return "the segment is no live block of this memory manager: address=" + Hex.of(address) + ", size=" + size
                + ", alive=" + alive;
    }

    @SuppressWarnings("restricted")
    private static MemorySegment reinterpreted(MemorySegment segment) {
        return MemorySegment.ofAddress(segment.address()).reinterpret(segment.byteSize());
    }

    private static LuaMemory otherMemory() {
        return new LuaMemory(SystemAlloc.INSTANCE);
    }

    private static void append(BadInputTest t, Consumer<LuaVector.Appender> action) {
        try (LuaVector.Appender out = t.vector.appender()) {
            action.accept(out);
        }
    }
}
