package org.lmem.allocators;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmem.core.LuaAlloc.NULL;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.lmem.core.LuaAlloc;
import org.lmem.core.Semantics;
import org.lmem.core.raw.RawMemory;

/// The pool as C sees it, its fast paths in machine code.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "the machine code is for Linux on x86-64")
class NativePathTest {
    private static final FunctionDescriptor LUA_ALLOC = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG,
            JAVA_LONG, JAVA_LONG);

    /// The exported function as an allocator again: each request goes from Java to C.
    private static LuaAlloc called(MemorySegment function) {
        MethodHandle handle = RawMemory.function(name -> Optional.of(function), "the exported function", LUA_ALLOC);
        return (block, osize, nsize) -> {
            try {
                return (long) handle.invokeExact(0xDEADL, block, osize, nsize);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        };
    }

    /// The contract of an allocator and the random model, through the code.
    @Nested
    class Contract extends LuaAllocContract {
        private final List<PoolAllocator> pools = new ArrayList<>();

        private final class Exported implements LuaAlloc, AutoCloseable {
            final PoolAllocator pool = new PoolAllocator();
            final NativeAlloc export = new NativeAlloc(pool);
            final LuaAlloc function = called(export.function());

            @Override
            public long realloc(long block, long osize, long nsize) {
                long result = function.realloc(block, osize, nsize);
                if (export.failure() instanceof RuntimeException e) {
                    try {
                        export.throwFailure();
                    } catch (IllegalStateException handedOver) {
                        throw e;
                    }
                }
                return result;
            }

            @Override
            public void close() {
                pool.close();
            }
        }

        @Override
        LuaAlloc create() {
            Exported exported = new Exported();
            pools.add(exported.pool);
            return exported;
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((Exported) created).pool.liveBytes();
        }
    }

    private final PoolAllocator pool = new PoolAllocator();
    private final NativeAlloc export = new NativeAlloc(pool);
    private final LuaAlloc c = called(export.function());

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void javaAndC_shareOneHeap() {
        Random random = new Random(7);
        List<long[]> blocks = new ArrayList<>();
        long live = 0;
        long fromC = 0;
        for (int i = 0; i < 200_000; i++) {
            LuaAlloc side = random.nextBoolean() ? c : pool;
            if (blocks.isEmpty() || random.nextInt(100) < (i < 100_000 ? 55 : 45)) {
                long size = 1 + random.nextInt(random.nextInt(20) == 0 ? 5000 : 200);
                long block = side.realloc(NULL, 0, size);
                RawMemory.putByte(block, (byte) size);
                blocks.add(new long[]{block, size});
                live += size;
                fromC += side == c ? 1 : 0;
            } else {
                int at = random.nextInt(blocks.size());
                long[] block = blocks.get(at);
                assertThat(RawMemory.getByte(block[0])).isEqualTo((byte) block[1]);
                if (random.nextInt(4) == 0) {
                    long size = 1 + random.nextInt(300);
                    block[0] = side.realloc(block[0], block[1], size);
                    live += size - block[1];
                    block[1] = size;
                    RawMemory.putByte(block[0], (byte) size);
                } else {
                    side.realloc(block[0], block[1], 0);
                    live -= block[1];
                    fromC -= side == c ? 1 : 0;
                    blocks.set(at, blocks.getLast());
                    blocks.removeLast();
                }
            }
        }
        assertThat(pool.liveBytes()).isEqualTo(live);
        assertThat(pool.map().liveBlocks()).isEqualTo(blocks.size());
        assertThat(export.liveBlocks()).isEqualTo(fromC);
    }

    @Test
    void mostRequests_needNoUpcall() {
        long block = c.realloc(NULL, 0, 64); // carves a page
        long before = pool.liveBytes();
        NativePath path = pool.openPath(0xDEAD); // a jump there would end the process
        LuaAlloc fast = called(MemorySegment.ofAddress(path.address()));
        long other = fast.realloc(NULL, 0, 60);
        assertThat(other).isNotEqualTo(NULL).isNotEqualTo(block);
        assertThat(fast.realloc(other, 60, 50)).isEqualTo(other);
        assertThat(path.blocks()).isEqualTo(1);
        assertThat(fast.realloc(other, 50, 0)).isEqualTo(NULL);
        assertThat(pool.liveBytes()).isEqualTo(before);
        pool.closePath(path);
    }

    @Test
    void wrongRequests_reachThePool_andAreKept() {
        long block = c.realloc(NULL, 0, 64);
        for (long[] wrong : new long[][]{{block + 1, 64, 0}, {block, 80, 0}, {block, -1, 0}, {block, 0, 0},
                {0x1000, 16, 0}, {block, 80, 70}, {block, 0, 10}, {block, -1, -1}, {block + 8, 64, 60}}) {
            assertThat(c.realloc(wrong[0], wrong[1], wrong[2])).isEqualTo(NULL);
            assertThatThrownBy(export::throwFailure).isInstanceOf(IllegalStateException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(c.realloc(NULL, 0, -1)).isEqualTo(NULL);
        assertThat(c.realloc(NULL, 0, 0)).isEqualTo(NULL);
        assertThat(pool.liveBytes()).isEqualTo(64);
        assertThat(c.realloc(block, 64, 0)).isEqualTo(NULL);
        assertThat(pool.liveBytes()).isZero();
    }

    @Test
    void closedPool_refusesWhatCAsks() {
        long block = c.realloc(NULL, 0, 64);
        pool.close();
        for (long[] request : new long[][]{{NULL, 0, 64}, {block, 64, 0}, {block, 64, 60}}) {
            assertThat(c.realloc(request[0], request[1], request[2])).isEqualTo(NULL);
            assertThat(export.failure()).isInstanceOf(IllegalStateException.class).hasMessage("the pool is closed");
        }
        assertThat(pool.liveBytes()).isZero();
    }

    @Test
    void tagOfANewBlock_isNoSize() {
        try (PoolAllocator other = new PoolAllocator();
                NativeAlloc tagged = new NativeAlloc(other, Semantics.LUA_5_2)) {
            LuaAlloc function = called(tagged.function());
            long first = function.realloc(NULL, 5, 64);
            long second = function.realloc(NULL, 4, 64);
            assertThat(other.liveBytes()).isEqualTo(128);
            function.realloc(first, 64, 0);
            function.realloc(second, 64, 0);
            assertThat(tagged.liveBlocks()).isZero();
        }
    }

    @Test
    void export_isClosedWhenCHoldsNothing() {
        long block = c.realloc(NULL, 0, 64);
        assertThatThrownBy(export::close).isInstanceOf(IllegalStateException.class)
                .hasMessage("C still holds blocks of this allocator: blocks=1");
        c.realloc(block, 64, 0);
        export.close();
        assertThat(pool.realloc(NULL, 0, 64)).isNotEqualTo(NULL);
    }

    @Test
    void code_beginsAsItIsWritten_andItsJumpsLeadIntoIt() {
        byte[] code = NativePath.code(0x1122334455667788L, 10);
        assertThat(HexFormat.of().formatHex(code, 0, 17)).isEqualTo("f30f1efa" + "49ba8877665544332211" + "4885f6");
        assertThat(HexFormat.of().formatHex(code, code.length - 4, code.length)).isEqualTo("41ff6220");
        assertThat(code.length).isLessThan(VirtualMemory.PAGE);
    }

    @Test
    void jumps_needTheirPlaces() {
        assertThatThrownBy(() -> new MachineCode().jump("0F 84", "jz", "nowhere").assemble())
                .isInstanceOf(IllegalStateException.class).hasMessage("there is no such place: label=nowhere");
        assertThatThrownBy(() -> new MachineCode().label("here").label("here"))
                .isInstanceOf(IllegalStateException.class).hasMessage("a place has one name: label=here");
        assertThat(new MachineCode().label("back").add("90", "nop").jump("E9", "jmp", "back").assemble())
                .isEqualTo(new byte[]{(byte) 0x90, (byte) 0xE9, (byte) 0xFA, -1, -1, -1});
    }
}
