package org.lmem.examples.source;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lmem.core.GrowthPolicy;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E20: what doubling costs, counted for 1 to 1,000,000 elements and set beside the formula.
public final class E20CostOfDoubling implements Example {
    /// The numbers of elements that the example looks at.
    static final List<Integer> COUNTS = List.of(1, 4, 5, 100, 1000, 1024, 1025, 10_000, 100_000, 1_000_000);

    /// What came out for one number of elements.
    ///
    /// @param growths calls of the growth function
    /// @param capacity at the end
    /// @param present elements in the vector at each growth, added up: the most that can have been copied
    /// @param moved those of them whose block really got another address
    public record Outcome(int growths, int capacity, long present, long moved) {}

    /// How much of the capacity is used while a vector grows from half full to full.
    ///
    /// @param mean of capacity over elements
    /// @param ratioOfMeans mean capacity over mean number of elements
    /// @param lowest elements over capacity, at worst
    /// @param highest elements over capacity, at best
    public record Room(double mean, double ratioOfMeans, double lowest, double highest) {}

    /// Appends one by one and counts.
    ///
    /// @param alloc where the memory comes from
    /// @param n elements
    /// @return what came out
    public static Outcome run(LuaAlloc alloc, int n) {
        int growths = 0;
        long present = 0;
        long moved = 0;
        // @start region="code"
        try (LuaMemory memory = new LuaMemory(alloc); LuaVector numbers = LuaVector.of(memory, JAVA_INT)) {
            for (int i = 0; i < n; i++) {
                int capacity = numbers.capacity();
                long address = numbers.address();
                numbers.addInt(i);
                if (numbers.capacity() == capacity)
                    continue; // there was room: nearly always
                growths++;
                present += capacity;
                if (numbers.address() != address)
                    moved += capacity;
            }
            return new Outcome(growths, numbers.capacity(), present, moved);
        }
        // @end
    }

    /// The growths that `n` appends need, computed: one to reach four elements, then one for each doubling.
    ///
    /// @param n elements, 1 or more
    /// @return max(1, ⌈log2 n⌉ − 1)
    public static int formula(int n) {
        int ceilLog2 = Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
        return Math.max(1, ceilLog2 - 1);
    }

    /// Looks at every number of elements from just after one growth to just before the next.
    ///
    /// @param before the capacity before that growth
    /// @return how much room was used
    static Room room(int before) {
        int capacity = GrowthPolicy.DOUBLING.nextCapacity(before, LuaMemory.MAX_INT);
        double ratios = 0;
        double elements = 0;
        double lowest = 1;
        double highest = 0;
        for (int n = before + 1; n <= capacity; n++) {
            ratios += (double) capacity / n;
            elements += n;
            lowest = Math.min(lowest, (double) n / capacity);
            highest = Math.max(highest, (double) n / capacity);
        }
        int count = capacity - before;
        return new Room(ratios / count, (double) capacity * count / elements, lowest, highest);
    }

    @Override
    public String title() {
        return "What doubling costs";
    }

    @Override
    public Chapter chapter() {
        return Chapter.SOURCE;
    }

    @Override
    public String lookAt() {
        return "luaM_growaux_ lmem.c:46";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Each growth may copy everything, and yet n appends cost no more than a multiple of n: the blocks are "
                        + "4, 8, 16, …, and all the earlier ones together are four elements short of the last. A vector of final "
                        + "capacity C has copied C − 4 elements at most.");
        page.picture("""
                copied:    4   8      16              32
                          ├──┼────┼────────┼────────────────┤ + 4
                capacity: ├─────────────────────────────────────┤ 64""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("elements", "growths", "formula", "capacity", "copies at most", "per element", "moved here"));
        for (int n : COUNTS) {
            Outcome o = run(SystemAlloc.INSTANCE, n);
            rows.add(List.of(number(n), number(o.growths()), number(formula(n)), number(o.capacity()),
                    number(o.present()), ratio((double) o.present() / n), number(o.moved())));
        }
        page.table(rows);
        page.text("The last column counts only the growths that gave the block another address, here and a moment ago: "
                + "where the C library can extend it in place, nothing moves. It may differ in the next run; the "
                + "others cannot.");
        Room room = room(1 << 15);
        page.text("How much room is paid for? Taken over one doubling, from half full to full:");
        page.result("capacity over elements, on average", ratio(room.mean()));
        page.result("average capacity over average elements", ratio(room.ratioOfMeans()));
        page.result("elements over capacity", ratio(room.lowest()) + " to " + ratio(room.highest()));
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String ratio(double x) {
        return String.format(Locale.ROOT, "%.3f", x);
    }

    @Override
    public String remember() {
        return "max(1, ⌈log2 n⌉ − 1) growths, C − 4 copies at most, and the room is between half and all used: on average "
                + "2 ln 2 = 1.386 elements of room for each element.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X28 it counts log2(n) reallocations. Starting with four saves two, and rounding up adds one at most: 9 for "
                        + "1000 elements, 13 for 10,000.",
                "X29 it says that an element is copied about twice and that 1.5 elements of room belong to each. The copies "
                        + "lie between n − 4 and 2n, and the room is 1.386 n on average.");
    }
}
