package org.lmem.examples;

import java.io.PrintStream;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceReplay;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RealProgram;
import org.lmem.examples.page.Words;

/// The tour: all examples in order, then the memory of a real Lua program.
public final class Tour {
    private static final int WARM_RUNS = 5; // after a first one, in which Java still compiles

    private Tour() {}

    /// Tells everything.
    ///
    /// @param out where it is printed
    public static void run(PrintStream out) {
        run(out, Words.ENGLISH);
    }

    /// Tells everything.
    ///
    /// @param out where it is printed
    /// @param words the titles
    public static void run(PrintStream out, Words words) {
        Page page = new Page(out, words);
        page.text(
                "lmem: Lua 5.1.5's memory manager on the JVM, shown on the examples of a text that explains it. Every "
                        + "number below has just been measured.");
        @Nullable
        Chapter chapter = null;
        for (Example example : Catalog.examples()) {
            if (example.chapter() != chapter) {
                chapter = example.chapter();
                page.chapter(chapter);
            }
            page.example(example);
            if (out.checkError())
                return; // nobody reads on
        }
        realProgram(page);
    }

    private static void realProgram(Page page) {
        page.heading("A real program");
        page.text(
                "What follows is no example: every request that real Lua 5.1.5 made while it ran a program that creates "
                        + "coroutines by the thousand, made once more of lmem's memory manager over the C library's allocator.");
        Trace trace = RealProgram.trace();
        TraceReplay.Result cold = replay(trace);
        page.result("requests", cold.operations());
        page.result("  new blocks", cold.fresh());
        page.result("  blocks resized", cold.resized());
        page.result("  blocks freed", cold.freed());
        page.result("bytes in use at the peak", cold.peakBytes());
        page.result("bytes in use at the end", cold.endBytes());
        page.result("nanoseconds a request, the first time", Math.round(cold.nanosPerOperation()));
        page.result("nanoseconds a request, median of " + WARM_RUNS + " more times", Math.round(warmNanos(trace)));
        page.text("Where to go on: lmem-core's README sets Lua's names beside Java's, and each example is a class in "
                + "lmem-examples with a test beside it.");
    }

    private static TraceReplay.Result replay(Trace trace) {
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            return TraceReplay.run(trace, memory);
        }
    }

    private static double warmNanos(Trace trace) {
        return DoubleStream.generate(() -> replay(trace).nanosPerOperation()).limit(WARM_RUNS).sorted()
                .skip(WARM_RUNS / 2).findFirst().orElseThrow();
    }
}
