package org.lmem.allocators;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;

/// An allocator that passes on only what a [Budget] has room for, and every budget above it, and its tags.
///
/// ```java
/// Budget process = Budget.of("process", 64 << 20);
/// Budget textures = Budget.of("textures", 16 << 20);
/// LuaAlloc alloc = new LimitAllocator(SystemAlloc.INSTANCE, process.child("tenant 7", 8 << 20), textures);
/// ```
///
/// A request that makes no block larger always passes (`inv.contract.shrink`), however deep a budget is overdrawn. One that
/// does, passes where every level has room. Where one has not:
/// - where only soft limits would be passed, the reclaimers of those levels are called, and the request passes;
/// - where a hard limit would be passed, the reclaimers of all levels are called in turn, until there is room;
/// - where there is none then, the answer is NULL, and [#lastRefusal] says who holds what at every level.
///
/// A request that the inner allocator refuses is made once more after the reclaimers were called.
///
/// Bytes are counted after the inner allocator has answered (`inv.commit`), on all levels. What is added to the time of a
/// request is one comparison and one addition a level, least for an allocator with a limit of its own, which has the numbers
/// of that budget in itself; no garbage is made until a request is refused.
///
/// For the thread of its budgets.
public final class LimitAllocator extends Account implements LuaAlloc {
    private final LuaAlloc inner;
    private final @Nullable PoolAllocator pool; // the inner allocator, where it is one
    private final Budget own;
    private final List<Budget> levels; // own, its ancestors, the tags with theirs
    private final Account account; // own's: this allocator's, where the limit is its own
    private final Account[] others; // of the other levels
    private @Nullable Refusal lastRefusal;
    private long refusals;

    /// An allocator with a limit of its own.
    ///
    /// @param inner does the work
    /// @param limit bytes
    /// @throws IllegalArgumentException where the limit is negative
    public LimitAllocator(LuaAlloc inner, long limit) {
        this.inner = Objects.requireNonNull(inner, "inner");
        pool = Inner.poolOrNull(inner);
        own = Budget.of("memory", limit, this);
        levels = List.of(own);
        account = this;
        others = new Account[0];
    }

    /// An allocator on a budget.
    ///
    /// @param inner does the work
    /// @param budget what may be in use; others may use the same one
    /// @param tags further budgets that all blocks count for
    /// @throws IllegalArgumentException where a byte would count twice for one of the budgets
    public LimitAllocator(LuaAlloc inner, Budget budget, Budget... tags) {
        this.inner = Objects.requireNonNull(inner, "inner");
        pool = Inner.poolOrNull(inner);
        this.own = Objects.requireNonNull(budget, "budget");
        List<Budget> payers = new ArrayList<>();
        addPath(payers, budget);
        for (Budget tag : tags)
            addPath(payers, tag);
        levels = List.copyOf(payers);
        account = budget.account();
        others = levels.stream().skip(1).map(Budget::account).toArray(Account[]::new);
    }

