package org.lmem.allocators;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One line of a histogram of sizes: how many blocks were given a size between two bounds, and how many still have it.
///
/// A block that is resized leaves its old size and is given its new one.
///
/// @param from the smallest size in bytes
/// @param to the largest size in bytes
/// @param given how many times a block got such a size
/// @param live how many blocks have it now
public record SizeClass(long from, long to, long given, long live) {
    /// Sizes up to this one are told apart.
    static final int EXACT = 1024;
    /// How many classes a full histogram has: one for each size up to [#EXACT], then one for each power of two to 2^63.
    static final int CELLS = EXACT + 1 + 63 - 10;

    // sizeof in Lua 5.1.5 on a 64-bit system; of a closure, with no upvalue or with one
    private static final Map<Long, String> LUA_NAMES = Map.ofEntries(Map.entry(16L, "TValue, LocVar"),
            Map.entry(40L, "Node, UpVal, CallInfo, Udata, closure"), Map.entry(48L, "LClosure"),
            Map.entry(56L, "CClosure"), Map.entry(64L, "Table"), Map.entry(120L, "Proto"),
            Map.entry(184L, "lua_State"), Map.entry(616L, "LG"));

    /// The class of a size in a full histogram.
    ///
    /// @param size bytes, above 0
    static int cell(long size) {
        return size <= EXACT ? (int) size : EXACT - 10 + Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    }

    static SizeClass of(int cell, long given, long released) {
        return cell <= EXACT
                ? new SizeClass(cell, cell, given, given - released)
                : new SizeClass((1L << (cell - EXACT + 9)) + 1, upTo(cell - EXACT + 10), given, given - released);
    }

    private static long upTo(int power) {
        return power == 63 ? Long.MAX_VALUE : 1L << power;
    }

    /// The exponent of the power of two up to which a class goes.
    int powerOfTwo() {
        return Long.SIZE - Long.numberOfLeadingZeros(to - 1);
    }

    static SizeClass merged(int power, List<SizeClass> classes) {
        long from = power == 0 ? 1 : (1L << (power - 1)) + 1;
        return new SizeClass(from, upTo(power), classes.stream().mapToLong(SizeClass::given).sum(),
                classes.stream().mapToLong(SizeClass::live).sum());
    }

    static List<SizeClass> diff(List<SizeClass> later, List<SizeClass> earlier) {
        TreeMap<Long, SizeClass> before = new TreeMap<>();
        earlier.forEach(size -> before.put(size.from, size));
        return later.stream().map(size -> size.minus(before.get(size.from))).filter(SizeClass::isSomething).toList();
    }

    private SizeClass minus(@Nullable SizeClass earlier) {
        return earlier == null ? this : new SizeClass(from, to, given - earlier.given, live - earlier.live);
    }

    private boolean isSomething() {
        return given != 0 || live != 0;
    }

    /// The structures of Lua 5.1.5 that have exactly this size on a 64-bit system.
    ///
    /// @return their names, empty where there is none
    public String luaName() {
        return from == to ? Objects.requireNonNullElse(LUA_NAMES.get(from), "") : "";
    }

    /// This line as a JSON object.
    ///
    /// @return `{"from":33,"to":64,"given":7,"live":2}`, with a `luaName` where there is one
    public String toJson() {
        String name = luaName().isEmpty() ? "" : ",\"luaName\":\"" + luaName() + "\"";
        return "{\"from\":" + from + ",\"to\":" + to + ",\"given\":" + given + ",\"live\":" + live + name + "}";
    }
}
