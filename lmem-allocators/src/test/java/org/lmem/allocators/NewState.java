package org.lmem.allocators;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringTokenizer;
import org.lmem.core.LuaAlloc;

/// Every request that the C library of Lua 5.1.5 makes of its allocator in `lua_newstate` and `lua_close`, as it was logged
/// there, made of an allocator here.
final class NewState {
    private static final int CALLS = 52; // of lua_newstate; the rest is lua_close

    private final LuaAlloc alloc;
    private final List<long[]> requests = read();
    private final long[] blocks = new long[64];
    private int done;

    NewState(LuaAlloc alloc) {
        this.alloc = alloc;
    }

    /// `lua_newstate`.
    void open() {
        replay(CALLS);
    }

    /// `lua_close`.
    void close() {
        replay(requests.size());
    }

    /// Makes requests until one is refused.
    ///
    /// @return how many were made, the refused one left out
    int replay(int end) {
        for (; done < end; done++) {
            long[] request = requests.get(done);
            int id = (int) request[0];
            long old = request[1] == 0 ? LuaAlloc.NULL : blocks[id];
            long block = alloc.realloc(old, request[1], request[2]);
            if (block == LuaAlloc.NULL && request[2] != 0)
                return done;
            if (request[1] + request[2] != 0)
                blocks[id] = block;
        }
        return done;
    }

    private static List<long[]> read() {
        List<long[]> requests = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(NewState.class.getResourceAsStream("newstate_close.txt")),
                StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                StringTokenizer words = new StringTokenizer(line);
                String kind = words.nextToken();
                if ("NRF".contains(kind))
                    requests.add(numbers(words));
                else if (kind.equals("Z"))
                    requests.add(new long[]{0, 0, 0});
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return requests;
    }

    private static long[] numbers(StringTokenizer words) {
        return new long[]{Long.parseLong(words.nextToken()), Long.parseLong(words.nextToken()),
                Long.parseLong(words.nextToken())};
    }
}
