package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.Test;

/// What a call out of line gives, and what it lets through.
final class OutOfLineTest {
    @SuppressWarnings({"unused", "MethodCanBeStatic"}) // called by name
    private long digits(long block, long osize, long nsize) throws IOException {
        if (block < 0)
            throw new IOException("checked");
        if (osize < 0)
            throw new IllegalArgumentException("unchecked");
        return 100 * block + 10 * osize + nsize;
    }

    private final OutOfLine method = new OutOfLine(MethodHandles.lookup(), this, "digits");

    @Test
    void call_passesItsArgumentsAndTheAnswer() {
        assertThat(method.call(1, 2, 3)).isEqualTo(123);
    }

    @Test
    void methodThrows_uncheckedPassesAndCheckedIsTheCause() {
        assertThatThrownBy(() -> method.call(0, -1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unchecked");
        assertThatThrownBy(() -> method.call(-1, 0, 0)).isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void unknownName_isRefused() {
        assertThatThrownBy(() -> new OutOfLine(MethodHandles.lookup(), this, "nothing"))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("no such method: name=nothing");
    }
}
