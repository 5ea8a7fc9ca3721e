package org.lmem.allocators;

import java.util.Objects;
import java.util.SplittableRandom;
import org.lmem.core.LuaAlloc;

/// An allocator that refuses requests on purpose, so that the paths taken when memory runs out are taken in a test.
///
/// Only what may be refused is refused, and counted as a request here: new blocks and blocks that grow. Frees, shrinks, equal
/// sizes and the no-op always reach the inner allocator (`inv.contract.shrink`).
///
/// ```java
/// FailingAllocator alloc = new FailingAllocator(SystemAlloc.INSTANCE, FailingAllocator.Fault.request(17));
/// ```
///
/// For one thread.
public final class FailingAllocator implements LuaAlloc {
    private final LuaAlloc inner;
    private Fault fault;
    private SplittableRandom random;
    private boolean triggered;
    private long requests;
    private long refusals;
    private long live;

    /// Which requests are refused. A *transient* fault refuses one request and is over; a *persistent* one stays.
    public sealed interface Fault {
        /// Refuses by number. Requests are counted from 0, so that `number` of them succeed before.
        ///
        /// @param number of the request, 0 or more
        /// @param persistent whether all later ones are refused, too
        record Numbered(long number, boolean persistent) implements Fault {
            /// Checks the number.
            ///
            /// @throws IllegalArgumentException where it is negative
            public Numbered {
                if (number < 0)
                    throw new IllegalArgumentException("requests are counted from 0: number=" + number);
            }
        }

        /// Refuses at random, the same requests for the same seed.
        ///
        /// @param probability of each request to be refused, 0 to 1
        /// @param seed of the generator
        /// @param persistent whether everything is refused after the first refusal
        record Random(double probability, long seed, boolean persistent) implements Fault {
            /// Checks the probability.
            ///
            /// @throws IllegalArgumentException where it is none
            public Random {
                if (!(probability >= 0 && probability <= 1))
                    throw new IllegalArgumentException("a probability is 0 to 1: probability=" + probability);
            }
        }

        /// Refuses what would take the bytes in use above a budget.
        ///
        /// @param bytes the budget
        /// @param persistent whether this holds for all requests, not only for the first above it
        record Budget(long bytes, boolean persistent) implements Fault {
            /// Checks the budget.
            ///
            /// @throws IllegalArgumentException where it is negative
            public Budget {
                if (bytes < 0)
                    throw new IllegalArgumentException("a budget is 0 or more: bytes=" + bytes);
            }
        }

        /// Refuses nothing.
        ///
        /// @return a fault that never comes
        static Fault none() {
            return request(Long.MAX_VALUE);
        }

        /// Refuses one request.
        ///
        /// @param number how many succeed before
        /// @return a transient fault
        static Fault request(long number) {
            return new Numbered(number, false);
        }

        /// Refuses one request and all after it.
        ///
        /// @param number how many succeed before
        /// @return a persistent fault
        static Fault requestsFrom(long number) {
            return new Numbered(number, true);
        }

        /// Refuses each request with the same probability.
        ///
        /// @param probability 0 to 1
        /// @param seed of the generator
        /// @return a fault that comes and goes
        static Fault random(double probability, long seed) {
            return new Random(probability, seed, false);
        }

        /// Refuses everything that would take the bytes in use above a budget.
        ///
        /// @param bytes the budget
        /// @return a persistent fault
        static Fault above(long bytes) {
            return new Budget(bytes, true);
        }
    }

    /// An allocator with a fault.
    ///
    /// @param inner does the work
    /// @param fault which requests it is not asked
    public FailingAllocator(LuaAlloc inner, Fault fault) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.fault = Objects.requireNonNull(fault, "fault");
        this.random = generator(fault);
    }

    /// Begins another fault. Requests and refusals are counted from 0 again; the bytes in use stay.
    ///
    /// @param next which requests are refused from now on
    public void arm(Fault next) {
        fault = Objects.requireNonNull(next, "next");
        random = generator(next);
        triggered = false;
        requests = 0;
        refusals = 0;
    }

    private static SplittableRandom generator(Fault fault) {
        return new SplittableRandom(fault instanceof Fault.Random chance ? chance.seed() : 0);
    }

    /// The requests made that could be refused, since the fault began.
    ///
    /// @return 0 or more
    public long requests() {
        return requests;
    }

    /// The requests refused on purpose, since the fault began.
    ///
    /// @return 0 or more
    public long refusals() {
        return refusals;
    }

    /// The bytes in use.
    ///
    /// @return 0 or more
    public long liveBytes() {
        return live;
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException where no block can have the size `osize`; nothing is counted
    @Override
    public long realloc(long block, long osize, long nsize) {
        if (block != NULL && !Requests.isPlausible(osize, live))
            throw Requests.implausible(block, osize, nsize, live);
        long counted = Requests.counted(block, osize);
        boolean mayFail = Long.compareUnsigned(nsize, counted) > 0;
        if (mayFail && isRefused(nsize - counted))
            return NULL;
        long newBlock = inner.realloc(block, osize, nsize);
        if (newBlock != NULL || nsize == 0)
            live += nsize - counted;
        return newBlock;
    }

    private boolean isRefused(long more) {
        boolean refused = isDue(more);
        requests++;
        if (refused) {
            refusals++;
            triggered = true;
        }
        return refused;
    }

    private boolean isDue(long more) {
        return switch (fault) {
            case Fault.Numbered f -> f.persistent ? requests >= f.number : requests == f.number;
            case Fault.Random f -> (f.persistent && triggered) || random.nextDouble() < f.probability;
            case Fault.Budget f -> (f.persistent || !triggered) && isAbove(f.bytes, more);
        };
    }

    private boolean isAbove(long budget, long more) {
        return live > budget || Long.compareUnsigned(more, budget - live) > 0;
    }

    @Override
    public String toString() {
        return "FailingAllocator[" + inner + ", " + fault + "]";
    }
}
