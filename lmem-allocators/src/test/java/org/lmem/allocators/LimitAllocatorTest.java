package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.allocators.LimitAllocator.Holder;
import org.lmem.allocators.LimitAllocator.Level;
import org.lmem.allocators.LimitAllocator.Reason;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

final class LimitAllocatorTest {
    private final Budget budget = Budget.of("memory", 1000);
    private final LimitAllocator alloc = on(budget);
    private final Budget.Reclaimer reclaimer = mock(Budget.Reclaimer.class);

    private static LimitAllocator on(Budget budget, Budget... tags) {
        return new LimitAllocator(SystemAlloc.INSTANCE, budget, tags);
    }

    private long block(long size) {
        return alloc.realloc(0, 0, size);
    }

    private long free(long block, long size) {
        return alloc.realloc(block, size, 0);
    }

    @Nested
    final class PlainContract extends LuaAllocContract {
        @Override
        LuaAlloc create() {
            return new LimitAllocator(SystemAlloc.INSTANCE, 1 << 20);
        }

        @Override
        long liveBytes(LuaAlloc created) {
            return ((LimitAllocator) created).budget().used();
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

    @Nested
    final class TreeContract extends LuaAllocContract {
        private final Budget root = Budget.of("root", 1 << 20);
        private final Budget tag = Budget.of("tag", 1 << 19);

        @Override
        LuaAlloc create() {
            return on(root.child("middle", Budget.UNLIMITED).child("leaf", 1 << 20), tag);
        }

        @Override
        long liveBytes(LuaAlloc created) {
            assertThat(tag.used()).isEqualTo(root.used());
            return root.used();
        }

        @Override
        boolean isBounded() {
            return true;
        }

        @Override
        AllocatorModel.Shape shape() {
            return AllocatorModel.Shape.DEFAULT.withLiveBytes(1 << 20).refusing();
        }
    }

    @Nested
    final class HardLimit {
        @Test
        void realloc_upToTheLimit_passesAndNoByteMore() {
            long first = block(600);
            assertThat(block(401)).isZero();
            long second = block(400);
            assertThat(second).isNotZero();
            assertThat(block(1)).isZero();
            assertThat(alloc.realloc(first, 600, 601)).isZero();

            assertThat(budget.used()).isEqualTo(1000).isEqualTo(budget.peak());
            assertThat(alloc.refusals()).isEqualTo(3);
            free(first, 600);
            free(second, 400);
            assertThat(budget.used()).isZero();
        }

        @Test
        void realloc_refusedByTheLimit_doesNotAskTheInnerAllocator() {
            LuaAlloc inner = mock(LuaAlloc.class);
            LimitAllocator limited = new LimitAllocator(inner, 10);

            assertThat(limited.realloc(0, 0, 11)).isZero();
            verify(inner, never()).realloc(anyLong(), anyLong(), anyLong());
        }

        @Test
        void lowered_belowUse_takesNothingAndLetsNothingGrow() {
            long block = block(800);
            budget.setLimit(500);
            assertThat(budget.overdraft()).isEqualTo(300);

            assertThat(block(1)).isZero();
            assertThat(alloc.realloc(block, 800, 801)).isZero();
            block = alloc.realloc(block, 800, 800);
            block = alloc.realloc(block, 800, 600);
            assertThat(block).as("shrinking while overdrawn").isNotZero();
            assertThat(block(1)).isZero();
            block = alloc.realloc(block, 600, 499);
            assertThat(budget.overdraft()).isZero();
            long one = block(1);
            assertThat(one).as("again below the limit").isNotZero();
            free(one, 1);
            free(block, 499);
        }

        @Test
        void limitOfItsOwn_anotherAllocatorOnIt_sharesItsRoom() {
            LimitAllocator first = new LimitAllocator(SystemAlloc.INSTANCE, 1000);
            LimitAllocator second = on(first.budget());
            long a = first.realloc(0, 0, 600);
            assertThat(second.realloc(0, 0, 401)).isZero();
            long b = second.realloc(0, 0, 400);
            assertThat(first.realloc(0, 0, 1)).isZero();

            assertThat(first.budget().used()).isEqualTo(1000).isEqualTo(first.budget().peak());
            assertThat(second.realloc(b, 400, 0)).isZero();
            a = first.realloc(a, 600, 1000);
            assertThat(a).isNotZero();
            assertThat(second.realloc(0, 0, 1)).isZero();
            first.realloc(a, 1000, 0);
            assertThat(first.budget().used()).isZero();
        }

        @Test
        void limitOfItsOwn_softLimitAndLowering_countForItsShortWay() {
            LimitAllocator own = new LimitAllocator(SystemAlloc.INSTANCE, 1000);
            own.budget().setSoftLimit(500, reclaimer);
            long a = own.realloc(0, 0, 500);
            verify(reclaimer, never()).reclaim(any(), anyLong());
            long b = own.realloc(0, 0, 1);
            verify(reclaimer, times(1)).reclaim(own.budget(), 1);
            a = own.realloc(a, 500, 400);
            a = own.realloc(a, 400, 600);
            verify(reclaimer, times(1)).reclaim(own.budget(), 200);
            own.budget().setLimit(100);
            assertThat(own.realloc(0, 0, 1)).isZero();
            assertThat(own.budget().overdraft()).isEqualTo(501);
            own.realloc(a, 600, 0);
            own.realloc(b, 1, 0);
            own.budget().close();
            assertThatThrownBy(() -> own.realloc(0, 0, 1)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the budget is closed");
        }

        @Test
        void raised_letsMorePass() {
            budget.setLimit(0);
            assertThat(block(1)).isZero();
            budget.setLimit(Budget.UNLIMITED);

            long block = block(5000);
            assertThat(block).isNotZero();
            free(block, 5000);
        }

        @Test
        void realloc_innerRefuses_countsNothing() {
            LimitAllocator over = new LimitAllocator(
                    new FailingAllocator(SystemAlloc.INSTANCE, FailingAllocator.Fault.requestsFrom(0)), budget);

            assertThat(over.realloc(0, 0, 10)).isZero();
            assertThat(budget.used()).isZero();
            assertThat(over.lastRefusal().orElseThrow()).hasToString("not enough memory: block=0x0, osize=0, nsize=10, "
                    + "reason=INNER, memory.used=0, memory.limit=1000");
        }

        @Test
        void realloc_innerThrows_countsNothing() {
            LimitAllocator over = new LimitAllocator((block, osize, nsize) -> {
                throw new IllegalStateException("closed");
            }, budget);

            assertThatThrownBy(() -> over.realloc(0, 0, 10)).hasMessage("closed");
            assertThat(budget.used()).isZero();
            assertThat(budget.peak()).isZero();
        }

        @Test
        void realloc_innerBreaksItsPromise_isToldAsItIs() {
            LuaAlloc once = new LuaAlloc() {
                private boolean used;

                @Override
                public long realloc(long block, long osize, long nsize) {
                    boolean first = !used;
                    used = true;
                    return first ? 1 << 20 : 0;
                }
            };
            budget.setSoftLimit(Budget.UNLIMITED, reclaimer);
            LimitAllocator over = new LimitAllocator(once, budget);
            long block = over.realloc(0, 0, 100);

            assertThat(over.realloc(block, 100, 50)).isZero();
            assertThat(budget.used()).isEqualTo(100);
            verify(reclaimer, never()).reclaim(any(), anyLong());
        }

        @Test
        void realloc_sizeOfNoBlock_throwsWithFacts() {
            long block = block(100);

            assertThatThrownBy(() -> free(block, 101)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no block in use has that size: block=0x" + Long.toHexString(block)
                            + ", osize=101, nsize=0, live bytes=100");
            free(block, 100);
        }

        @Test
        @DisplayName("X46 a request above the limit is not counted, and not before it is granted")
        void realloc_refused_leavesUseAndPeak() {
            assertThat(block(1L << 62)).isZero();
            assertThat(budget.used()).isZero();
            assertThat(budget.peak()).isZero();
        }
    }

    @Nested
    final class SoftLimit {
        private final List<Long> garbage = new ArrayList<>();

        private void collect(Budget of, long wanted) {
            garbage.forEach(block -> free(block, 100));
            garbage.clear();
        }

        @Test
        void passed_callsOnceAndLetsThrough() {
            budget.setSoftLimit(500, reclaimer);
            long first = block(500);
            verify(reclaimer, never()).reclaim(any(), anyLong());

            long second = block(10);
            long third = block(10);

            verify(reclaimer, times(1)).reclaim(budget, 10);
            assertThat(second * third).isNotZero();
            free(first, 500);
            free(second, 10);
            free(third, 10);
        }

        @Test
        void passed_reclaimerFrees_roomIsUsed() {
            budget.setSoftLimit(500, this::collect);
            for (int i = 0; i < 5; i++)
                garbage.add(block(100));

            long block = block(300);

            assertThat(block).isNotZero();
            assertThat(budget.used()).isEqualTo(300);
            free(block, 300);
        }

        @Test
        void passedAgain_afterAnEighthBelow_callsAgain() {
            budget.setSoftLimit(800, reclaimer);
            long base = block(690);
            long above = block(150);
            free(above, 150);
            above = block(150);
            verify(reclaimer, times(2)).reclaim(budget, 150);

            long little = block(20);
            free(above, 150); // 710: not an eighth below
            above = block(150);
            verify(reclaimer, times(2)).reclaim(any(), anyLong());
            free(above, 150);
            free(little, 20);
            free(base, 690);
        }

        @Test
        void hardLimit_reclaimerFrees_requestPasses() {
            budget.setSoftLimit(Budget.UNLIMITED, this::collect);
            for (int i = 0; i < 10; i++)
                garbage.add(block(100));

            long block = block(250);

            assertThat(block).isNotZero();
            assertThat(alloc.refusals()).isZero();
            free(block, 250);
        }

        @Test
        void hardLimit_reclaimerCannotHelp_isCalledOnceARequest() {
            budget.setSoftLimit(900, reclaimer);
            long block = block(500);

            assertThat(block(600)).isZero();
            verify(reclaimer, times(1)).reclaim(budget, 600);
            assertThat(block(600)).isZero();
            verify(reclaimer, times(2)).reclaim(budget, 600);
            free(block, 500);
        }

        @Test
        void refusedRequest_doesNotCountAsPassed() {
            budget.setSoftLimit(600, reclaimer);
            long block = block(590);
            assertThat(block(600)).isZero();

            long more = block(20);

            verify(reclaimer, times(1)).reclaim(budget, 600);
            verify(reclaimer, times(1)).reclaim(budget, 20);
            free(more, 20);
            free(block, 590);
        }

        @Test
        void reclaimer_asksForMemory_isNotCalledAgain() {
            int[] calls = new int[1];
            budget.setSoftLimit(100, (of, wanted) -> {
                calls[0]++;
                free(block(200), 200);
            });

            free(block(150), 150);

            assertThat(calls[0]).isEqualTo(1);
        }

        @Test
        void innerRefuses_reclaimerFrees_requestIsMadeOnceMore() {
            FailingAllocator failing = new FailingAllocator(SystemAlloc.INSTANCE, FailingAllocator.Fault.request(0));
            LimitAllocator over = new LimitAllocator(failing, budget);
            budget.setSoftLimit(Budget.UNLIMITED, reclaimer);

            long block = over.realloc(0, 0, 10);

            assertThat(block).isNotZero();
            assertThat(failing.requests()).isEqualTo(2);
            verify(reclaimer, times(1)).reclaim(budget, 10);
            over.realloc(block, 10, 0);
        }

        @Test
        void innerRefuses_reclaimerUsesTheRoom_isRefused() {
            FailingAllocator failing = new FailingAllocator(SystemAlloc.INSTANCE, FailingAllocator.Fault.request(0));
            LimitAllocator over = new LimitAllocator(failing, budget);
            budget.setSoftLimit(Budget.UNLIMITED, (of, wanted) -> garbage.add(block(950)));

            assertThat(over.realloc(0, 0, 100)).isZero();
            assertThat(budget.used()).isEqualTo(950);
            free(garbage.getFirst(), 950);
        }
    }

    @Nested
    final class Tree {
        private final Budget process = Budget.of("process", 1000);
        private final Budget seven = process.child("tenant 7", 700);
        private final Budget eight = process.child("tenant 8", 700);
        private final LimitAllocator a = on(seven);
        private final LimitAllocator b = on(eight);

        @Test
        void realloc_onALeaf_countsAtEveryLevel() {
            long block = a.realloc(0, 0, 300);

            assertThat(seven.used()).isEqualTo(300);
            assertThat(process.used()).isEqualTo(300);
            assertThat(eight.used()).isZero();
            a.realloc(block, 300, 0);
            assertThat(process.used()).isZero();
            assertThat(process.peak()).isEqualTo(300);
        }

        @Test
        void parentFull_refusesTheChildAndSaysWhoHoldsWhat() {
            LimitAllocator direct = on(process);
            long x = a.realloc(0, 0, 300);
            long y = b.realloc(0, 0, 500);
            long z = direct.realloc(0, 0, 100);

            assertThat(a.realloc(x, 300, 401)).isZero();

            LimitAllocator.Refusal refusal = a.lastRefusal().orElseThrow();
            assertThat(refusal).isEqualTo(new LimitAllocator.Refusal(x, 300, 401, Reason.LIMIT, "process",
                    List.of(new Level("tenant 7", 300, 700, 300, List.of()),
                            new Level("process", 900, 1000, 900, List.of(new Holder("tenant 8", 500),
                                    new Holder("tenant 7", 300), new Holder("itself", 100))))));
            assertThat(refusal).hasToString("not enough memory: block=0x" + Long.toHexString(x)
                    + ", osize=300, nsize=401, reason=LIMIT, refused by=process, tenant 7.used=300, tenant 7.limit=700, "
                    + "process.used=900, process.limit=1000, process.tenant 8=500, process.tenant 7=300, "
                    + "process.itself=100");
            a.realloc(x, 300, 0);
            b.realloc(y, 500, 0);
            direct.realloc(z, 100, 0);
        }

        @Test
        void parentFull_reclaimersAreCalledFromTheLeafUpUntilThereIsRoom() {
            Budget.Reclaimer ofLeaf = mock(Budget.Reclaimer.class);
            seven.setSoftLimit(Budget.UNLIMITED, ofLeaf);
            long[] cache = {b.realloc(0, 0, 600)};
            process.setSoftLimit(Budget.UNLIMITED, (of, wanted) -> cache[0] = b.realloc(cache[0], 600, 0));

            long block = a.realloc(0, 0, 500);

            assertThat(block).isNotZero();
            verify(ofLeaf, times(1)).reclaim(seven, 500);
            assertThat(process.used()).isEqualTo(500);
            a.realloc(block, 500, 0);
        }

        @Test
        void tag_hasALimitOfItsOwn() {
            Budget textures = Budget.of("textures", 200);
            LimitAllocator ofA = on(seven, textures);
            LimitAllocator ofB = on(eight, textures);
            long x = ofA.realloc(0, 0, 150);

            assertThat(ofB.realloc(0, 0, 51)).isZero();
            assertThat(ofB.lastRefusal().orElseThrow().refusedBy()).isEqualTo("textures");
            assertThat(textures.used()).isEqualTo(150);
            assertThat(eight.used()).isZero();
            ofA.realloc(x, 150, 0);
            assertThat(textures.used()).isZero();
        }

        @Test
        void allocator_countingTwice_cannotBeMade() {
            assertThatThrownBy(() -> on(seven, process)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a byte would count twice: budget=process");
        }

        @Test
        void close_unusedChild_leavesTheTree() {
            seven.close();

            assertThat(process.children()).containsExactly(eight);
            assertThatThrownBy(() -> a.realloc(0, 0, 1)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the budget is closed: budget=tenant 7, used=0, limit=700");
            assertThatThrownBy(() -> on(seven)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> seven.child("x", 1)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void close_inUse_throwsAndStays() {
            long block = a.realloc(0, 0, 10);

            assertThatThrownBy(seven::close).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the budget is in use: budget=tenant 7, used=10, limit=700, children=0");
            assertThat(process.children()).containsExactly(seven, eight);
            a.realloc(block, 10, 0);
            assertThatThrownBy(process::close)
                    .hasMessage("the budget is in use: budget=process, used=0, limit=1000, children=2");
            seven.close();
            eight.close();
            process.close();
            assertThat(process.parent()).isNull();
        }
    }

    @Nested
    final class WhileClosing {
        @Test
        void grace_isOpenOnlyUntilItIsClosed() {
            budget.setGrace(200);
            long block = block(1000);
            assertThat(block(1)).isZero();

            long more;
            try (Budget.Grace closing = budget.openGrace()) {
                assertThat(closing).isNotNull();
                assertThat(block(201)).isZero();
                more = block(200);
                assertThat(more).isNotZero();
                assertThat(budget.overdraft()).isEqualTo(200);
            }

            assertThat(block(1)).isZero();
            free(more, 200);
            assertThat(block(1)).isZero();
            free(block, 1000);
        }

        @Test
        void grace_openedTwice_throws() {
            try (Budget.Grace closing = budget.openGrace()) {
                assertThat(closing).isNotNull();
                assertThatThrownBy(budget::openGrace).isInstanceOf(IllegalStateException.class)
                        .hasMessage("the grace is open already: budget=memory, used=0, limit=1000");
            }
            budget.openGrace().close();
        }

        @Test
        void grace_beyondEverySize_isUnlimited() {
            budget.setGrace(Budget.UNLIMITED);
            try (Budget.Grace closing = budget.openGrace()) {
                assertThat(closing).isNotNull();
                long block = block(50_000);
                assertThat(block).isNotZero();
                free(block, 50_000);
            }
        }
    }

    @Test
    void budget_negativeSizes_throwWithFacts() {
        assertThatThrownBy(() -> new LimitAllocator(SystemAlloc.INSTANCE, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("a limit is 0 or more: bytes=-1");
        assertThatThrownBy(() -> budget.setLimit(-2)).hasMessage("a limit is 0 or more: bytes=-2");
        assertThatThrownBy(() -> budget.setSoftLimit(-3, reclaimer)).hasMessage("a soft limit is 0 or more: bytes=-3");
        assertThatThrownBy(() -> budget.setGrace(-4)).hasMessage("a grace is 0 or more: bytes=-4");
        assertThat(budget.limit()).isEqualTo(1000);
    }

    @Test
    void newState_onEveryLimitBelowItsPeak_isRefused() {
        for (long limit = 0; limit < 3692; limit += 13)
            try (RegionAllocator region = new RegionAllocator(8192)) {
                assertThat(new NewState(new LimitAllocator(region, limit)).replay(52)).as("limit %d", limit)
                        .isLessThan(52);
            }
        LimitAllocator enough = new LimitAllocator(SystemAlloc.INSTANCE, 3692);
        NewState state = new NewState(enough);
        assertThat(state.replay(52)).isEqualTo(52);
        state.close();
        assertThat(enough.budget().used()).isZero();
        assertThat(enough.lastRefusal()).isEmpty();
    }

    @Test
    void toString_namesTheNest() {
        assertThat(alloc).hasToString("LimitAllocator[SystemAlloc, Budget[memory, 0 of 1000]]");
    }

    @Nested
    final class Reservations {
        private final Budget root = Budget.of("root", 1000);
        private final Budget job = root.child("job", 800);

        @Test
        void bytesCountFromTheBeginning_andAreTakenWithoutAskingAbove() {
            Budget rest = job.reserve("rest", 600).orElseThrow();
            assertThat(List.of(root.used(), job.used(), rest.used())).containsExactly(600L, 600L, 0L);
            LimitAllocator sure = on(rest);
            LimitAllocator other = on(root);
            long taken = other.realloc(0, 0, 400);
            assertThat(other.realloc(0, 0, 1)).isEqualTo(LuaAlloc.NULL); // the root is full
            long block = sure.realloc(0, 0, 600);
            assertThat(block).isNotEqualTo(LuaAlloc.NULL);
            assertThat(List.of(root.used(), job.used(), rest.used())).containsExactly(1000L, 600L, 600L);
            assertThat(sure.realloc(0, 0, 1)).isEqualTo(LuaAlloc.NULL);
            sure.realloc(block, 600, 0);
            other.realloc(taken, 400, 0);
            rest.close();
            rest.close();
            assertThat(List.of(root.used(), job.used())).containsExactly(0L, 0L);
            assertThat(job.children()).isEmpty();
        }

        @Test
        void moreThanALevelHas_isNotReserved() {
            assertThat(job.reserve("rest", 801)).isEmpty();
            on(root).realloc(0, 0, 300);
            assertThat(job.reserve("rest", 701)).isEmpty();
            assertThat(List.of(root.used(), job.used())).containsExactly(300L, 0L);
            assertThat(job.reserve("rest", 700)).isPresent();
        }

        @Test
        void reclaimer_isAskedForRoomFirst() {
            LimitAllocator cache = on(root);
            long cached = cache.realloc(0, 0, 900);
            root.setSoftLimit(Budget.UNLIMITED, (full, wanted) -> cache.realloc(cached, 900, 0));
            assertThat(job.reserve("rest", 800)).isPresent();
            assertThat(root.used()).isEqualTo(800);
        }

        @Test
        void softLimitThatAReservationPasses_callsItsReclaimer() {
            root.setSoftLimit(500, reclaimer);
            assertThat(job.reserve("rest", 500)).isPresent();
            verify(reclaimer, never()).reclaim(any(), anyLong());
            assertThat(job.reserve("more", 1)).isPresent();
            verify(reclaimer).reclaim(root, 1);
        }

        @Test
        void reservationInUse_staysOpen() {
            Budget rest = job.reserve("rest", 100).orElseThrow();
            on(rest).realloc(0, 0, 40);
            assertThatThrownBy(rest::close).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the budget is in use: budget=rest, used=40, limit=100, children=0");
            assertThat(root.used()).isEqualTo(100);
        }

        @Test
        void sizeOfAReservation_isFixed() {
            Budget rest = job.reserve("rest", 100).orElseThrow();
            assertThatThrownBy(() -> rest.setLimit(200)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("a reservation keeps its size: budget=rest, used=0, limit=100");
            assertThatThrownBy(() -> rest.setGrace(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> job.reserve("none", 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a reservation is above 0: bytes=0");
        }

        @Test
        void partOfAReservation_countsUpToIt() {
            Budget rest = job.reserve("rest", 500).orElseThrow();
            LimitAllocator part = on(rest.child("part", Budget.UNLIMITED));
            part.realloc(0, 0, 300);
            assertThat(List.of(root.used(), job.used(), rest.used())).containsExactly(500L, 500L, 300L);
            assertThat(rest.reserve("of the rest", 201)).isEmpty();
            assertThat(rest.reserve("of the rest", 200)).isPresent();
            assertThat(List.of(root.used(), rest.used())).containsExactly(500L, 500L);
        }

        @Test
        void refusal_namesTheReservationWithAllThatItHolds() {
            job.reserve("rest", 600).orElseThrow();
            LimitAllocator own = on(job);
            own.realloc(0, 0, 201);
            assertThat(own.lastRefusal().orElseThrow().levels().getFirst())
                    .isEqualTo(new Level("job", 600, 800, 600, List.of(new Holder("rest", 600))));
        }
    }
}
