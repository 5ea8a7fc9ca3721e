package org.lmem.core.raw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Run with the virtual machine's option that allows `sun.misc.Unsafe`, as is [RawMemoryTest] once more.
final class DirectMemoryTest {
    @Test
    void isDirect_optionGiven_isTrue() {
        assertThat(RawMemory.isDirect()).isTrue();
    }

    @Test
    void make_classThatIsNotThere_isNothing() {
        assertThat(DirectMemory.make("sun.misc.NoUnsafe")).isNull();
    }

    @Test
    void make_anotherClass_isNothing() {
        assertThat(DirectMemory.make("java.lang.String")).isNull();
    }
}
