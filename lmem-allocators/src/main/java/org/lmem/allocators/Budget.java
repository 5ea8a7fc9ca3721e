package org.lmem.allocators;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An amount of memory that may be in use, and who is using how much of it: a node of a tree in which every byte of a child
/// is a byte of its parent, too.
///
/// ```
///   process  64 MiB  ◄── tenant 7   8 MiB ◄── LimitAllocator        textures 16 MiB   a tag: a tree of its own,
///                    ◄── tenant 8   8 MiB ◄── LimitAllocator ───────────────▲         of which several may hold shares
/// ```
///
/// - The *hard limit* is what [LimitAllocator] never passes. It may be lowered below what is in use: nothing is taken from
///   anybody then, frees and shrinks go on as ever, and nothing grows until enough was freed ([#overdraft]).
/// - The *soft limit* has a [Reclaimer], who is called when use passes it, and again before a request is refused. Use may
///   stay above it: he is not called again for that until use has fallen an eighth below.
/// - A *reservation* ([#reserve]) is a child whose whole limit counts as in use from the beginning: what is taken of it later
///   asks nobody above, and cannot be refused for want of their room.
/// - The *grace* is added to the hard limit while it is open, so that a program at its limit can be closed in order, with
///   finalizers that still need memory.
///
/// `inv.budget`: what is in use of a budget is what its allocators hold, plus what is in use of its children, plus its
/// reservations whole.
///
/// A tree belongs to one thread, as the states that use it; its figures may be read by any.
public final class Budget implements AutoCloseable {
    /// No limit.
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final String name;
    private final @Nullable Budget parent;
    private final boolean reserved;
    private final List<Budget> children = new ArrayList<>();
    private final Account account;
    private long limit;
    private long grace;
    private boolean graceOpen;
    private long softLimit = UNLIMITED;
    private @Nullable Reclaimer reclaimer;
    private boolean reclaiming;
    private boolean softPassed; // the reclaimer knows
    private boolean closed;

    /// Somebody who can free memory on demand: a collector, a cache.
    ///
    /// He is called from inside a request. The block of that request stays as it is until he returns, and he must not free
    /// or resize it. In particular, a Lua 5.1 state must not be collected from inside its own allocator: it may be in the
    /// middle of building an object.
    @FunctionalInterface
    public interface Reclaimer {
        /// Frees what can be freed. What he frees and allocates meanwhile is counted as ever; he is not called while he
        /// is at work.
        ///
        /// @param budget which is short
        /// @param wanted bytes of the request
        void reclaim(Budget budget, long wanted);
    }

    private Budget(String name, long limit, @Nullable Budget parent, boolean reserved, Account account) {
        this.reserved = reserved;
        this.name = Objects.requireNonNull(name, "name");
        this.limit = requireSize("limit", limit);
        this.parent = parent;
        this.account = account;
        settle();
    }

    /// A budget that stands for itself: the root of a tree, or a tag.
    ///
    /// @param name by which refusals call it
    /// @param limit bytes, or [#UNLIMITED]
    /// @return nothing of it is in use
    /// @throws IllegalArgumentException where the limit is negative
    public static Budget of(String name, long limit) {
        return of(name, limit, new Account());
    }

    /// A budget that stands for itself, with numbers that somebody else has at hand.
    static Budget of(String name, long limit, Account account) {
        return new Budget(name, limit, null, false, account);
    }

    /// A part of this budget with a limit of its own. The limits of all parts may add up to more than this one's.
    ///
    /// @param childName by which refusals call it
    /// @param childLimit bytes, or [#UNLIMITED]
    /// @return nothing of it is in use
    /// @throws IllegalArgumentException where the limit is negative
    public Budget child(String childName, long childLimit) {
        requireOpen();
        Budget child = new Budget(childName, childLimit, this, false, new Account());
        children.add(child);
        return child;
    }

