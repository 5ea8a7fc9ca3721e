package org.lmem.examples.links;

import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.examples.page.RequestLog;
import org.lmem.examples.page.RequestLog.Request;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaState;

/// A state, and what single steps of it ask of its allocator. The collector is stopped, so that nothing interferes.
final class Parts implements AutoCloseable {
    final LuaState state;
    private final RequestLog log;

    Parts(LuaAlloc alloc) {
        log = new RequestLog(alloc);
        state = LuaState.newState(log);
        state.gc(GCOption.STOP, 0);
    }

    /// Does something with the state.
    ///
    /// @return the requests that it made, the oldest first
    List<Request> requestsOf(Runnable action) {
        int before = log.requests().size();
        action.run();
        List<Request> all = log.requests();
        return all.subList(before, all.size());
    }

    /// How many requests were made so far.
    int count() {
        return log.requests().size();
    }

    /// The requests from the n-th on.
    List<Request> from(int n) {
        List<Request> all = log.requests();
        return all.subList(n, all.size());
    }

    /// By how many bytes some requests change what is in use.
    static long bytes(List<Request> requests) {
        return requests.stream().mapToLong(r -> r.nsize() - r.osize()).sum();
    }

    @Override
    public void close() {
        state.close();
    }
}
