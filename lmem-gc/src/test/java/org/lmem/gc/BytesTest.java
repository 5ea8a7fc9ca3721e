package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.lmem.core.raw.RawMemory;

class BytesTest {
    private static final long SEED = 20120217;
    @AutoClose
    private final Arena arena = Arena.ofConfined();
    private final long a = arena.allocate(1024).address();
    private final long b = arena.allocate(1024).address();
    private final byte[] bytes = new byte[600];

    @Test
    void fromArrayAndFromAddress_agree() {
        Random random = new Random(SEED);
        for (int len = 0; len < 200; len++) {
            int offset = random.nextInt(300);
            random.nextBytes(bytes);
            Bytes.copy(bytes, offset, a, len);
            Bytes.copy(a, b, len);
            assertThat(Bytes.hash(a, len)).as("seed %d, len %d", SEED, len)
                    .isEqualTo(Bytes.hash(bytes, offset, len));
            assertThat(Bytes.equal(a, bytes, offset, len)).isTrue();
            assertThat(Bytes.equal(a, b, len)).isTrue();
        }
    }

    @Test
    void equal_oneByteDiffers_isFalse() {
        for (int i = 0; i < 20; i++) {
            RawMemory.copyIn(new byte[20], 0, a, 20);
            RawMemory.copyIn(new byte[20], 0, b, 20);
            RawMemory.putByte(a + i, (byte) 1);
            assertThat(Bytes.equal(a, b, 20)).isFalse();
            assertThat(Bytes.equal(a, new byte[20], 0, 20)).isFalse();
        }
    }

    @Test
    void hash_isThatOf515() {
        assertThat(Bytes.hash(new byte[0], 0, 0)).isZero();
        assertThat(Bytes.hash("and".getBytes(), 0, 3) & 31).isEqualTo(luaHash("and") & 31);
        String longer = "x".repeat(100);
        assertThat(Bytes.hash(longer.getBytes(), 0, 100)).isEqualTo(luaHash(longer));
    }

    private static int luaHash(String s) {
        int h = s.length();
        int step = (s.length() >> 5) + 1;
        for (int i = s.length(); i >= step; i -= step)
            h = h ^ ((h << 5) + (h >>> 2) + s.charAt(i - 1));
        return h;
    }

    @Test
    void compare_isByUnsignedBytes_prefixFirst() {
        RawMemory.copyIn(new byte[]{'a', 0, (byte) 0xFF}, 0, a, 3);
        RawMemory.copyIn(new byte[]{'a', 0, 'b'}, 0, b, 3);
        assertThat(Bytes.compare(a, 3, b, 3)).isPositive();
        assertThat(Bytes.compare(b, 3, a, 3)).isNegative();
        assertThat(Bytes.compare(a, 2, b, 3)).isNegative();
        assertThat(Bytes.compare(a, 2, b, 2)).isZero();
    }
}
