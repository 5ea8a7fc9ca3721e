package org.lmem.examples.questions;

import static org.lmem.core.LuaAlloc.NULL;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;

/// E22: one random life of 64 blocks, counted at a single entry and counted by four parts of a program, each for itself.
public final class E22OneEntryOrMany implements Example {
    /// The seed of the life that the page tells.
    static final long SEED = 22;

    private static final int REQUESTS = 10_000;
    private static final int BLOCKS = 64;
    private static final int LARGEST = 4096;
    private static final int GRANTED = LARGEST * 15 / 16; // so that some requests are refused

    /// One step of a life.
    ///
    /// @param slot of the block
    /// @param nsize what it shall have, 0 frees it
    public record Request(int slot, int nsize) {}

    /// How a part counts.
    @FunctionalInterface
    interface Bookkeeping {
        /// The bytes that a request adds to the count.
        long change(long osize, long nsize, boolean granted);
    }

    /// One part of a program, which calls the allocator itself, and keeps its own count.
    ///
    /// @param name what it is for
    /// @param mistake what it does not do
    /// @param books how it counts
    record Part(String name, String mistake, Bookkeeping books) {}

    /// One way to memory and a count.
    interface Entry {
        /// Obtains, resizes or frees a block; 0 where it was refused.
        long realloc(int slot, long block, long osize, long nsize);

        /// The bytes that it believes in use.
        long counted();
    }

    /// What came out.
    ///
    /// @param requests that were made, the frees at the end included
    /// @param refused those of them that the allocator refused
    /// @param exact those after which the count was the truth
    /// @param worstDrift the most by which it was not
    /// @param endDrift what it said in the end, when nothing was in use any more
    public record Outcome(int requests, int refused, int exact, long worstDrift, long endDrift) {}

    private static final Bookkeeping CORRECT = (osize, nsize, granted) -> granted ? nsize - osize : 0;

    /// Four parts; the first is right, and each other one makes a mistake of its own.
    static final List<Part> PARTS = List.of(new Part("strings", "nothing", CORRECT),
            new Part("tables", "forgets to count a resize",
                    (osize, nsize, granted) -> granted && (osize == 0 || nsize == 0) ? nsize - osize : 0),
            new Part("userdata", "counts before it knows the answer", (osize, nsize, granted) -> nsize - osize),
            new Part("buffers", "forgets that shrinking gives back",
                    (osize, nsize, granted) -> granted && (nsize > osize || nsize == 0) ? nsize - osize : 0));

    /// The single entry.
    private record Single(LuaMemory memory) implements Entry {
        @Override
        public long realloc(int slot, long block, long osize, long nsize) {
            return memory.tryRealloc(block, osize, nsize);
        }

        @Override
        public long counted() {
            return memory.totalBytes();
        }
    }

    /// Parts that share the work: each block belongs to one of them.
    private static final class Scattered implements Entry {
        private final LuaAlloc alloc;
        private final List<Bookkeeping> books;
        private long counted;

        Scattered(LuaAlloc alloc, List<Bookkeeping> books) {
            this.alloc = alloc;
            this.books = books;
        }

        @Override
        public long realloc(int slot, long block, long osize, long nsize) {
            long newBlock = alloc.realloc(block, osize, nsize);
            counted += books.get(slot % books.size()).change(osize, nsize, newBlock != NULL || nsize == 0);
            return newBlock;
        }

        @Override
        public long counted() {
            return counted;
        }
    }

