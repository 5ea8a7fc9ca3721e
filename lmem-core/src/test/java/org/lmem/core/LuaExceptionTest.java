package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.core.LuaMemoryException.Details;
import org.lmem.core.MemoryLeakException.Block;

class LuaExceptionTest {
    @Test
    void memoryError_newBlock() {
        LuaMemoryException e = new LuaMemoryException(new Details(0, 0, 64, 4096, false));
        assertThat(e).hasMessage("not enough memory: osize=0, nsize=64, totalbytes=4096");
        assertThat(e.luaMessage()).isEqualTo("not enough memory");
        assertThat(e.status()).isEqualTo(LuaStatus.ERRMEM);
        assertThat(e.toString())
                .isEqualTo("org.lmem.core.LuaMemoryException: not enough memory: osize=0, nsize=64, totalbytes=4096");
    }

    @Test
    void memoryError_sizesAreUnsigned() {
        assertThat(new LuaMemoryException(new Details(16, -3, -1, -2, false))).hasMessage(
                "not enough memory: osize=18446744073709551613, nsize=18446744073709551615, totalbytes=18446744073709551614");
    }

    @Test
    void memoryError_collectedAndBroken() {
        assertThat(new LuaMemoryException(new Details(16, 64, 32, 64, true)))
                .hasMessage("not enough memory: osize=64, nsize=32, totalbytes=64, after a collection, "
                        + "but shrinking cannot fail: the allocator breaks its contract");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 64, false", "0, 64, 64, false", "0, 64, 8, false", "16, 64, 65, false", "16, 64, 64, true",
            "16, 64, 63, true", "16, 1, -1, false", "16, -1, 1, true"})
    void brokenPromise_onlyOfABlockThatIsNotToGrow(long block, long osize, long nsize, boolean broken) {
        assertThat(new Details(block, osize, nsize, 0, false).isBrokenPromise()).isEqualTo(broken);
    }

    @Test
    void runtimeError_textThenFacts() {
        LuaRuntimeException e = new LuaRuntimeException("too many things", "capacity=4, limit=4");
        assertThat(e).hasMessage("too many things: capacity=4, limit=4");
        assertThat(e.luaMessage()).isEqualTo("too many things");
        assertThat(e.status()).isEqualTo(LuaStatus.ERRRUN);
    }

    @Test
    void runtimeError_withoutFacts() {
        assertThat(new LuaRuntimeException("too many things", "")).hasMessage("too many things");
    }

    @Test
    void runtimeError_ofAState() {
        class OfAState extends LuaRuntimeException {
            private static final long serialVersionUID = 1;

            OfAState() {
                super(LuaStatus.ERRERR, "error in error handling", "");
            }
        }
        assertThat(new OfAState()).hasMessage("error in error handling");
        assertThat(new OfAState().status()).isEqualTo(LuaStatus.ERRERR);
    }

    @Test
    void fault_namesTheWholeCall() {
        assertThat(new AllocatorFaultException("did it", 0xAB0, -1, 16, -16)).hasMessage(
                "the allocator did it: block=0xab0, osize=18446744073709551615, nsize=16, result=0xfffffffffffffff0");
    }

    @Test
    void leak_countsWhatIsLost() {
        MemoryLeakException e = new MemoryLeakException(100, List.of(new Block(0x1000, 20), new Block(0x2000, 40)));
        assertThat(e).hasMessage("memory was still in use at close: totalbytes=100, typed blocks released=2, "
                + "bytes released=60, bytes lost=40");
        assertThat(e.totalBytes()).isEqualTo(100);
        assertThat(e.releasedBytes()).isEqualTo(60);
        assertThat(e.released()).hasToString("[0x1000+20, 0x2000+40]");
    }

    @Test
    void memoryError_survivesSerialisation() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new LuaMemoryException(new Details(16, 8, 24, 8, true)));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            LuaMemoryException copy = (LuaMemoryException) in.readObject();
            assertThat(copy.details()).isEqualTo(new Details(16, 8, 24, 8, true));
            assertThat(copy.status()).isEqualTo(LuaStatus.ERRMEM);
        }
    }

    @ParameterizedTest
    @CsvSource({"OK, 0", "YIELD, 1", "ERRRUN, 2", "ERRSYNTAX, 3", "ERRMEM, 4", "ERRERR, 5"})
    void status_hasLuasNumber(LuaStatus status, int code) {
        assertThat(status.code()).isEqualTo(code);
        assertThat(LuaStatus.values()).hasSize(6);
    }
}