    /// Sets bytes aside before they are needed, for work that must not fail half-way: they count as in use here and above
    /// from now on, until the reservation is closed. The reclaimers of levels that are full, or whose soft limit that passes, are
    /// called first.
    ///
    /// ```java
    /// try (Budget rest = budget.reserve("rest of the job", 1 << 20).orElseThrow()) {
    ///     LuaAlloc sure = new LimitAllocator(inner, rest); // never refused for a limit before 1 MiB is in use
    /// ```
    ///
    /// A reservation keeps its size, and has no grace. Only the budgets themselves are asked: whether the inner allocator has
    /// the memory is seen when it is wanted.
    ///
    /// @param childName by which refusals call it
    /// @param bytes how many, above 0
    /// @return a child with this limit, to be closed when nothing of it is in use; empty where a level has no room
    /// @throws IllegalArgumentException where the number is 0 or negative
    public Optional<Budget> reserve(String childName, long bytes) {
        requireOpen();
        if (bytes <= 0)
            throw new IllegalArgumentException("a reservation is above 0: bytes=" + bytes);
        List<Budget> levels = payers();
        levels.forEach(Budget::requireOpen);
        for (Budget level : levels) {
            if (level.hasRoom(bytes))
                level.passSoftLimit(bytes);
            else
                level.reclaim(bytes);
        }
        if (!levels.stream().allMatch(level -> level.hasRoom(bytes)))
            return Optional.empty();
        Budget child = new Budget(childName, bytes, this, true, new Account());
        levels.forEach(level -> level.take(bytes));
        children.add(child);
        return Optional.of(child);
    }

    /// This budget and those above it that what it uses counts for: up to a reservation, which has paid already.
    List<Budget> payers() {
        List<Budget> levels = new ArrayList<>();
        for (Budget level = this; level != null; level = level.reserved ? null : level.parent)
            levels.add(level);
        return levels;
    }

    /// What this budget makes its parent count.
    long share() {
        return reserved ? limit : used();
    }

    // ------------------------------------------------------------------------------------------------------ limits

    /// Sets the hard limit. It counts for the next request; what is in use stays in use.
    ///
    /// @param bytes 0 or more, or [#UNLIMITED]
    /// @throws IllegalArgumentException where it is negative
    /// @throws IllegalStateException where this is a reservation
    public void setLimit(long bytes) {
        requireNotReserved();
        limit = requireSize("limit", bytes);
        settle();
    }

    /// Sets the soft limit, and who is called when use passes it.
    ///
    /// @param bytes 0 or more; [#UNLIMITED] for somebody who is called only before a request is refused
    /// @param by who frees memory then
    /// @throws IllegalArgumentException where the limit is negative
    public void setSoftLimit(long bytes, Reclaimer by) {
        softLimit = requireSize("soft limit", bytes);
        reclaimer = Objects.requireNonNull(by, "by");
        softPassed = false;
        settle();
    }

    /// Sets how much may be used above the hard limit while the grace is open.
    ///
    /// @param bytes 0 or more
    /// @throws IllegalArgumentException where it is negative
    /// @throws IllegalStateException where this is a reservation
    public void setGrace(long bytes) {
        requireNotReserved();
        grace = requireSize("grace", bytes);
        settle();
    }

    /// Opens the grace, for as long as it takes to close what uses this budget.
    ///
    /// ```java
    /// try (Budget.Grace closing = budget.openGrace()) { state.close(); }
    /// ```
    ///
    /// @return to be closed
    /// @throws IllegalStateException where it is open already
    public Grace openGrace() {
        requireOpen();
        if (graceOpen)
            throw new IllegalStateException("the grace is open already: " + facts());
        graceOpen = true;
        settle();
        return new Grace(this);
    }

    /// The time in which a budget may be overdrawn.
    public static final class Grace implements AutoCloseable {
        private final Budget budget;

        private Grace(Budget budget) {
            this.budget = budget;
        }

        /// Ends it: the hard limit counts again, as after it was lowered.
        @Override
        public void close() {
            budget.graceOpen = false;
            budget.settle();
        }
    }

    private void requireNotReserved() {
        if (reserved)
            throw new IllegalStateException("a reservation keeps its size: " + facts());
    }

