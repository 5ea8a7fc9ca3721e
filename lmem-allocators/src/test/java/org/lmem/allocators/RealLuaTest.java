package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// The real Lua 5.1.5, in C, on every allocator of this module.
class RealLuaTest {
    /// A script, and the text that it returns on any sound allocator.
    private record Script(String name, String source, String result) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Script> SCRIPTS = List.of(
            new Script("numbers", "local s = 0 for i = 1, 100 do s = s + i end return s", "5050"),
            new Script("tables", """
                    local t = {}
                    for i = 1, 5000 do t[i] = {i, tostring(i)} end
                    local s = 0
                    for i = 1, 5000 do s = s + t[i][1] + #t[i][2] end
                    for i = 1, 5000, 2 do t[i] = nil end
                    collectgarbage()
                    for i = 2, 5000, 2 do s = s + t[i][1] end
                    return s""", "18773893"),
            new Script("strings", """
                    local s = ''
                    for i = 1, 500 do s = s .. i .. ',' end
                    local parts = {}
                    for n in s:gmatch('%d+') do parts[#parts + 1] = n end
                    return table.concat(parts, '+'):rep(20):len() .. ' ' .. s:upper():sub(-8)""", "37820 499,500,"),
            new Script("coroutines", """
                    local sum = 0
                    for i = 1, 200 do
                      local co = coroutine.wrap(function(n) for j = 1, n do coroutine.yield(j) end return 0 end)
                      for _ = 1, 10 do sum = sum + co(20) end
                    end
                    return sum""", "11000"),
            new Script("closures and errors", """
                    local function deep(n) if n == 0 then error('bottom', 0) end return 1 + deep(n - 1) end
                    local seen = {}
                    for i = 1, 50 do seen[#seen + 1] = select(2, pcall(deep, i * 20)) end
                    return #seen .. ' ' .. seen[50]""", "50 bottom"),
            new Script("weak tables and finalisers", """
                    local gone = 0
                    for i = 1, 300 do getmetatable(newproxy(true)).__gc = function() gone = gone + 1 end end
                    local weak = setmetatable({}, {__mode = 'kv'})
                    for i = 1, 300 do weak[{}] = {} end
                    collectgarbage() collectgarbage()
                    return gone .. ' ' .. tostring(next(weak))""", "300 nil"),
            new Script("compiler", """
                    local sum = loadstring('return ' .. ('1+'):rep(3000) .. '1')()
                    local source = ('local a = {1, 2, "x"} '):rep(150) .. 'return a[3]'
                    return sum .. ' ' .. loadstring(string.dump(loadstring(source)))()""", "3001 x"));

    /// Every allocator, over the C library where it needs another one.
    private static Stream<Arguments> allocators() {
        return Stream.of(allocator("System", system -> system), allocator("Stats", StatsAllocator::new),
                allocator("Recorder", TraceRecorder::new),
                allocator("Pool", system -> new PoolAllocator()),
                allocator("Region", system -> new RegionAllocator(8 << 20)),
                allocator("MemoryPool", system -> new MemoryPool(system, 10_000)),
                allocator("Limit", system -> new LimitAllocator(system, 64 << 20)),
                allocator("Failing", system -> new FailingAllocator(system, FailingAllocator.Fault.none())),
                allocator("Debug", DebugAllocator::new),
                allocator("Debug, sampled", system -> new DebugAllocator(system, DebugOptions.SAMPLED)),
                allocator("Debug, off", system -> new DebugAllocator(system, DebugOptions.OFF)),
                allocator("Debug over Stats over Pool",
                        system -> new DebugAllocator(new StatsAllocator(new PoolAllocator()))));
    }

    private static Arguments allocator(String name, Function<LuaAlloc, LuaAlloc> over) {
        return Arguments.argumentSet(name, over);
    }

