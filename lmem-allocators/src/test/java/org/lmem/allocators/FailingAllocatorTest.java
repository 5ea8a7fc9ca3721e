package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.FailingAllocator.Fault;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

final class FailingAllocatorTest {
    private static FailingAllocator failing(Fault fault) {
        return new FailingAllocator(SystemAlloc.INSTANCE, fault);
    }

    /// Which of some requests for 10 bytes are refused, as a string of `x` and `.`; frees everything.
    private static String pattern(FailingAllocator alloc, int requests) {
        StringBuilder pattern = new StringBuilder();
        long[] blocks = new long[requests];
        for (int i = 0; i < requests; i++) {
            blocks[i] = alloc.realloc(0, 0, 10);
            pattern.append(blocks[i] == 0 ? 'x' : '.');
        }
        for (long block : blocks)
            alloc.realloc(block, block == 0 ? 0 : 10, 0);
        assertThat(alloc.liveBytes()).isZero();
        return pattern.toString();
    }

    @Nested
    final class WithoutFault extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return failing(Fault.none());
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((FailingAllocator) created).liveBytes();
        }
    }

    @Nested
    final class WithBudget extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return failing(Fault.above(1 << 20));
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((FailingAllocator) created).liveBytes();
        }

        @Override
        boolean isBounded() {
            return true;
        }

        @Override
        AllocatorModel.Shape shape() {
            return AllocatorModel.Shape.DEFAULT.withLiveBytes(1 << 21).refusing();
        }
    }

    @Test
    void realloc_randomFaults_keepTheModelsContents() {
        FailingAllocator alloc = failing(Fault.random(0.1, 42));
        AllocatorModel model = new AllocatorModel(alloc, alloc::liveBytes,
                new AllocatorModel.Shape(200, 5_000, 1 << 20, true));

        model.run();

        assertThat(model.refusals()).isGreaterThan(model.operations() / 100);
    }

    @Test
    void request_number_refusesThatOneOnly() {
        FailingAllocator alloc = failing(Fault.request(2));

        assertThat(pattern(alloc, 6)).isEqualTo("..x...");
        assertThat(alloc.requests()).isEqualTo(6);
        assertThat(alloc.refusals()).isEqualTo(1);
    }

    @Test
    void requestsFrom_number_refusesThatOneAndAllAfterIt() {
        assertThat(pattern(failing(Fault.requestsFrom(2)), 6)).isEqualTo("..xxxx");
    }

    @Test
    void random_sameSeed_refusesTheSame() {
        String first = pattern(failing(Fault.random(0.3, 7)), 1_000);

        assertThat(pattern(failing(Fault.random(0.3, 7)), 1_000)).isEqualTo(first);
        assertThat(pattern(failing(Fault.random(0.3, 8)), 1_000)).isNotEqualTo(first);
        assertThat(first.chars().filter(c -> c == 'x').count()).isBetween(250L, 350L);
    }

    @Test
    void random_extremes_refuseNothingOrAll() {
        assertThat(pattern(failing(Fault.random(0, 1)), 4)).isEqualTo("....");
        assertThat(pattern(failing(Fault.random(1, 1)), 4)).isEqualTo("xxxx");
    }

    @Test
    void random_persistent_refusesAllAfterTheFirst() {
        assertThat(pattern(failing(new Fault.Random(0.2, 5, true)), 200)).matches("\\.+x+").contains("xxxxxxxx");
    }

    @Test
    void above_budget_refusesWhatWouldPassIt() {
        FailingAllocator alloc = failing(Fault.above(35));
        assertThat(pattern(alloc, 5)).isEqualTo("...xx");

        long block = alloc.realloc(0, 0, 35);
        assertThat(alloc.realloc(block, 35, 36)).isZero();
        assertThat(alloc.realloc(block, 35, -1)).isZero();
        alloc.realloc(alloc.realloc(block, 35, 20), 20, 0);
        assertThat(alloc.liveBytes()).isZero();
    }

    @Test
    void budget_transient_refusesOnce() {
        assertThat(pattern(failing(new Fault.Budget(25, false)), 5)).isEqualTo("..x..");
    }

    @Test
    void budget_belowTheBytesInUse_refusesEveryGrowth() {
        FailingAllocator alloc = failing(Fault.none());
        long block = alloc.realloc(0, 0, 100);
        alloc.arm(Fault.above(50));

        assertThat(alloc.realloc(0, 0, 1)).isZero();
        block = alloc.realloc(block, 100, 40);
        assertThat(alloc.realloc(block, 40, 50)).isNotZero();
    }

    @Test
    void realloc_whatCannotFail_isNeverRefusedNorCounted() {
        FailingAllocator alloc = failing(Fault.request(1));
        long block = alloc.realloc(0, 0, 100);

        block = alloc.realloc(block, 100, 100);
        block = alloc.realloc(block, 100, 50);
        alloc.realloc(0, 0, 0);
        assertThat(alloc.requests()).isEqualTo(1);
        assertThat(alloc.realloc(block, 50, 51)).as("the second request").isZero();
        assertThat(alloc.realloc(block, 50, 0)).isZero();
    }

    @Test
    void arm_anotherFault_countsFromZeroAgain() {
        FailingAllocator alloc = failing(Fault.request(0));
        assertThat(pattern(alloc, 2)).isEqualTo("x.");

        alloc.arm(Fault.request(1));

        assertThat(alloc.requests()).isZero();
        assertThat(alloc.refusals()).isZero();
        assertThat(pattern(alloc, 3)).isEqualTo(".x.");
    }

    @Test
    void fault_impossibleNumbers_throwWithFacts() {
        assertThatThrownBy(() -> Fault.request(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("requests are counted from 0: number=-1");
        assertThatThrownBy(() -> Fault.random(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a probability is 0 to 1: probability=NaN");
        assertThatThrownBy(() -> Fault.random(1.5, 1)).hasMessage("a probability is 0 to 1: probability=1.5");
        assertThatThrownBy(() -> Fault.above(-5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a budget is 0 or more: bytes=-5");
    }

    @Test
    void toString_namesTheFault() {
        assertThat(failing(Fault.requestsFrom(3)))
                .hasToString("FailingAllocator[SystemAlloc, Numbered[number=3, persistent=true]]");
    }
}