    private static void addPath(List<Budget> levels, Budget from) {
        for (Budget level : from.payers()) {
            level.requireOpen();
            if (levels.contains(level))
                throw new IllegalArgumentException("a byte would count twice: budget=" + level.name());
            levels.add(level);
        }
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException where no block can have the size `osize`; nothing is counted
    /// @throws IllegalStateException where the budget is closed
    @Override
    public long realloc(long block, long osize, long nsize) {
        // new blocks and frees stand here at full length: Inner says why. This and resize are the short way of an allocator with
        // a limit of its own; where the budget is another's, this account admits nothing, and no free is routine
        if (block == NULL) {
            if (nsize <= 0 || !admits(nsize))
                return allocateOnLevels(osize, nsize);
            long fresh = pool == null ? inner.realloc(NULL, osize, nsize) : pool.allocate(nsize);
            if (fresh == NULL)
                return retry(NULL, osize, nsize, nsize);
            take(nsize); // inv.commit
            return fresh;
        }
        if (nsize != 0)
            return resize(block, osize, nsize);
        if (!isRoutine(osize))
            return freeOnLevels(block, osize);
        long freed = pool == null ? inner.realloc(block, osize, 0) : pool.free(block, osize);
        giveBack(osize);
        return freed;
    }

    private long resize(long block, long osize, long nsize) {
        long more = nsize - osize;
        if (nsize <= 0 || !isRoutine(osize) || !admits(more))
            return resizeOnLevels(block, osize, nsize);
        long newBlock = Inner.resize(pool, inner, block, osize, nsize);
        if (newBlock == NULL)
            return retry(block, osize, nsize, more);
        take(more);
        return newBlock;
    }

    private long allocateOnLevels(long tag, long nsize) {
        if (nsize <= 0 || !isAdmitted(nsize))
            return contend(NULL, tag, nsize, nsize);
        long block = Inner.allocate(pool, inner, tag, nsize);
        if (block == NULL)
            return retry(NULL, tag, nsize, nsize);
        takeOnLevels(nsize);
        return block;
    }

    private long freeOnLevels(long block, long osize) {
        requirePlausible(block, osize, 0);
        long freed = Inner.free(pool, inner, block, osize);
        giveBackOnLevels(osize);
        return freed;
    }

    private long resizeOnLevels(long block, long osize, long nsize) {
        requirePlausible(block, osize, nsize);
        long more = nsize - osize;
        if (nsize < 0 || (more > 0 && !isAdmitted(more)))
            return contend(block, osize, nsize, more);
        long newBlock = Inner.resize(pool, inner, block, osize, nsize);
        if (newBlock == NULL)
            return retry(block, osize, nsize, more);
        hold(more);
        return newBlock;
    }

    private void requirePlausible(long block, long osize, long nsize) {
        if (!Requests.isPlausible(osize, own.used()))
            throw Requests.implausible(block, osize, nsize, own.used());
    }

    private boolean isAdmitted(long more) {
        if (!account.admits(more))
            return false;
        for (Account other : others)
            if (!other.admits(more))
                return false;
        return true;
    }

    private void hold(long more) {
        if (more > 0)
            takeOnLevels(more);
        else
            giveBackOnLevels(-more);
    }

    private void takeOnLevels(long bytes) {
        account.take(bytes);
        for (Account other : others)
            other.take(bytes);
    }

    private void giveBackOnLevels(long bytes) {
        boolean isLow = giveBack(account, bytes);
        for (Account other : others)
            isLow |= giveBack(other, bytes);
        if (isLow)
            levels.forEach(Budget::rearmWhereLow);
    }

    private static boolean giveBack(Account from, long bytes) {
        from.giveBack(bytes);
        return from.isLow();
    }

    // ------------------------------------------------------------------------------------------- when a level is full

    private long contend(long block, long osize, long nsize, long more) {
        if (nsize < 0)
            return refuse(block, osize, nsize, Reason.IMPOSSIBLE_SIZE, null);
        if (nsize == 0)
            return inner.realloc(block, osize, 0);
        Budget full = makeRoom(more);
        if (full != null)
            return refuse(block, osize, nsize, Reason.LIMIT, full);
        long newBlock = inner.realloc(block, osize, nsize);
        if (newBlock == NULL)
            return retry(block, osize, nsize, more);
        hold(more);
        return newBlock;
    }

    /// @return the level that has no room, null where there is room now
    private @Nullable Budget makeRoom(long more) {
        levels.forEach(Budget::requireOpen);
        if (full(levels, more) == null)
            levels.forEach(level -> level.passSoftLimit(more));
        else
            reclaim(levels, more);
        return full(levels, more);
    }

    private static void reclaim(List<Budget> levels, long more) {
        for (Budget level : levels) {
            level.reclaim(more);
            if (full(levels, more) == null)
                return;
        }
    }

    private static @Nullable Budget full(List<Budget> levels, long more) {
        for (Budget level : levels)
            if (!level.hasRoom(more))
                return level;
        return null;
    }

    private long retry(long block, long osize, long nsize, long more) {
        if (more > 0) {
            levels.forEach(level -> level.reclaim(more));
            long newBlock = full(levels, more) == null ? inner.realloc(block, osize, nsize) : NULL;
            if (newBlock != NULL) {
                takeOnLevels(more);
                return newBlock;
            }
        }
        return refuse(block, osize, nsize, Reason.INNER, null);
    }

    // ---------------------------------------------------------------------------------------------------- refusals

    /// Why a request was refused.
    public enum Reason {
        /// A hard limit would have been passed.
        LIMIT,
        /// The inner allocator had no room.
        INNER,
        /// No memory can be that large.
        IMPOSSIBLE_SIZE
    }

    /// Who holds a part of a level.
    ///
    /// @param name of the child budget, or `itself` for the level's own allocators
    /// @param used bytes; of a reservation all that it set aside
    public record Holder(String name, long used) {}

    /// A level of budgets at the moment of a refusal.
    ///
    /// @param name of the budget
    /// @param used bytes in use
    /// @param limit its hard limit
    /// @param peak the most bytes that were in use at once
    /// @param holders who holds the bytes in use, the largest share first; empty where the budget has no children
    public record Level(String name, long used, long limit, long peak, List<Holder> holders) {
        private static Level of(Budget budget) {
            List<Holder> holders = new ArrayList<>();
            long itself = budget.used();
            for (Budget child : budget.children()) {
                holders.add(new Holder(child.name(), child.share()));
                itself -= child.share();
            }
            if (!holders.isEmpty() && itself != 0)
                holders.add(new Holder("itself", itself));
            holders.sort((a, b) -> Long.compare(b.used, a.used));
            return new Level(budget.name(), budget.used(), budget.limit(), budget.peak(), List.copyOf(holders));
        }

        private String facts() {
            String key = ", " + name + ".";
            return key + "used=" + used + key + "limit=" + limit + holders.stream()
                    .map(holder -> key + holder.name + "=" + holder.used)
                    .collect(Collectors.joining());
        }
    }

    /// A refused request, and who held what.
    ///
    /// @param block the block that was to grow, 0 for a new one
    /// @param osize its size; for a new block 0, or the tag of 5.2+
    /// @param nsize the size that was refused
    /// @param reason why
    /// @param refusedBy name of the budget that had no room, empty for another reason
    /// @param levels all levels, the allocator's own budget first
    public record Refusal(long block, long osize, long nsize, Reason reason, String refusedBy, List<Level> levels) {
        /// All of it as a message, for example
        /// `not enough memory: block=0x0, osize=0, nsize=64, reason=LIMIT, refused by=process, process.used=4096, …`.
        @Override
        public String toString() {
            return "not enough memory: " + Requests.text(block, osize, nsize) + ", reason=" + reason
                    + (refusedBy.isEmpty() ? "" : ", refused by=" + refusedBy)
                    + levels.stream().map(Level::facts).collect(Collectors.joining());
        }
    }

    private long refuse(long block, long osize, long nsize, Reason reason, @Nullable Budget by) {
        levels.forEach(Budget::stay);
        refusals++;
        lastRefusal = new Refusal(block, osize, nsize, reason, by == null ? "" : by.name(),
                levels.stream().map(Level::of).toList());
        if (by != null)
            AllocatorEvents.limitReached(by, nsize);
        return NULL;
    }

    /// The request that was refused last.
    ///
    /// @return empty where none was
    public Optional<Refusal> lastRefusal() {
        return Optional.ofNullable(lastRefusal);
    }

    /// How many requests were refused.
    ///
    /// @return 0 or more
    public long refusals() {
        return refusals;
    }

    /// What this allocator may use.
    ///
    /// @return the budget that it was made with
    public Budget budget() {
        return own;
    }

    @Override
    public String toString() {
        return "LimitAllocator[" + inner + ", " + own + "]";
    }
}
