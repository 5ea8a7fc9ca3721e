package org.lmem.examples.links;

import java.util.List;
import java.util.Objects;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// L04: what a coroutine costs, and how it is got rid of.
public final class L04CoroutineMemory implements Example {
    private static final int COROUTINES = 1000;
    private static final int DEPTH = 150;

    /// What came out.
    ///
    /// @param one what the first coroutine asked for
    /// @param bytes of a thousand of them
    /// @param deep bytes that one of them took in addition for nested calls
    /// @param collected bytes that were left of all that when they were dropped and collected
    public record Outcome(List<String> one, long bytes, long deep, long collected) {}

    /// Makes coroutines, lets one of them call itself, and drops them.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    public static Outcome run(LuaAlloc alloc) {
        try (Parts parts = new Parts(alloc)) {
            LuaState lua = parts.state;
            long before = lua.memory().totalBytes();
            // @start region="code"
            lua.createTable(COROUTINES, 0); // keeps them
            long table = lua.memory().totalBytes();
            List<Request> one = parts.requestsOf(lua::newThread);
            lua.rawSetI(1, 1);
            for (int i = 2; i <= COROUTINES; i++) {
                lua.newThread();
                lua.rawSetI(1, i);
            }
            long all = lua.memory().totalBytes();
            lua.rawGetI(1, 1);
            descend(Objects.requireNonNull(lua.toThread(-1)), DEPTH); // calls within calls, in this coroutine alone
            long deep = lua.memory().totalBytes();
            lua.setTop(0); // with the table go the coroutines
            lua.gc(GCOption.COLLECT, 0);
            // @end
            return new Outcome(one.stream().map(Request::shape).toList(), all - table, deep - all,
                    lua.memory().totalBytes() - before);
        }
    }

    private static void descend(LuaState thread, int depth) {
        thread.pushCFunction(L04CoroutineMemory::level);
        thread.pushInteger(depth);
        thread.call(1, 0);
    }

    private static int level(LuaState thread) {
        long depth = thread.toInteger(1);
        if (depth > 1)
            descend(thread, (int) depth - 1);
        return 0;
    }

    @Override
    public String title() {
        return "Coroutines: a state, a stack, a list of calls";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "luaE_newthread lstate.c:119, stack_init lstate.c:42, luaE_freethread lstate.c:134, growCI ldo.c:169";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "A coroutine has a stack of its own, so that it can stop in the middle of a call. That makes three blocks: the "
                        + "thread, room for 8 calls, and a stack of 45 slots. Each coroutine grows them for itself, and the "
                        + "collector shrinks them or frees all three.");
        page.picture("""
                thread, 184 bytes ─ base_ci ─► │ call │ call │ … 8 of 40 bytes   = 320
                                  └ stack ───► │ v │ v │ v │ … 45 of 16 bytes   = 720""");
        page.code(code());
        Outcome o = run(SystemAlloc.INSTANCE);
        page.result("one coroutine asks for", o.one());
        page.result("bytes of " + COROUTINES + " coroutines", o.bytes());
        page.result("bytes that one of them takes for " + DEPTH + " nested calls", o.deep());
        page.result("bytes left when all are dropped and collected", o.collected());
    }

    @Override
    public String remember() {
        return "A coroutine costs 1,224 bytes in three blocks before it has run. Lua has no pool of them: who makes thousands "
                + "pays three requests each, and three frees.";
    }
}
