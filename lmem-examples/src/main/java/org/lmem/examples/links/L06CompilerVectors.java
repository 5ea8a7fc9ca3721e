package org.lmem.examples.links;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.lua.Outcome;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.GCOption;

/// L06: the six vectors that Lua's compiler grows, watched in the real compiler.
public final class L06CompilerVectors implements Example {
    private static final int MAXARG_BX = (1 << 18) - 1;
    private static final int MINIMUM = 4;

    /// A vector of a function that is being compiled.
    public enum Vector {
        /// The instructions.
        CODE("instructions", 4, LuaMemory.MAX_INT, "code size overflow", "lcode.c:793"),
        /// The line of each instruction.
        LINES("lines of instructions", 4, LuaMemory.MAX_INT, "code size overflow", "lcode.c:797"),
        /// The constants.
        CONSTANTS("constants", 16, MAXARG_BX, "constant table overflow", "lcode.c:240"),
        /// The functions that are defined in it.
        FUNCTIONS("functions inside", 8, MAXARG_BX, "constant table overflow", "lparser.c:315"),
        /// The names of its local variables.
        LOCALS("local variables", 16, Short.MAX_VALUE, "too many local variables", "lparser.c:147"),
        /// The names of its upvalues; no function can have more than 60 of them.
        UPVALUES("upvalues", 8, LuaMemory.MAX_INT, "", "lparser.c:195");

        private final String title;
        private final int elementSize;
        private final int limit;
        private final String message;
        private final String place;

        Vector(String title, int elementSize, int limit, String message, String place) {
            this.title = title;
            this.elementSize = elementSize;
            this.limit = limit;
            this.message = message;
            this.place = place;
        }

        private static String each(int n, IntFunction<String> part) {
            return IntStream.rangeClosed(1, n).mapToObj(part).collect(Collectors.joining());
        }

        private static String list(int n) {
            return IntStream.rangeClosed(1, n).mapToObj(i -> "u" + i).collect(Collectors.joining(","));
        }

        /// The most elements.
        ///
        /// @return the limit that the compiler gives to luaM_growvector
        public int limit() {
            return limit;
        }

        /// What is said beyond it.
        ///
        /// @return the text that the compiler gives to luaM_growvector
        public String message() {
            return message;
        }

        /// A function of which this vector has so many elements.
        ///
        /// @param n elements
        /// @return its source
        public String source(int n) {
            return switch (this) {
                case CODE, LINES -> "local a " + "a=1 ".repeat(n - 1); // and the return
                case CONSTANTS -> "local a " + each(n, i -> "a=" + i + " ");
                case FUNCTIONS -> "local f " + "f=function()end ".repeat(n);
                case LOCALS -> "do local v end ".repeat(n);
                case UPVALUES -> "local " + list(n) + " return function() return " + list(n) + " end";
            };
        }
    }

    /// The life of a vector.
    ///
    /// @param capacities after each growth
    /// @param exact elements at the end, when the function is complete
    public record Growth(List<Integer> capacities, int exact) {}

    /// Compiles a function with the real compiler, and follows one of its vectors.
    ///
    /// @param alloc where the memory comes from
    /// @param vector which
    /// @param n elements that it is to have
    /// @return its life
    public static Growth run(LuaAlloc alloc, Vector vector, int n) {
        // @start region="code"
        RequestLog log = new RequestLog(alloc);
        List<Request> requests;
        try (RealLua lua = RealLua.newState(log)) {
            lua.gc(GCOption.STOP, 0);
            int before = log.requests().size();
            lua.compile(vector.source(n));
            requests = log.requests();
            requests = requests.subList(before, requests.size());
        }
        // @end
        List<List<Long>> lives = lives(requests).stream()
                .filter(sizes -> sizes.getFirst() == (long) MINIMUM * vector.elementSize
                        && sizes.getLast() == (long) n * vector.elementSize)
                .toList();
        List<Long> life = vector == Vector.LINES ? lives.getLast() : lives.getFirst(); // as many as instructions, and after them
        return new Growth(life.stream().limit(life.size() - 1L).map(size -> (int) (size / vector.elementSize)).toList(),
                n);
    }

    /// The sizes of each block that was resized, in order.
    private static List<List<Long>> lives(List<Request> requests) {
        Map<Long, List<Long>> live = new HashMap<>();
        List<List<Long>> all = new ArrayList<>();
        for (Request r : requests) {
            List<Long> life = r.osize() == 0 ? new ArrayList<>() : live.remove(r.block());
            if (r.nsize() == 0)
                continue;
            if (life == null)
                life = new ArrayList<>(List.of(r.osize())); // older than the compilation
            if (life.size() == 1)
                all.add(life);
            life.add(r.nsize());
            live.put(r.answer(), life);
        }
        return all;
    }

    /// Compiles a function of which a vector has too many elements.
    ///
    /// @param alloc where the memory comes from
    /// @param vector which
    /// @param n elements
    /// @return what the compiler says
    public static Outcome compile(LuaAlloc alloc, Vector vector, int n) {
        try (RealLua lua = RealLua.newState(alloc)) {
            return lua.compile(vector.source(n));
        }
    }

    @Override
    public String title() {
        return "The compiler: six vectors that double, and are cut to size";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "luaM_growvector lmem.h:33, its uses in lcode.c:240, 793, 797 and lparser.c:147, 195, 315; close_func lparser.c:353";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The parts of a function grow while it is read, since nobody knows how long it will be. This is the only use "
                        + "of luaM_growvector. At the end of the function all six are cut to what is in use, and never grow again.");
        page.picture("""
                4 ─► 8 ─► 16 ─► … ─► 1024           end of the function ─► 1000""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("vector", "element", "limit", "grown to", "cut to"));
        for (Vector v : Vector.values()) {
            Growth g = run(SystemAlloc.INSTANCE, v, v == Vector.UPVALUES ? 60 : 1000);
            rows.add(List.of(v.title + ", " + v.place, v.elementSize + " bytes", Integer.toString(v.limit),
                    g.capacities().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                    Integer.toString(g.exact())));
        }
        page.table(rows);
        for (Vector v : List.of(Vector.CONSTANTS, Vector.LOCALS))
            page.result(v.limit + 1 + " " + v.title, compile(SystemAlloc.INSTANCE, v, v.limit + 1).text());
    }

    @Override
    public String remember() {
        return "Doubling is for what is not finished; what is finished gets its exact size. The limits are those of the "
                + "instructions: an index of 18 bits, a short.";
    }

    @Override
    public List<String> errata() {
        return List.of("X04 the texts are given to the error as they are, without the limit.");
    }
}
