package org.lmem.examples.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;

/// What examples are made with: attempts, objections, logs of requests, allocators that refuse.
class HelpersTest {
    private static final LuaAlloc PLENTY = (block, osize, nsize) -> nsize == 0 ? LuaAlloc.NULL : 0x1000;

    @Test
    void attempt_withoutError_isOk() {
        assertThat(Attempt.of(() -> {})).isEqualTo(new Attempt(LuaStatus.OK, "", "")).hasToString("status 0");
    }

    @Test
    void attempt_withALuaError_hasItsStatusAndBothTexts() {
        LuaMemory memory = new LuaMemory(Refusals.always());
        assertThat(Attempt.of(() -> memory.malloc(8)))
                .isEqualTo(new Attempt(LuaStatus.ERRMEM, "not enough memory",
                        "not enough memory: osize=0, nsize=8, totalbytes=0"))
                .hasToString("status 4, not enough memory: osize=0, nsize=8, totalbytes=0");
    }

    @Test
    void attempt_withAnotherException_letsItThrough() {
        assertThatThrownBy(() -> Attempt.of(() -> {
            throw new ArithmeticException("other");
        })).isExactlyInstanceOf(ArithmeticException.class);
    }

    @Test
    void objection_hasTypeAndMessage() {
        Objection objection = Objection.to(() -> {
            throw new IllegalArgumentException("no");
        });
        assertThat(objection).isEqualTo(new Objection(IllegalArgumentException.class, "no"))
                .hasToString("IllegalArgumentException: no");
    }

    @Test
    void objection_ofNobody_isAnError() {
        assertThatThrownBy(() -> Objection.to(() -> {})).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("a mistake went unnoticed");
    }

    @Test
    void log_keepsRequestsAndAnswers() {
        RequestLog log = new RequestLog(PLENTY);
        log.realloc(0, 0, -1);
        log.realloc(0x1000, 16, 0);
        assertThat(log.requests()).containsExactly(new RequestLog.Request(0, 0, -1, 0x1000),
                new RequestLog.Request(0x1000, 16, 0, 0));
        assertThat(log.shapes()).containsExactly("(NULL, 0, 18446744073709551615)", "(block, 16, 0)");
        assertThat(log.requests()).extracting(RequestLog.Request::answerShape).containsExactly("block", "NULL");
    }

    @Test
    void refusals_always_refuseMemoryOnly() {
        assertThat(Refusals.always().realloc(0, 0, 1)).isZero();
        assertThat(Refusals.after(0, PLENTY).realloc(0x1000, 16, 16)).isEqualTo(0x1000);
    }

    @Test
    void refusals_above_refuseLargerBlocksOnly() {
        LuaAlloc alloc = Refusals.above(64, PLENTY);
        assertThat(alloc.realloc(0, 0, 64)).isEqualTo(0x1000);
        assertThat(alloc.realloc(0, 0, 65)).isZero();
        assertThat(alloc.realloc(0, 0, -1)).isZero();
        assertThat(alloc.realloc(0x1000, 128, 100)).isEqualTo(0x1000);
    }

    @Test
    void refusals_after_grantSomeAndNoMore() {
        LuaAlloc alloc = Refusals.after(2, PLENTY);
        assertThat(alloc.realloc(0, 0, 8)).isEqualTo(0x1000);
        assertThat(alloc.realloc(0x1000, 8, 4)).isEqualTo(0x1000);
        assertThat(alloc.realloc(0x1000, 4, 8)).isEqualTo(0x1000);
        assertThat(alloc.realloc(0, 0, 8)).isZero();
        assertThat(alloc.realloc(0x1000, 8, 0)).isZero();
    }
}
