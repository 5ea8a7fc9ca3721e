package org.lmem.examples.tuning;

import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// E40: the buffer that a state keeps for putting strings together.
public final class E40BufferPreallocation implements Example {
    /// What a concatenation asked for its buffer.
    ///
    /// @param length of the result
    /// @param requests about the buffer, without addresses
    /// @param bytes of the buffer afterwards
    public record Use(int length, List<String> requests, long bytes) {}

    /// Puts strings together that are 10, 1024 and again 10 bytes long, then collects.
    ///
    /// @param alloc where the memory comes from
    /// @return each use, and last what the collection made of the buffer
    public static List<Use> run(LuaAlloc alloc) {
        RequestLog log = new RequestLog(alloc);
        List<Use> uses = new ArrayList<>();
        try (LuaState lua = LuaState.newState(log)) {
            lua.gc(GCOption.STOP, 0);
            // @start region="code"
            for (int length : new int[]{10, 1024, 10}) {
                lua.pushString("x".repeat(length / 2)); // both halves are there before it is watched
                lua.pushString("y".repeat(length - length / 2 - uses.size()) + "z".repeat(uses.size()));
                int before = log.requests().size();
                lua.concat(2);
                uses.add(use(length, log.requests().subList(before, log.requests().size()), uses));
            }
            int before = log.requests().size();
            lua.gc(GCOption.COLLECT, 0);
            // @end
            uses.add(use(0, log.requests().subList(before, log.requests().size()), uses));
        }
        return uses;
    }

    /// The requests about the buffer: it is resized, or the first thing that is obtained.
    private static Use use(int length, List<Request> requests, List<Use> before) {
        long bytes = before.isEmpty() ? 0 : before.getLast().bytes();
        List<String> shapes = new ArrayList<>();
        for (Request r : requests) {
            if (r.osize() != bytes || r.nsize() == 0 || (bytes == 0 && !shapes.isEmpty()))
                continue;
            shapes.add(r.shape());
            bytes = r.nsize();
        }
        return new Use(length, shapes, bytes);
    }

    @Override
    public String title() {
        return "A buffer that is large enough already";
    }

    @Override
    public Chapter chapter() {
        return Chapter.TUNING;
    }

    @Override
    public String lookAt() {
        return "luaZ_openspace lzio.c:77, LUA_MINBUFFER llimits.h:102, luaV_concat lvm.c:278, checkSizes "
                + "lgc.c:431";
    }

    @Override
    public void tell(Page page) {
        page.text("To put strings together, a state writes them one behind the other into a buffer, and makes a "
                + "string of that. The buffer stays for the next time, as large as it was needed: a program that "
                + "reserves 1024 bytes once does not ask again below that.");
        page.picture("""
                g->buff  │ buffer, 32 bytes at least │ ──► the result is a string of its own, made from it""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("length of the result", "bytes of the buffer", "asked for it"));
        for (Use u : run(SystemAlloc.INSTANCE))
            rows.add(List.of(u.length() == 0 ? "(a full collection)" : Integer.toString(u.length()),
                    Long.toString(u.bytes()),
                    u.requests().isEmpty() ? "nothing" : String.join(" ", u.requests())));
        page.table(rows);
        page.text("The lexer has a buffer of its own, which starts at 32 bytes, doubles, and is freed when the "
                + "source is read.");
    }

    @Override
    public String remember() {
        return "A buffer that is kept pays for its growth once; who keeps it has to make it smaller again, "
                + "which the collector does here.";
    }

    @Override
    public List<String> errata() {
        return List.of("X45 the buffer in its code is not declared, and never freed.");
    }
}
