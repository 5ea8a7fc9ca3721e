package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;

/// What a snapshot refuses.
class HeapSnapshotMisuseTest extends StateFixture {
    private HeapSnapshot snapshot() {
        return state.collector().snapshot();
    }

    @Test
    void address_ofNothing_isRefused() {
        HeapSnapshot s = snapshot();
        assertThatThrownBy(() -> s.object(24)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no object of this snapshot: address=0x18, objects=42");
        assertThatThrownBy(() -> s.retainedBytes(-1)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no object of this snapshot: address=0xffffffffffffffff, objects=42");
    }

    @Test
    void largest_ofANegativeNumber_isRefused() {
        HeapSnapshot s = snapshot();
        assertThatThrownBy(() -> s.largest(-1)).isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no number of objects: n=-1");
    }

    @Test
    void anotherThread_isRefused() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> thrown.set(catchThrowable(this::snapshot)), "other");
        other.start();
        other.join();
        assertThat(thrown.get()).isExactlyInstanceOf(WrongThreadException.class).hasMessage(
                "a state belongs to one thread: owner=" + Thread.currentThread().getName() + ", caller=other");
    }

    @Test
    void diff_ofTwoStates_isRefused() {
        try (LuaState other = LuaState.newState(SystemAlloc.INSTANCE)) {
            HeapSnapshot ours = snapshot();
            HeapSnapshot theirs = HeapSnapshot.of(other);
            assertThatThrownBy(() -> ours.diff(theirs)).isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("snapshots of two states: earlier=" + Messages.hex(other.global.address) + ", later="
                            + Messages.hex(g()));
        }
    }

    @Test
    void objectsThatTakeMoreThanIsCounted_areRefused() {
        assertThatThrownBy(() -> SnapshotBuilder.build(g(), 3626)).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("objects take more than is counted: bytes=3627, totalbytes=3626");
    }

    @Test
    void snapshot_survivesItsState() {
        LuaState other = LuaState.newState(SystemAlloc.INSTANCE);
        HeapSnapshot s = HeapSnapshot.of(other);
        other.close();
        assertThat(s.totalBytes()).isEqualTo(3627);
        assertThatThrownBy(() -> HeapSnapshot.of(other)).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the state is closed");
    }
}
