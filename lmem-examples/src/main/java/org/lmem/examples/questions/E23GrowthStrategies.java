package org.lmem.examples.questions;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.GrowthPolicy;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E23: six ways to grow, each counted over the same 10,000 appends.
public final class E23GrowthStrategies implements Example {
    /// The appends of the comparison.
    static final int APPENDS = 10_000;

    /// The policies of the comparison, Lua's first.
    static final List<Strategy> STRATEGIES = List.of(new Strategy("× 2 (Lua)", GrowthPolicy.DOUBLING),
            new Strategy("× 1.5, rounded down", GrowthPolicy.scaled(3, 2)),
            new Strategy("× 1.5, rounded up", GrowthPolicy.scaledUp(3, 2)),
            new Strategy("× 3", GrowthPolicy.scaled(3, 1)), new Strategy("+ 1000", GrowthPolicy.fixed(1000)),
            new Strategy("+ 1", GrowthPolicy.fixed(1)));

    /// A way to grow.
    ///
    /// @param name of it
    /// @param policy that does it
    public record Strategy(String name, GrowthPolicy policy) {}

    /// What came out.
    ///
    /// @param allocations growths, the first block included
    /// @param moving those of them that move data
    /// @param copies elements copied in all
    /// @param capacity at the end
    /// @param peak elements in the old block and the new one together, at worst
    /// @param lowestUse elements over capacity, at worst
    public record Outcome(long allocations, long moving, long copies, int capacity, long peak, double lowestUse) {
        /// The part of the capacity that is used at the end.
        ///
        /// @return 0 to 1
        public double finalUse() {
            return (double) APPENDS / capacity;
        }
    }

    /// The worst case of a realloc: every growth takes a new block, copies, and frees the old one.
    static final class AlwaysMoving implements LuaAlloc {
        private final LuaAlloc inner;
        private long moves;
        private long movedBytes;

        AlwaysMoving(LuaAlloc inner) {
            this.inner = inner;
        }

        @Override
        public long realloc(long block, long osize, long nsize) {
            if (block == NULL || Long.compareUnsigned(nsize, osize) <= 0)
                return inner.realloc(block, osize, nsize);
            long newBlock = inner.realloc(NULL, 0, nsize);
            if (newBlock == NULL)
                return NULL;
            RawMemory.copy(block, newBlock, osize);
            inner.realloc(block, osize, 0);
            moves++;
            movedBytes += osize;
            return newBlock;
        }
    }

    /// Appends 10,000 numbers.
    ///
    /// @param alloc where the memory comes from
    /// @param policy how the vector grows
    /// @return what came out
    public static Outcome run(LuaAlloc alloc, GrowthPolicy policy) {
        StatsAllocator stats = new StatsAllocator(alloc);
        AlwaysMoving moving = new AlwaysMoving(stats); // old and new block at once: the statistics see both
        double lowestUse = 1;
        int capacity = 0;
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(moving);
                LuaVector numbers = LuaVector.of(memory, JAVA_INT, LuaMemory.MAX_INT, "too many numbers", policy)) {
            for (int i = 0; i < APPENDS; i++) {
                numbers.addInt(i);
                lowestUse = Math.min(lowestUse, (double) numbers.length() / numbers.capacity());
            }
            capacity = numbers.capacity();
        }
        // @end
        StatsAllocator.Snapshot seen = stats.snapshot();
        return new Outcome(seen.allocations(), moving.moves, moving.movedBytes / Integer.BYTES, capacity,
                seen.peakBytes() / Integer.BYTES, lowestUse);
    }

    @Override
    public String title() {
        return "Which way to grow?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "luaM_growaux_ lmem.c:46";
    }

    @Override
    public void tell(Page page) {
        page.text("Growing seldom wastes room, growing often wastes copies. So much is known; how much of each is a "
                + "matter of counting. The rule: 10,000 appends to an empty vector; policies by ratio begin with four "
                + "elements; the first block counts as an allocation; every growth of a block copies what is in it, as a "
                + "realloc does that never extends in place.");
        page.picture("""
                during a growth:   │ old block │           copied to           │ new block              │
                                   ◄───────────────── both in use: the peak ─────────────────────────────►""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("growth", "allocations", "moving", "copies", "capacity", "used at the end", "used at worst",
                "old + new"));
        for (Strategy strategy : STRATEGIES) {
            Outcome o = run(SystemAlloc.INSTANCE, strategy.policy());
            rows.add(List.of(strategy.name(), number(o.allocations()), number(o.moving()), number(o.copies()),
                    number(o.capacity()), percent(o.finalUse()), percent(o.lowestUse()), number(o.peak())));
        }
        page.table(rows);
        page.text("No row wins every column. Growth by a constant is the best in room and, since its copies grow with "
                + "the square of the number of elements, the worst in time; the ratios trade one for the other.");
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String percent(double x) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * x);
    }

    @Override
    public String remember() {
        return "A ratio makes copies proportional to the elements, a constant makes them quadratic. And the room that a "
                + "growth needs is the old block and the new one: 1.5 times the new one where it doubles.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X25 doubling: 14 reallocations, 19,996 copies, 61 % used at least. Counted: 13, 16,380, and 25 % after the "
                        + "first append, 50 % after each later growth.",
                "X26 one and a half: 25, 29,500, a capacity of 13,122. Counted: 21, 24,278 and 12,138 rounded down; no start and "
                        + "no rounding gives its figures.",
                "X27 a thousand more: 10 allocations and 45,000 copies are right. But all of the room is used at the end only, and "
                        + "0.1 % of it after the first append.",
                "X30 that doubling is the best balance is asserted there. What it is best at depends on the column.");
    }
}
