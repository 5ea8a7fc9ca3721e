package org.lmem.examples.links;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.lmem.allocators.Trace;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RealProgram;

/// L07: what the virtual machine asks for while it runs a program: how large the blocks are, and how long they live.
public final class L07MachinePattern implements Example {
    private static final int[] BOUNDS = {32, 64, 128, 256, 512, 1024, Integer.MAX_VALUE};

    /// The blocks of a range of sizes.
    ///
    /// @param largest bytes of a block when it was obtained, at most
    /// @param blocks obtained
    /// @param bytes that they had then, together
    /// @param medianLife how many requests were made during the life of half of them, at most
    public record Sizes(int largest, int blocks, long bytes, int medianLife) {}

    /// Reads sizes and lives off a trace. A block that is still in use at its end has lived until then.
    ///
    /// @param trace of a program
    /// @return the ranges in which there are blocks, the smallest first
    public static List<Sizes> run(Trace trace) {
        // @start region="code"
        int[] bornAt = new int[trace.ids()];
        int[] bornWith = new int[trace.ids()];
        List<List<int[]>> lives = new ArrayList<>(); // of each range: bytes, requests lived through
        for (int range = 0; range < BOUNDS.length; range++)
            lives.add(new ArrayList<>());
        for (int i = 0; i < trace.size(); i++) {
            int id = trace.id(i);
            if (trace.osize(i) == 0) {
                bornAt[id] = i;
                bornWith[id] = trace.nsize(i);
            } else if (trace.nsize(i) == 0) {
                lives.get(range(bornWith[id])).add(new int[]{bornWith[id], i - bornAt[id]});
                bornWith[id] = 0;
            }
        }
        // @end
        for (int id = 0; id < bornAt.length; id++)
            if (bornWith[id] != 0)
                lives.get(range(bornWith[id])).add(new int[]{bornWith[id], trace.size() - bornAt[id]});
        return summary(lives);
    }

    private static int range(int bytes) {
        int range = 0;
        while (bytes > BOUNDS[range])
            range++;
        return range;
    }

    private static List<Sizes> summary(List<List<int[]>> lives) {
        List<Sizes> all = new ArrayList<>();
        for (int range = 0; range < BOUNDS.length; range++) {
            List<int[]> those = lives.get(range);
            if (!those.isEmpty())
                all.add(new Sizes(BOUNDS[range], those.size(), those.stream().mapToLong(life -> life[0]).sum(),
                        those.stream().mapToInt(life -> life[1]).sorted().skip((those.size() - 1) / 2).findFirst()
                                .orElseThrow()));
        }
        return all;
    }

    @Override
    public String title() {
        return "The virtual machine: small blocks, short lives";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "OP_NEWTABLE lvm.c:531, OP_CONCAT lvm.c:563, OP_CLOSURE lvm.c:719, luaM_realloc_ lmem.c:76";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Three instructions make objects: a table, a string, a function; and libraries make coroutines and more "
                        + "strings. An allocator for Lua is good if it is good at what they ask for. This is what one real program "
                        + "asked for, which makes coroutines by the thousand.");
        page.code(code());
        List<Sizes> all = run(RealProgram.trace());
        long blocks = all.stream().mapToLong(Sizes::blocks).sum();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("bytes", "blocks", "share", "bytes in all", "half live through at most"));
        for (Sizes s : all)
            rows.add(Arrays.asList(s.largest() == Integer.MAX_VALUE ? "more" : "up to " + s.largest(),
                    String.format(Locale.ROOT, "%,d", s.blocks()),
                    String.format(Locale.ROOT, "%.1f %%", 100.0 * s.blocks() / blocks),
                    String.format(Locale.ROOT, "%,d", s.bytes()),
                    String.format(Locale.ROOT, "%,d requests", s.medianLife())));
        page.table(rows);
    }

    @Override
    public String remember() {
        return "Few sizes, mostly below 1024 bytes, freed in batches by the collector: what size classes are made for.";
    }
}