    /// A random life: two requests in three are for some size, one is a free; at the end everything is freed.
    ///
    /// @param seed of the random numbers
    /// @return the requests
    static List<Request> life(long seed) {
        Random random = new Random(seed);
        List<Request> life = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++)
            life.add(new Request(random.nextInt(BLOCKS), random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(LARGEST)));
        for (int slot = 0; slot < BLOCKS; slot++)
            life.add(new Request(slot, 0));
        return life;
    }

    /// Leads a life through the single entry.
    ///
    /// @param life the requests
    /// @return what came out
    public static Outcome single(List<Request> life) {
        try (LuaMemory memory = new LuaMemory(Refusals.above(GRANTED, SystemAlloc.INSTANCE))) {
            return run(life, new Single(memory));
        }
    }

    /// Leads a life through the four parts.
    ///
    /// @param life the requests
    /// @param wrong how many of them, counted from the last, make their mistake
    /// @return what came out
    public static Outcome scattered(List<Request> life, int wrong) {
        List<Bookkeeping> books = new ArrayList<>();
        for (Part part : PARTS)
            books.add(books.size() < PARTS.size() - wrong ? CORRECT : part.books());
        return run(life, new Scattered(Refusals.above(GRANTED, SystemAlloc.INSTANCE), books));
    }

    private static Outcome run(List<Request> life, Entry entry) {
        long[] blocks = new long[BLOCKS];
        long[] sizes = new long[BLOCKS];
        long truth = 0; // the shadow: the sum of sizes
        int refused = 0;
        int exact = 0;
        long worst = 0;
        // @start region="code"
        for (Request request : life) {
            int slot = request.slot();
            long block = entry.realloc(slot, blocks[slot], sizes[slot], request.nsize());
            if (block == NULL && request.nsize() != 0)
                refused++; // the old block is what it was
            else {
                truth += request.nsize() - sizes[slot];
                blocks[slot] = block;
                sizes[slot] = request.nsize();
            }
            long drift = entry.counted() - truth;
            if (drift == 0)
                exact++;
            worst = Math.max(worst, Math.abs(drift));
        }
        // @end
        return new Outcome(life.size(), refused, exact, worst, entry.counted() - truth);
    }

    @Override
    public String title() {
        return "One entry or many?";
    }

    @Override
    public Chapter chapter() {
        return Chapter.QUESTIONS;
    }

    @Override
    public String lookAt() {
        return "luaM_realloc_ lmem.c:76, the counts beside it: lstate.c:147, 177";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Why not let strings, tables, userdata and buffers each call the allocator, and count what they take? "
                        + "Because then the same line has to be right in four places. Here are four that look right. The same "
                        + "10,000 random requests go through them and through the single entry, and after each of them the count "
                        + "is held against the sum of all sizes.");
        page.picture("""
                one entry                      many
                strings ──┐                    strings ──► count ──┐
                tables ───┤                    tables ───► count ──┤
                          ├► count ► allocator                     ├► allocator
                userdata ─┤                    userdata ─► count ──┤
                buffers ──┘                    buffers ──► count ──┘""");
        page.code(code());
        List<List<String>> mistakes = new ArrayList<>();
        mistakes.add(List.of("part", "its mistake"));
        PARTS.forEach(h -> mistakes.add(List.of(h.name(), h.mistake())));
        page.table(mistakes);
        List<Request> life = life(SEED);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("interface", "requests", "refused", "count exact", "worst drift", "drift at the end"));
        rows.add(row("one entry", single(life)));
        for (int wrong = 0; wrong < PARTS.size(); wrong++)
            rows.add(row("four parts, " + wrong + " of them wrong", scattered(life, wrong)));
        page.table(rows);
        page.text("Nothing is wrong with many entries as long as nobody errs. The single one does not count better; it "
                + "leaves no second place to err in.");
    }

    private static List<String> row(String name, Outcome o) {
        return List.of(name, number(o.requests()), number(o.refused()),
                String.format(Locale.ROOT, "%.2f %%", 100.0 * o.exact() / o.requests()), number(o.worstDrift()),
                number(o.endDrift()));
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    @Override
    public String remember() {
        return "Put the count where every request has to pass, once. A count kept in several places is as good as the worst "
                + "of them, and a drift never heals.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X13 not all memory passes the entry even in Lua: the block of the state itself comes from the allocator "
                        + "directly and is counted by hand.",
                "X31 its 100 % against 85 %, 100 % against 70 % and three to five times faster have no code and no source. The "
                        + "table above can be run again.");
    }
}
