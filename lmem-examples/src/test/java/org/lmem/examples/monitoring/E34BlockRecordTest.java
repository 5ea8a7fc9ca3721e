package org.lmem.examples.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.BlockInfo;
import org.lmem.core.SystemAlloc;

@DisplayName("E34 The record of a block")
class E34BlockRecordTest {
    private final BlockInfo block = E34BlockRecord.run(SystemAlloc.INSTANCE);

    @Test
    @DisplayName("X55 a record has the address, by which it was found, and the size")
    void record_hasAddressAndSize() {
        assertThat(block.address()).isNotZero();
        assertThat(block.size()).isEqualTo(100);
        assertThat(block.tag()).isEqualTo("image");
    }

    @Test
    @DisplayName("X58 it names the line that asked for the block, and the thread")
    void record_namesTheCaller() {
        assertThat(block.site().frames().getFirst().getClassName()).isEqualTo(E34BlockRecord.class.getName());
        assertThat(block.site().frames().getFirst().getMethodName()).isEqualTo("run");
        assertThat(block.thread()).isEqualTo(Thread.currentThread().getName());
        assertThat(block.ageOperations()).isEqualTo(2);
    }
}
