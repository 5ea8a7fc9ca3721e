package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmem.core.SystemAlloc.CRITICAL_LIMIT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.core.raw.RawMemory;

class SystemAllocTest {
    private static final long GIB = 1L << 30;

    private final LuaAlloc alloc = SystemAlloc.INSTANCE;

    @Test
    void nothing_returnsNull() {
        assertThat(alloc.realloc(0, 0, 0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 16, 1000, CRITICAL_LIMIT, CRITICAL_LIMIT + 1, 1 << 24})
    void newBlock_isAlignedAndWritable(long size) {
        long p = alloc.realloc(0, 0, size);
        assertThat(p).isNotZero();
        assertThat(p % 16).isZero();
        RawMemory.fill(p, size, (byte) 0x5A);
        assertThat(RawMemory.getByte(p + size - 1)).isEqualTo((byte) 0x5A);
        assertThat(alloc.realloc(p, size, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"8, 8", "8, 4096", "4096, 8", "8, 65536", "8, 65537", "65537, 8", "65537, 16777216", "16777216, 65537",
            "65536, 65537", "65537, 65536"})
    void resizedBlock_keepsWhatFits(long osize, long nsize) {
        long p = alloc.realloc(0, 0, osize);
        long kept = Math.min(osize, nsize);
        RawMemory.putByte(p, (byte) 1);
        RawMemory.putByte(p + kept - 1, (byte) 2);
        p = alloc.realloc(p, osize, nsize);
        assertThat(RawMemory.getByte(p)).isEqualTo((byte) 1);
        assertThat(RawMemory.getByte(p + kept - 1)).isEqualTo((byte) 2);
        alloc.realloc(p, nsize, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -8, -1})
    void impossibleSize_isRefusedAndLeavesTheBlock(long size) {
        assertThat(alloc.realloc(0, 0, size)).isZero();
        long p = alloc.realloc(0, 0, 8);
        RawMemory.putLong(p, 42);
        assertThat(alloc.realloc(p, 8, size)).isZero();
        assertThat(RawMemory.getLong(p)).isEqualTo(42);
        alloc.realloc(p, 8, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {CRITICAL_LIMIT - 64, 1 << 20})
    @EnabledOnOs(OS.LINUX)
    void freedBlock_goesBack(long size) throws IOException {
        long before = addressSpace();
        for (long total = 0; total < 4 * GIB; total += size)
            alloc.realloc(alloc.realloc(0, 0, size), size, 0);
        assertThat(addressSpace() - before).isLessThan(GIB);
    }

    /// Bytes of address space that the process has in use, the first number of `/proc/self/statm` in pages.
    private static long addressSpace() throws IOException {
        String pages = Files.readString(Path.of("/proc/self/statm"));
        return Long.parseLong(pages.substring(0, pages.indexOf(' '))) * 4096;
    }

    @Test
    void blocks_doNotOverlap() {
        long[] blocks = new long[100];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = alloc.realloc(0, 0, 24);
            RawMemory.putLong(blocks[i], i);
            RawMemory.putLong(blocks[i] + 16, ~i);
        }
        for (int i = 0; i < blocks.length; i++) {
            assertThat(RawMemory.getLong(blocks[i])).isEqualTo(i);
            assertThat(RawMemory.getLong(blocks[i] + 16)).isEqualTo(~i);
            alloc.realloc(blocks[i], 24, 0);
        }
    }

    @Test
    void toString_isItsName() {
        assertThat(alloc).hasToString("SystemAlloc");
    }
}