    private static long requireSize(String what, long bytes) {
        if (bytes < 0)
            throw new IllegalArgumentException("a " + what + " is 0 or more: bytes=" + bytes);
        return bytes;
    }

    // ----------------------------------------------------------------------------------------- what the allocator asks

    /// Where its numbers are.
    Account account() {
        return account;
    }

    /// Whether there is room for more below the hard limit.
    boolean hasRoom(long more) {
        return more <= hardCeiling() - used();
    }

    void take(long bytes) {
        account.take(bytes);
    }

    void giveBack(long bytes) {
        account.giveBack(bytes);
        rearmWhereLow();
    }

    /// Lets the soft limit count again, if use has fallen far enough below it.
    void rearmWhereLow() {
        if (account.isLow())
            rearm();
    }

    private void rearm() {
        softPassed = false;
        settle();
    }

    /// Calls the reclaimer if the soft limit is being passed.
    void passSoftLimit(long more) {
        if (!softPassed && more > softLimit - used())
            reclaim(more);
    }

    /// Calls the reclaimer, if there is one who is not at work.
    void reclaim(long more) {
        if (reclaimer == null || reclaiming)
            return;
        reclaiming = true;
        try {
            reclaimer.reclaim(this, more);
        } finally {
            reclaiming = false;
        }
        softPassed = more > softLimit - used(); // whether he could help or not
        settle();
    }

    /// Takes note that a request was refused after all: use stays where it is.
    void stay() {
        if (softPassed && used() <= softLimit)
            rearm();
    }

    private long hardCeiling() {
        long sum = graceOpen ? limit + grace : limit;
        return sum < 0 ? UNLIMITED : sum;
    }

    private void settle() {
        boolean armed = reclaimer != null && !softPassed;
        long ceiling = armed ? Math.min(softLimit, hardCeiling()) : hardCeiling();
        account.bound(closed ? Account.NEVER : ceiling, softPassed ? softLimit - softLimit / 8 : Account.NEVER);
    }

    void requireOpen() {
        if (closed)
            throw new IllegalStateException("the budget is closed: " + facts());
    }

    // --------------------------------------------------------------------------------------------------- figures

    /// By which refusals call it.
    ///
    /// @return as it was given
    public String name() {
        return name;
    }

    /// The budget that this one is a part of.
    ///
    /// @return null where it stands for itself
    public @Nullable Budget parent() {
        return parent;
    }

    /// The parts of this budget.
    ///
    /// @return a copy, those that are not closed, oldest first
    public List<Budget> children() {
        return List.copyOf(children);
    }

    /// The bytes in use. May be called by any thread.
    ///
    /// @return 0 or more
    public long used() {
        return account.used();
    }

    /// The most bytes that were in use at once. May be called by any thread.
    ///
    /// @return 0 or more
    public long peak() {
        return account.peak();
    }

    /// The hard limit, without the grace.
    ///
    /// @return bytes
    public long limit() {
        return limit;
    }

    /// How far use is above the hard limit, because that was lowered or because of the grace.
    ///
    /// @return bytes, 0 where it is not
    public long overdraft() {
        return Math.max(used() - limit, 0);
    }

    private String facts() {
        return "budget=" + name + ", used=" + used() + ", limit=" + limit;
    }

    /// Ends a budget of which nothing is in use, and takes it out of its parent. A reservation gives back what it had set
    /// aside. Closing twice does nothing.
    ///
    /// @throws IllegalStateException where something is in use, or it has children; it stays then
    @Override
    public void close() {
        if (used() != 0 || !children.isEmpty())
            throw new IllegalStateException("the budget is in use: " + facts() + ", children=" + children.size());
        if (closed)
            return;
        closed = true;
        settle();
        if (parent == null)
            return;
        parent.children.remove(this);
        if (reserved)
            parent.payers().forEach(level -> level.giveBack(limit));
    }

    @Override
    public String toString() {
        return "Budget[" + name + ", " + used() + " of " + limit + "]";
    }
}
