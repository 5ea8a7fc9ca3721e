package org.lmem.examples.links;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.LuaBuffer;
import org.lmem.gc.LuaState;

/// L05: what the calls of the C API ask for.
public final class L05ApiCalls implements Example {
    /// A call of the API.
    ///
    /// @param name in C
    /// @param call in Java, on a state with `"text"` and a table on its stack
    record Call(String name, Consumer<LuaState> call) {}

    // @start region="code"
    private static final List<Call> CALLS = List.of(
            new Call("lua_pushnumber(L, 42)", lua -> lua.pushNumber(42)),
            new Call("lua_pushstring(L, \"text\"), again", lua -> lua.pushString("text")),
            new Call("lua_pushstring(L, \"other text\")", lua -> lua.pushString("other text")),
            new Call("lua_tostring of a number", lua -> {
                lua.pushNumber(0.125);
                lua.toString(-1); // turns the number into a string, in place
            }),
            new Call("lua_newtable(L)", LuaState::newTable),
            new Call("lua_createtable(L, 100, 8)", lua -> lua.createTable(100, 8)),
            new Call("lua_newuserdata(L, 100)", lua -> lua.newUserdata(100)),
            new Call("lua_pushcclosure(L, f, 3)", lua -> {
                lua.setTop(5); // three values more
                lua.pushCClosure(state -> 0, 3);
            }),
            new Call("lua_concat(L, 2)", lua -> {
                lua.pushValue(1);
                lua.pushValue(1);
                lua.concat(2);
            }),
            new Call("luaL_Buffer, 5000 characters", lua -> {
                LuaBuffer buffer = lua.buffer();
                for (int i = 0; i < 5000; i++)
                    buffer.addChar('x');
                buffer.pushResult();
            }),
            new Call("lua_settop(L, 0)", lua -> lua.setTop(0)));
    // @end

    /// What a call asked for.
    ///
    /// @param name of the call, in C
    /// @param requests in order, without addresses
    /// @param bytes more than before
    public record Cost(String name, List<String> requests, long bytes) {}

    /// Makes each call on a fresh state with `"text"` and a table on its stack.
    ///
    /// @param alloc where the memory comes from
    /// @return what each asked for
    public static List<Cost> run(LuaAlloc alloc) {
        return CALLS.stream().map(call -> cost(alloc, call)).toList();
    }

    private static Cost cost(LuaAlloc alloc, Call call) {
        try (Parts parts = new Parts(alloc)) {
            parts.state.pushString("text");
            parts.state.newTable();
            List<Request> requests = parts.requestsOf(() -> call.call().accept(parts.state));
            return new Cost(call.name(), requests.stream().map(Request::shape).toList(), Parts.bytes(requests));
        }
    }

    @Override
    public String title() {
        return "The C API: which calls take memory";
    }

    @Override
    public Chapter chapter() {
        return Chapter.LINKS;
    }

    @Override
    public String lookAt() {
        return "lua_createtable lapi.c:575, lua_newuserdata lapi.c:1025, lua_pushcclosure lapi.c:486, luaL_addlstring lauxlib.c:430";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Values that fit in a slot of the stack cost nothing: numbers, booleans, nil, light userdata, strings that are "
                        + "there already. Everything else is one block, a table up to three. None of these calls frees anything; a "
                        + "value that was popped is freed by the collector, when it comes to it.");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("call", "bytes", "requests"));
        for (Cost cost : run(SystemAlloc.INSTANCE))
            rows.add(Arrays.asList(cost.name(), Long.toString(cost.bytes()), String.join(" ", cost.requests())));
        page.table(rows);
    }

    @Override
    public String remember() {
        return "The API asks for memory only where an object is made. (NULL, 0, 0) is a request for a vector without elements: "
                + "the allocator answers NULL, and nothing has happened.";
    }

    @Override
    public List<String> errata() {
        return List
                .of("X15 a request (NULL, 0, 0) is called a query. It is what Lua makes for a vector without elements, "
                        + "and it asks for nothing.");
    }
}
