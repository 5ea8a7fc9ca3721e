package org.lmem.examples.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lmem.core.LuaAlloc;

/// An allocator that keeps a list of what it was asked, and has another one do the work.
public final class RequestLog implements LuaAlloc {
    private final LuaAlloc inner;
    private final List<Request> requests = new ArrayList<>();

    /// A log of all requests from now on.
    ///
    /// @param inner does the work
    public RequestLog(LuaAlloc inner) {
        this.inner = Objects.requireNonNull(inner, "inner");
    }

    /// One request and its answer.
    ///
    /// @param block the block that it was about, 0 for none
    /// @param osize the size that it had, in bytes
    /// @param nsize the size that was wanted, in bytes, unsigned
    /// @param answer the block's address from then on, or 0
    public record Request(long block, long osize, long nsize, long answer) {
        /// The request without addresses, which differ from run to run.
        ///
        /// @return for example `(NULL, 0, 1024)` or `(block, 1024, 2048)`
        public String shape() {
            return "(" + (block == NULL ? "NULL" : "block") + ", " + Long.toUnsignedString(osize) + ", "
                    + Long.toUnsignedString(nsize) + ")";
        }

        /// What came back, without the address.
        ///
        /// @return `NULL` or `block`
        public String answerShape() {
            return answer == NULL ? "NULL" : "block";
        }
    }

    /// The requests so far.
    ///
    /// @return a copy, the oldest first
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /// The requests so far, without addresses.
    ///
    /// @return [Request#shape] of each, the oldest first
    public List<String> shapes() {
        return requests.stream().map(Request::shape).toList();
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        long answer = inner.realloc(block, osize, nsize);
        requests.add(new Request(block, osize, nsize, answer));
        return answer;
    }
}
