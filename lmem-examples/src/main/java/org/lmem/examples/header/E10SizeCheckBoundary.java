package org.lmem.examples.header;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.lmem.examples.page.LuaLayouts.NODE;
import static org.lmem.examples.page.LuaLayouts.TSTRING;
import static org.lmem.examples.page.LuaLayouts.TVALUE;

import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaStatus;
import org.lmem.core.Semantics;
import org.lmem.examples.page.Attempt;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.Refusals;
import org.lmem.examples.page.RequestLog;

/// E10: where exactly the size check draws its line, and the one count that slips through.
public final class E10SizeCheckBoundary implements Example {
    private static final Map<String, MemoryLayout> ELEMENTS = elements();

    /// How a request for `n` elements ended.
    ///
    /// @param attempt the status and the message
    /// @param requests that reached the allocator
    public record Asked(Attempt attempt, List<String> requests) {}

    /// Asks for a vector of an allocator that has no memory: status 4 means that the size was computed.
    ///
    /// @param n elements, unsigned
    /// @param elementSize bytes of one
    /// @param semantics of the memory manager
    /// @return how it ended
    public static Asked ask(long n, long elementSize, Semantics semantics) {
        RequestLog log = new RequestLog(Refusals.always());
        try (LuaMemory memory = new LuaMemory(log, semantics)) {
            Attempt attempt = Attempt.of(() -> memory.reallocv(LuaAlloc.NULL, 0, n, elementSize));
            return new Asked(attempt, log.shapes());
        }
    }

    /// Searches the largest count whose size is computed.
    ///
    /// @param elementSize bytes of an element
    /// @return elements, unsigned
    public static long largestCount(long elementSize) {
        // @start region="code"
        long computed = 1; // a count that passes
        long rejected = -2; // 2^64 - 2, a count that does not
        while (Long.compareUnsigned(rejected - computed, 1) > 0) {
            long n = computed + ((rejected - computed) >>> 1);
            if (ask(n, elementSize, Semantics.LUA_5_1).attempt().status() == LuaStatus.ERRMEM)
                computed = n; // the allocator was asked for n × elementSize bytes
            else
                rejected = n; // block too big
        }
        return computed;
        // @end
    }

    private static Map<String, MemoryLayout> elements() {
        Map<String, MemoryLayout> elements = new LinkedHashMap<>();
        elements.put("byte", JAVA_BYTE);
        elements.put("int", JAVA_INT);
        elements.put("pointer", JAVA_LONG);
        elements.put("TValue", TVALUE);
        elements.put("TString", TSTRING);
        elements.put("Node", NODE);
        return elements;
    }

    @Override
    public String title() {
        return "The size check again: where its line is";
    }

    @Override
    public Chapter chapter() {
        return Chapter.HEADER;
    }

    @Override
    public String lookAt() {
        return "luaM_reallocv lmem.h:19";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "The macro compares n + 1 with the largest size over the size of an element. The 1 is there to please a "
                        + "compiler, and costs one element at the top. Searched by halving, with an allocator that always says no "
                        + "(an error of status 4 then means: the size was computed):");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("element", "bytes", "largest count", "that many bytes"));
        ELEMENTS.forEach((name, layout) -> {
            long n = largestCount(layout.byteSize());
            rows.add(List.of(name, "" + layout.byteSize(), Long.toUnsignedString(n),
                    Long.toUnsignedString(n * layout.byteSize())));
        });
        page.table(rows);
        page.text(
                "Most counts in Lua are ints, and these are far beyond any int: for an honest count the check can never "
                        + "fail on a 64-bit system. It guards against counts that went wrong, and there it has a hole. Minus one "
                        + "plus one is nothing, nothing is small enough, and off goes a request for almost 2^64 bytes:");
        long size = JAVA_INT.byteSize();
        for (long n : new long[]{0, -1, -2}) {
            Asked asked = ask(n, size, Semantics.LUA_5_1);
            page.result("n = " + n + ", in 5.1.5",
                    "status " + asked.attempt().status().code() + " " + asked.requests());
        }
        Asked safe = ask(-1, size, Semantics.SAFE);
        page.result("n = -1, in safe semantics", "status " + safe.attempt().status().code() + " " + safe.requests());
        page.text("What is no product is not checked at all: luaM_malloc passes any size on.");
        page.result("luaM_malloc(-1)", mallocUnchecked().requests());
    }

    /// Asks for 2^64 − 1 bytes: a size, no product.
    ///
    /// @return how it ended
    static Asked mallocUnchecked() {
        RequestLog log = new RequestLog(Refusals.always());
        try (LuaMemory memory = new LuaMemory(log)) {
            return new Asked(Attempt.of(() -> memory.malloc(-1)), log.shapes());
        }
    }

    @Override
    public String remember() {
        return "The largest count is MAX_SIZET / e - 1. A count of -1 is not rejected but refused, by the allocator; do not "
                + "rely on the check to find a negative count (Semantics.SAFE does).";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X07 it says that the + 1 handles a count of 0. A count of 0 would pass without; the + 1 only lowers the "
                        + "largest count by one.",
                "X08 it says that the macro prevents overflow. For -1 it does not, and for a positive int there is nothing "
                        + "to prevent.",
                "X14 it has the single entry check for overflow. The entry checks nothing; this macro does, and strings "
                        + "and userdata have tests of their own (lstring.c:54, 98).");
    }
}
