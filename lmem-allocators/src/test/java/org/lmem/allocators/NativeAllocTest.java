package org.lmem.allocators;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.Semantics;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// The exported function, called from C as a Lua state would call it.
class NativeAllocTest {
    private static final FunctionDescriptor LUA_ALLOC = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG);

    private final LuaAlloc allocator = mock();

    /// Calls a function pointer through the linker, with user data that nobody looks at.
    private static long call(MemorySegment function, long ptr, long osize, long nsize) throws Throwable {
        SymbolLookup lookup = name -> Optional.of(function);
        MethodHandle handle = RawMemory.function(lookup, "the exported function", LUA_ALLOC);
        return (long) handle.invokeExact(0xDEADL, ptr, osize, nsize);
    }

    @Test
    void function_passesEveryRequestOn() throws Throwable {
        when(allocator.realloc(0, 0, 24)).thenReturn(0x1000L);
        when(allocator.realloc(0x1000, 24, -1)).thenReturn(0x2000L);
        try (NativeAlloc export = new NativeAlloc(allocator)) {
            assertThat(call(export.function(), 0, 0, 24)).isEqualTo(0x1000);
            assertThat(call(export.function(), 0x1000, 24, -1)).isEqualTo(0x2000);
            assertThat(export.liveBlocks()).isEqualTo(1);
            assertThat(call(export.function(), 0x2000, -1, 0)).isZero();
            assertThat(export.liveBlocks()).isZero();
        }
        verify(allocator).realloc(0, 0, 24);
        verify(allocator).realloc(0x1000, 24, -1);
        verify(allocator).realloc(0x2000, -1, 0);
        verifyNoMoreInteractions(allocator);
    }

    @Test
    void blocks_ofAnotherThread_areCountedToo() throws Throwable {
        when(allocator.realloc(0, 0, 24)).thenReturn(0x1000L);
        try (NativeAlloc export = new NativeAlloc(allocator)) {
            long block = CompletableFuture.supplyAsync(() -> {
                try {
                    return call(export.function(), 0, 0, 24);
                } catch (Throwable e) {
                    throw new AssertionError(e);
                }
            }).join();
            assertThat(export.liveBlocks()).isEqualTo(1);
            call(export.function(), block, 24, 0);
            assertThat(export.liveBlocks()).isZero();
        }
    }

    @Test
    void tag_reachesTheAllocatorOnlyInStrictSemantics() throws Throwable {
        try (NativeAlloc strict = new NativeAlloc(allocator)) {
            call(strict.function(), 0, 4, 32);
        }
        verify(allocator).realloc(0, 4, 32);
        try (NativeAlloc tagged = new NativeAlloc(allocator, Semantics.LUA_5_2)) {
            call(tagged.function(), 0, 5, 40);
            call(tagged.function(), 0x1000, 40, 48);
        }
        verify(allocator).realloc(0, 0, 40);
        verify(allocator).realloc(0x1000, 40, 48);
    }

    @Test
    void failure_isNullForCAndKeptForTheCaller() throws Throwable {
        RuntimeException first = new IllegalArgumentException("first");
        when(allocator.realloc(anyLong(), anyLong(), anyLong())).thenThrow(first).thenThrow(new StackOverflowError())
                .thenReturn(0x1000L, 0L);
        try (NativeAlloc export = new NativeAlloc(allocator)) {
            assertThat(call(export.function(), 0, 0, 8)).isZero();
            assertThat(call(export.function(), 0, 0, 8)).isZero();
            assertThat(call(export.function(), 0, 0, 8)).isEqualTo(0x1000);
            assertThat(export.failure()).isSameAs(first);
            assertThat(export.failures()).isEqualTo(2);
            assertThatIllegalStateException().isThrownBy(export::throwFailure)
                    .withMessage("the allocator threw while C called it: failures=2").withCause(first);
            export.throwFailure(); // it was handed over, and is gone
            assertThat(export.failure()).isNull();
            assertThat(export.failures()).isZero();
            call(export.function(), 0x1000, 8, 0);
        }
    }

    @Test
    void close_handsOverAFailureThatNobodyTook() throws Throwable {
        RuntimeException failure = new IllegalArgumentException("lost");
        when(allocator.realloc(0, 0, 8)).thenThrow(failure);
        NativeAlloc export = new NativeAlloc(allocator);
        call(export.function(), 0, 0, 8);
        assertThatIllegalStateException().isThrownBy(export::close)
                .withMessage("the allocator threw while C called it: failures=1").withCause(failure);
        export.close(); // and a second time does nothing
    }

    @Test
    void close_isRefusedWhileCHoldsBlocks() throws Throwable {
        NativeAlloc export = new NativeAlloc(SystemAlloc.INSTANCE);
        long block = call(export.function(), 0, 0, 8);
        assertThatIllegalStateException().isThrownBy(export::close)
                .withMessage("C still holds blocks of this allocator: blocks=1");
        call(export.function(), block, 8, 0); // so it can still be freed
        export.close();
    }

    @Test
    void block_thatCouldNotBeFreedIsForgotten() throws Throwable {
        when(allocator.realloc(0, 0, 8)).thenReturn(0x1000L);
        when(allocator.realloc(0x1000, 8, 0)).thenThrow(new IllegalArgumentException());
        try (NativeAlloc export = new NativeAlloc(allocator)) {
            call(export.function(), 0, 0, 8);
            call(export.function(), 0x1000, 8, 0);
            assertThat(export.liveBlocks()).isZero();
            assertThatIllegalStateException().isThrownBy(export::throwFailure);
        }
    }

    @Test
    void toString_namesTheAllocator() {
        try (NativeAlloc export = new NativeAlloc(SystemAlloc.INSTANCE)) {
            assertThat(export).hasToString("NativeAlloc[SystemAlloc]");
        }
    }
}
