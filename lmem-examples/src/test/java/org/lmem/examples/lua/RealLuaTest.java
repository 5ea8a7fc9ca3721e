package org.lmem.examples.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmem.allocators.FailingAllocator;
import org.lmem.allocators.FailingAllocator.Fault;
import org.lmem.allocators.LimitAllocator;
import org.lmem.allocators.PoolAllocator;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.gc.GCOption;

@EnabledIf(value = "org.lmem.examples.lua.RealLua#isAvailable", disabledReason = "no library of Lua 5.1.5 for this platform")
class RealLuaTest {
    private static Outcome run(RealLua lua, String text, String... arguments) {
        return lua.run(Program.of("test.lua", text, arguments));
    }

    @Test
    void newState_has3627Bytes() {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            assertThat(lua.count()).isEqualTo(3627);
            assertThat(lua.figures()).satisfies(figures -> {
                assertThat(figures.totalBytes()).isEqualTo(3627);
                assertThat(figures.threshold()).isEqualTo(14_508);
                assertThat(figures.debt()).isZero();
            });
        }
    }

    @Test
    void newState_refused_isNothing() {
        FailingAllocator failing = new FailingAllocator(SystemAlloc.INSTANCE, Fault.requestsFrom(10));
        assertThat(RealLua.tryNewState(failing)).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> RealLua.newState(failing)).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("lua_newstate returned NULL: not enough memory");
    }

    @Test
    void libraries_areOpened_inProtectedCalls() {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        try (RealLua lua = RealLua.newState(stats)) {
            assertThat(lua.openLibraries()).isEqualTo(new Outcome(Outcome.OK, ""));
            assertThat(lua.evaluate("return table.concat({type(_G), _VERSION, #debug.traceback()>0 and 'debug'}, ' ')"))
                    .isEqualTo(new Outcome(Outcome.OK, "table Lua 5.1 debug"));
        }
        assertThat(stats.snapshot().liveBytes()).isZero();
    }

    @Test
    void libraries_everyRefusalBeforeIo_isAnOutcome() {
        boolean reachedIo = false;
        for (int n = 0; !reachedIo; n++) {
            FailingAllocator failing = new FailingAllocator(SystemAlloc.INSTANCE, Fault.none());
            try (RealLua lua = RealLua.newState(failing)) {
                failing.arm(Fault.request(n));
                assertThat(lua.openLibraries()).isEqualTo(new Outcome(Outcome.ERRMEM, "not enough memory"));
                reachedIo = lua.evaluate("return debug ~= nil").text().equals("true"); // the one before io
                assertThat(reachedIo && n < 100).isFalse();
            }
            assertThat(failing.liveBytes()).isZero();
        }
    }

    @Test
    void librariesUnprotected_areThoseOfC() {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            lua.openLibrariesUnprotected();
            assertThat(lua.count()).isEqualTo(26_597);
            lua.gc(GCOption.COLLECT, 0);
            assertThat(lua.count()).isEqualTo(26_372);
        }
    }

    @ParameterizedTest
    @CsvSource({"'return 1+1', 2", "'return 0.1', 0.1", "'return 2^53', 9.007199254741e+15", "'return -1/4', -0.25",
            "'return nil', nil", "'return true', true", "'return false', false",
            "'return {}', (error object is not a string)",
            "'return ''a\u00e9''', a\u00e9", "'local x = 1', nil"})
    void evaluate_givesTheFirstResultAsText(String source, String text) {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            assertThat(lua.evaluate(source)).isEqualTo(new Outcome(Outcome.OK, text));
        }
    }

    @Test
    void compile_doesNotRun() {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            assertThat(lua.compile("x = 1")).isEqualTo(new Outcome(Outcome.OK, ""));
            assertThat(lua.evaluate("return x")).isEqualTo(new Outcome(Outcome.OK, "nil"));
            assertThat(lua.compile("x =")).isEqualTo(
                    new Outcome(Outcome.ERRSYNTAX, "(compiled):1: unexpected symbol near '<eof>'"));
        }
    }

    @Test
    void run_handsOverArguments() {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            lua.openLibraries();
            assertThat(run(lua, "error(table.concat({arg[0], #arg, ...}, '|'), 0)", "a b", "", "\"\\\n\u00e9").text())
                    .startsWith("test.lua|3|a b||\"\\\n\u00e9\nstack traceback:");
        }
    }

    @Test
    void run_error_hasPlaceAndTraceback() {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            lua.openLibraries();
            assertThat(run(lua, "#!/usr/bin/lua\nlocal function f() error('boom') end\nf()")).isEqualTo(new Outcome(
                    Outcome.ERRRUN, """
                            test.lua:2: boom
                            stack traceback:
                            \t[C]: in function 'error'
                            \ttest.lua:2: in function 'f'
                            \ttest.lua:3: in main chunk"""));
            assertThat(run(lua, "error({})")).isEqualTo(
                    new Outcome(Outcome.ERRRUN, "(error object is not a string)"));
            assertThat(run(lua, "x = = 1")).isEqualTo(
                    new Outcome(Outcome.ERRSYNTAX, "test.lua:1: unexpected symbol near '='"));
        }
    }

    @Test
    void run_withoutMemory_isAnOutcome_andTheStateGoesOn() {
        LimitAllocator limit = new LimitAllocator(SystemAlloc.INSTANCE, 1 << 20);
        try (RealLua lua = RealLua.newState(limit)) {
            lua.openLibraries();
            assertThat(run(lua, "local s = 'x' while true do s = s .. s end"))
                    .isEqualTo(new Outcome(Outcome.ERRMEM, "not enough memory"));
            assertThat(run(lua, "local t = {} for i = 1, 1e9 do t[i] = {} end"))
                    .isEqualTo(new Outcome(Outcome.ERRMEM, "not enough memory"));
            lua.gc(GCOption.COLLECT, 0); // 5.1.5 does not do so by itself
            assertThat(lua.evaluate("return 'still here'").text()).isEqualTo("still here");
        }
    }

    @Test
    void interrupt_endsAProgramThatWouldNot() {
        RealLua[] lua = new RealLua[1];
        LuaAlloc interrupting = (block, osize, nsize) -> {
            if (nsize == 54_321 + 24 + 1) // the string below
                Thread.ofPlatform().start(lua[0]::interrupt);
            return SystemAlloc.INSTANCE.realloc(block, osize, nsize);
        };
        try (RealLua state = RealLua.newState(interrupting)) {
            lua[0] = state;
            state.openLibraries();
            assertThat(run(state,
                    "local s = string.rep('x', 54321) while true do pcall(function() while true do end end) end"))
                    .isEqualTo(new Outcome(Outcome.ERRRUN, "interrupted!"));
            assertThat(state.evaluate("return 'goes on'").text()).isEqualTo("goes on");
        }
    }

    @Test
    void collectSoon_worksInsideTheAllocator() {
        RealLua[] lua = new RealLua[1];
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        LuaAlloc soft = (block, osize, nsize) -> {
            if (lua[0] != null && nsize > osize && stats.snapshot().liveBytes() > 200_000)
                lua[0].collectSoon();
            return stats.realloc(block, osize, nsize);
        };
        try (RealLua state = RealLua.newState(soft)) {
            state.openLibraries();
            state.gc(GCOption.SETPAUSE, 100_000); // by itself it would not collect again
            state.gc(GCOption.COLLECT, 0);
            lua[0] = state;
            assertThat(state.evaluate("for i = 1, 1e5 do local t = {} end").isOk()).isTrue();
            assertThat(stats.snapshot().peakBytes()).isLessThan(300_000);
        }
    }

    @Test
    void states_ofItsOwn_haveNoExport() {
        try (RealLua lua = RealLua.newStateOfItsOwn()) {
            assertThat(lua.export()).isEmpty();
            assertThat(lua.count()).isEqualTo(3627);
        }
    }

    @Test
    void state_afterClose_isRefused() {
        RealLua lua = RealLua.newState(SystemAlloc.INSTANCE);
        lua.close();
        lua.close();
        lua.interrupt();
        assertThatThrownBy(lua::count).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the state is closed");
        assertThat(lua).hasToString("RealLua[closed]");
    }

    @Test
    void state_fromAnotherThread_isRefused() throws InterruptedException {
        try (RealLua lua = RealLua.newState(SystemAlloc.INSTANCE)) {
            Throwable[] thrown = new Throwable[1];
            Thread other = Thread.ofPlatform().name("other").start(() -> {
                try {
                    lua.count();
                } catch (WrongThreadException e) {
                    thrown[0] = e;
                }
            });
            other.join();
            assertThat(thrown[0]).hasMessage("a state belongs to one thread: owner="
                    + Thread.currentThread().getName() + ", caller=other");
        }
    }

    @Test
    void pool_servesAProgram_andIsEmptyAfterIt() throws IOException {
        try (PoolAllocator pool = new PoolAllocator()) {
            try (RealLua lua = RealLua.newState(pool)) {
                lua.openLibraries();
                assertThat(run(lua, "local n = 0 for i = 1, 100 do n = n + i end assert(n == 5050)").isOk()).isTrue();
                assertThat(pool.liveBytes()).isEqualTo(lua.count());
            }
            assertThat(pool.liveBytes()).isZero();
        }
    }

    @Test
    void program_isReadFromItsFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("p.lua"), "#!lua\nreturn 1");
        Program program = Program.read(file, List.of("x"));
        assertThat(new String(program.source())).isEqualTo("     \nreturn 1");
        assertThat(program.name()).isEqualTo(file.toString());
        assertThat(program).hasToString("Program[" + file + ", 14 bytes, arguments=[x]]");
    }

    @ParameterizedTest
    @CsvSource({"Linux, amd64, liblua5164.so", "Linux, aarch64, liblua51arm64.so",
            "Mac OS X, aarch64, liblua51arm64.dylib",
            "Mac OS X, x86_64, liblua5164.dylib", "Windows 11, amd64, lua5164.dll",
            "Windows 11, aarch64, lua51arm64.dll",
            "AIX, amd64,", "Linux, riscv64,"})
    void library_isChosenByPlatform(String os, String arch, String file) {
        assertThat(LuaLibrary.fileName(os, arch)).isEqualTo(Optional.ofNullable(file));
    }
}
