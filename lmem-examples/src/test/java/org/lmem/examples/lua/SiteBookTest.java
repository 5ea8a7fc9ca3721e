package org.lmem.examples.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lmem.core.LuaAlloc.NULL;

import java.lang.foreign.MemoryLayout.PathElement;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.lmem.allocators.FailingAllocator;
import org.lmem.allocators.FailingAllocator.Fault;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.lua.SiteBook.Site;

/// Which line asked for what.
class SiteBookTest {
    @Nested
    class Books {
        private final SiteBook book = new SiteBook(SystemAlloc.INSTANCE);

        @Test
        void block_belongsToTheLineThatMadeIt_growthIsAllocatedByItsOwn() {
            book.watch(() -> "a:1");
            long block = book.realloc(NULL, 0, 100);
            book.watch(() -> "a:2");
            block = book.realloc(block, 100, 150);
            book.watch(() -> "a:3");
            block = book.realloc(block, 150, 50);
            assertThat(book.sites()).containsExactly(new Site("a:1", 1, 100, 1, 50), new Site("a:2", 0, 50, 0, 0));
            book.realloc(block, 50, 0);
            assertThat(book.sites()).containsExactly(new Site("a:1", 1, 100, 0, 0), new Site("a:2", 0, 50, 0, 0));
        }

        @Test
        void refusedRequest_isNotBooked() {
            SiteBook failing = new SiteBook(new FailingAllocator(SystemAlloc.INSTANCE, Fault.requestsFrom(0)));
            assertThat(failing.realloc(NULL, 0, 100)).isEqualTo(NULL);
            assertThat(failing.sites()).isEmpty();
        }

        @Test
        void requestForNothing_isNotBooked() {
            book.realloc(NULL, 0, 0);
            assertThat(book.sites()).isEmpty();
        }
    }

    @Nested
    @EnabledIf(value = "org.lmem.examples.lua.RealLua#isAvailable", disabledReason = "no library of Lua 5.1.5 for this platform")
    class Lines {
        private Map<String, Site> run(String source) {
            SiteBook book = new SiteBook(SystemAlloc.INSTANCE);
            List<Site> sites;
            try (RealLua lua = RealLua.newState(book)) {
                assertThat(lua.openLibraries().isOk()).isTrue();
                lua.gc(org.lmem.gc.GCOption.STOP, 0);
                book.watch(lua.watchLines());
                assertThat(lua.run(Program.of("s.lua", source)).isOk()).isTrue();
                sites = book.sites();
            }
            assertThat(book.sites()).allSatisfy(site -> assertThat(site.liveBlocks()).isZero());
            return sites.stream().collect(Collectors.toMap(Site::where, Function.identity()));
        }

        @Test
        void table_belongsToItsLine() {
            assertThat(run("local x = 1\nlocal t = {}\nlocal u = {}")).containsEntry("s.lua:2",
                    new Site("s.lua:2", 1, 64, 1, 64)).containsEntry("s.lua:3", new Site("s.lua:3", 1, 64, 1, 64));
        }

        @Test
        void afterACall_theCallersLineGoesOn() {
            assertThat(run("""
                    local function one()
                      return 1
                    end
                    local t = {one(), {}}
                    """)).hasEntrySatisfying("s.lua:4", site -> assertThat(site.allocations()).isEqualTo(3))
                    .doesNotContainKey("s.lua:2");
        }

        @Test
        void functionInC_isItsCallersLine() {
            assertThat(run("local x\nx = string.rep('ab', 5000)")).hasEntrySatisfying("s.lua:2",
                    site -> assertThat(site.liveBytes()).isGreaterThan(10_000));
        }

        @Test
        void coroutine_hasLinesOfItsOwn() {
            assertThat(run("""
                    local co = coroutine.create(function()
                      local a = {}
                      coroutine.yield()
                      local b = {}
                    end)
                    coroutine.resume(co)
                    local c = {}
                    coroutine.resume(co)
                    local d = {} local e = {}
                    """)).containsEntry("s.lua:2", new Site("s.lua:2", 1, 64, 1, 64))
                    .containsEntry("s.lua:4", new Site("s.lua:4", 1, 64, 1, 64))
                    .containsEntry("s.lua:7", new Site("s.lua:7", 1, 64, 1, 64))
                    .containsEntry("s.lua:9", new Site("s.lua:9", 2, 128, 2, 128));
        }

        @Test
        void longNameOfASource_isShortened_andEachIsToldApart() {
            assertThat(run("""
                    local f = loadstring("return {}", "=" .. string.rep("x", 100))
                    local g = loadstring("return {}", "=other")
                    keep = {f(), g()}
                    """)).containsKeys("x".repeat(59) + ":1", "other:1");
        }
    }

    @Test
    void layoutOfTheRecord_isThatOfC() {
        assertThat(LineHook.LUA_DEBUG.byteSize()).isEqualTo(120);
        assertThat(LineHook.LUA_DEBUG.byteOffset(PathElement.groupElement("currentline"))).isEqualTo(40);
        assertThat(LineHook.LUA_DEBUG.byteOffset(PathElement.groupElement("short_src"))).isEqualTo(56);
    }
}
