package org.lmem.examples.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.allocators.E33PoolAllocator.Outcome;
import org.lmem.examples.lua.RealLua;

@DisplayName("E33 A pool that Lua can live on")
class E33PoolAllocatorTest {
    static boolean realLuaIsThere() {
        return RealLua.isAvailable();
    }

    private final Outcome outcome = E33PoolAllocator.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("X50 a resize from 16 to 32 bytes keeps the contents")
    void resize_copies() {
        assertThat(outcome.kept()).isEqualTo(0x1122334455667788L);
    }

    @Test
    @DisplayName("X51 the block behind one of 35 bytes is aligned to 16")
    void blocks_areAligned() {
        assertThat(outcome.misalignment()).isZero();
    }

    @Test
    @DisplayName("X52 4000 bytes come from elsewhere, and are freed there; nothing is left in the end")
    void fallback_isFreed() {
        assertThat(outcome.elsewhere()).isEqualTo(List.of(4000L, 0L));
        assertThat(outcome.left()).isZero();
    }

    @Test
    @DisplayName("X53 a block that is made smaller stays where it is")
    void shrink_stays() {
        assertThat(outcome.stayed()).isTrue();
    }

    @Test
    @DisplayName("X54 2^64 - 500 bytes are refused")
    void wrap_isRefused() {
        assertThat(outcome.wrapped()).isEqualTo(LuaAlloc.NULL);
    }

    @Nested
    @DisplayName("when the real Lua runs on it")
    @EnabledIf(value = "org.lmem.examples.allocators.E33PoolAllocatorTest#realLuaIsThere", disabledReason = "no library of Lua 5.1.5 for this platform")
    class RealLuaOnIt {
        @Test
        @DisplayName("X50 a program comes to its result, 5050")
        void program_runs() {
            assertThat(outcome.script()).isEqualTo("5050");
        }
    }
}