    @BeforeAll
    static void assumeLua() {
        RealLua.assumeAvailable();
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void scripts_giveTheirResultAndLeaveNothing(Function<LuaAlloc, LuaAlloc> over) throws Exception {
        StatsAllocator below = new StatsAllocator(SystemAlloc.INSTANCE);
        LuaAlloc allocator = over.apply(below);
        StatsAllocator stats = new StatsAllocator(allocator);
        try (RealLua lua = RealLua.withLibraries(stats)) {
            for (Script script : SCRIPTS) {
                assertThat(lua.run(script.source)).as(script.name).isEqualTo(new RealLua.Outcome(0, script.result));
                assertThat(stats.snapshot().liveBytes()).as(script.name).isEqualTo(lua.count());
            }
        }
        assertThat(stats.snapshot().liveBytes()).isZero();
        assertThat(stats.snapshot().liveBlocks()).isZero();
        assertThat(stats.snapshot().failures()).isZero();
        if (allocator instanceof AutoCloseable closeable)
            closeable.close();
        assertThat(below.snapshot().liveBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("allocators")
    void newState_makes52CallsAndLeaves3627Bytes(Function<LuaAlloc, LuaAlloc> over) throws Exception {
        LuaAlloc allocator = over.apply(SystemAlloc.INSTANCE);
        StatsAllocator stats = new StatsAllocator(allocator);
        try (RealLua lua = RealLua.newState(stats)) {
            assertThat(stats.snapshot())
                    .returns(52L, StatsAllocator.Snapshot::requests)
                    .returns(48L, StatsAllocator.Snapshot::allocations)
                    .returns(1L, StatsAllocator.Snapshot::frees)
                    .returns(3L, StatsAllocator.Snapshot::noops)
                    .returns(3627L, StatsAllocator.Snapshot::liveBytes)
                    .returns(47L, StatsAllocator.Snapshot::liveBlocks)
                    .returns(3692L, StatsAllocator.Snapshot::peakBytes);
            assertThat(lua.count()).isEqualTo(3627);
        }
        assertThat(stats.snapshot().liveBytes()).isZero();
        if (allocator instanceof AutoCloseable closeable)
            closeable.close();
    }

    @Test
    void newState_withoutMemoryLeavesNothing() {
        for (int n = 0; n < 48; n++) {
            int allowed = n;
            StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
            LuaAlloc failing = (block, osize, nsize) -> block == 0 && nsize != 0
                    && stats.snapshot().allocations() == allowed ? 0 : stats.realloc(block, osize, nsize);
            assertThat(RealLua.tryNewState(failing)).as("allowed=%d", n).isEmpty();
            assertThat(stats.snapshot().liveBytes()).as("allowed=%d", n).isZero();
        }
    }

    @Test
    void limit_failsTheScriptAndTheStateGoesOn() {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        LimitAllocator limited = new LimitAllocator(stats, 200_000);
        try (RealLua lua = RealLua.withLibraries(limited)) {
            assertThat(lua.run("local t = {} for i = 1, 1e9 do t[i] = {} end"))
                    .isEqualTo(new RealLua.Outcome(RealLua.ERRMEM, "not enough memory"));
            assertThat(lua.run("return ('x'):rep(1e9)"))
                    .isEqualTo(new RealLua.Outcome(RealLua.ERRMEM, "not enough memory"));
            assertThat(limited.refusals()).isEqualTo(2);
            lua.collect();
            assertThat(lua.run("return ('ok'):rep(3)")).isEqualTo(new RealLua.Outcome(RealLua.OK, "okokok"));
            assertThat(stats.snapshot().peakBytes()).isLessThanOrEqualTo(200_000);
            assertThat(lua.count()).isEqualTo(stats.snapshot().liveBytes());
        }
        assertThat(stats.snapshot().liveBytes()).isZero();
    }

    @Test
    void exception_isNotEnoughMemoryForTheScriptAndKeptForTheCaller() {
        IllegalArgumentException bug = new IllegalArgumentException("a bug in the allocator");
        LuaAlloc allocator = (block, osize, nsize) -> {
            if (nsize > 100_000)
                throw bug;
            return SystemAlloc.INSTANCE.realloc(block, osize, nsize);
        };
        try (RealLua lua = RealLua.withLibraries(allocator)) {
            assertThat(lua.run("return #('x'):rep(1e6)"))
                    .isEqualTo(new RealLua.Outcome(RealLua.ERRMEM, "not enough memory"));
            assertThat(lua.export().failure()).isSameAs(bug);
            assertThat(lua.run("return 'the state goes on'"))
                    .isEqualTo(new RealLua.Outcome(RealLua.OK, "the state goes on"));
            assertThatIllegalStateException().isThrownBy(lua.export()::throwFailure)
                    .withCause(bug);
        }
    }

    @Test
    void overrunInC_isFoundWhenLuaFreesTheBlock() {
        DebugAllocator debug = new DebugAllocator(SystemAlloc.INSTANCE);
        RealLua lua = RealLua.newState(debug);
        BlockInfo victim = debug.report().blocks().getLast();
        long behind = victim.address() + victim.size();
        RawMemory.putByte(behind, (byte) ~RawMemory.getByte(behind)); // guards follow from addresses: any byte may be one
        assertThatIllegalStateException().isThrownBy(lua::close)
                .withMessage("the allocator threw while C called it: failures=1")
                .withCauseInstanceOf(BlockFaultException.class)
                .satisfies(e -> assertThat(e.getCause()).hasMessageStartingWith(
                        "bytes after a block were overwritten: block=0x" + Long.toHexString(victim.address())));
        DebugReport last = debug.close(DebugAllocator.Leftover.RELEASE);
        assertThat(last.leaks()).as("the free was not carried out").extracting(BlockInfo::address)
                .containsExactly(victim.address());
    }
}
