package org.lmem.core;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmem.core.raw.RawMemory;

/// A block whose segment a C function is working on.
class SegmentInUseTest {
    private static final FunctionDescriptor COMPARISON = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);

    private final RecordingAlloc alloc = new RecordingAlloc();
    private final LuaMemory memory = new LuaMemory(alloc);
    private final MemorySegment numbers = memory.newVector(2, JAVA_INT);
    private final List<RuntimeException> caught = new ArrayList<>();

    @SuppressWarnings("unused") // C's qsort calls it
    private int freeInBetween(long a, long b) {
        try {
            memory.free(numbers);
        } catch (RuntimeException e) {
            caught.add(e);
        }
        return Integer.compare(RawMemory.getInt(a), RawMemory.getInt(b));
    }

    @Test
    void free_whileInUse_isRefusedAndChangesNothing() throws Throwable {
        MethodHandle qsort = RawMemory.function("qsort",
                FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        MethodHandle comparison = MethodHandles.lookup()
                .findVirtual(SegmentInUseTest.class, "freeInBetween",
                        MethodType.methodType(int.class, long.class, long.class))
                .bindTo(this);
        numbers.setAtIndex(JAVA_INT, 0, 2);
        numbers.setAtIndex(JAVA_INT, 1, 1);
        alloc.forgetCalls();
        try (Arena arena = Arena.ofConfined()) {
            qsort.invokeExact(numbers, 2L, 4L, RawMemory.callback(comparison, COMPARISON, arena));
        }
        assertThat(caught).isNotEmpty().hasOnlyElementsOfType(IllegalStateException.class);
        assertThat(alloc.calls()).isEmpty();
        assertThat(memory.totalBytes()).isEqualTo(8);
        assertThat(numbers.toArray(JAVA_INT)).containsExactly(1, 2);
        memory.free(numbers);
        memory.close();
    }
}
