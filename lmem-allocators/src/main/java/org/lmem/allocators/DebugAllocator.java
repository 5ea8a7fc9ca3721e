package org.lmem.allocators;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.DebugOptions.Level;
import org.lmem.core.LuaAlloc;
import org.lmem.core.raw.RawMemory;

/// An allocator that notices when blocks of another one are misused, and knows where each came from.
///
/// ```
///   request ──► watched? ──no──────────────────────────────────────────► inner
///                  │ yes
///                  ▼
///        size, guard bytes checked ──► free: filled, into quarantine ──► leaves it: checked ──► inner
///                  │                   resize: a new address, the old place into quarantine
///                  ▼
///          books, history, ring of events          report(), check(), close() read them
/// ```
///
/// What is found ([BlockFault]): writes before and after a block, a wrong osize, a block freed twice or resized after it was
/// freed, a block from elsewhere, a write to freed memory, a request where none is allowed ([#forbid]); and at [#close] every block still in use, with size, tag, thread,
/// age, and the code that allocated it. A new block is filled with 0xA5, a freed one with 0xDD, so that reading memory that
/// has no contents is seldom mistaken for something else.
///
/// A watched block takes 32 bytes more, and about 500 bytes of Java's heap; what a request costs at each level stands at
/// [DebugOptions.Level].
///
/// - `inv.debug.fault`: a request in which a fault is found is not carried out. It may be repeated: a fault is
///   reported once, damaged guard bytes are mended, and a damaged block in quarantine is put aside until the end.
/// - `inv.debug.refusal`: what is kept back never costs a request. Before one is refused, the quarantine is given back
///   and the inner allocator is asked again; a block that cannot get a new address stays where it is; at level SAMPLED a
///   block that cannot be watched is given out unwatched.
/// - `inv.debug.snapshot`: everything is read and written under one lock, so that a report is of one moment.
///
/// No request prints, logs or opens anything: what happens goes into a ring of events, which is read afterwards.
///
/// Many threads may use it. The inner allocator is called by one at a time, except at level OFF.
public final class DebugAllocator implements LuaAlloc, AutoCloseable {
    /// The most faults that are kept for the report.
    public static final int MAX_FAULTS = 100;

    private static final long MAX_SIZE = Long.MAX_VALUE - GuardBytes.OVERHEAD;

    private final LuaAlloc inner;
    private final DebugOptions options;
    private final boolean full;
    private final Object lock = new Object();
    private final BlockTable table = new BlockTable();
    private final Quarantine quarantine;
    private final List<WatchedBlock> spoiled = new ArrayList<>(); // damaged in quarantine: not to be used again
    private final SiteTable sites;
    private final DebugBooks books = new DebugBooks();
    private final Deque<DebugEvent> events = new ArrayDeque<>();
    private final List<BlockFault> faults = new ArrayList<>();
    private final List<Ban> bans = new ArrayList<>();
    private final Countdown countdown;
    private long operations;
    private long watched;
    private volatile @Nullable DebugReport lastReport; // not null: closed

    /// Watches every block.
    ///
    /// @param inner does the work
    public DebugAllocator(LuaAlloc inner) {
        this(inner, DebugOptions.FULL);
    }

    /// Watches blocks as the options say.
    ///
    /// @param inner does the work
    /// @param options what is looked at
    public DebugAllocator(LuaAlloc inner, DebugOptions options) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.options = options;
        full = options.level() == Level.FULL;
        quarantine = new Quarantine(options.quarantineBytes(), options.quarantineBlocks());
        sites = new SiteTable(options.siteDepth());
        countdown = new Countdown(full ? 1 : options.sampling());
    }

    /// What becomes of the blocks that are still in use at close.
    public enum Leftover {
        /// They stay where they are, for whoever still uses them.
        KEEP,
        /// The watched ones that are not immortal go back to the inner allocator; who still uses them is at fault.
        RELEASE
    }

    /// A view of this allocator whose new blocks carry a tag. Without it, a block that Lua 5.2 or later asks for carries
    /// the number that Lua gives in place of its size, for example `kind 5` for a table.
    ///
    /// @param tag what the blocks are for
    /// @return an allocator; its blocks may be resized and freed through any view
    public LuaAlloc tagged(String tag) {
        return new Tagged(this, tag);
    }

    private record Tagged(DebugAllocator owner, String tag) implements LuaAlloc {
        Tagged {
            Objects.requireNonNull(tag, "tag");
        }

        @Override
        public long realloc(long block, long osize, long nsize) {
            return owner.realloc(block, osize, nsize, tag);
        }

        @Override
        public String toString() {
            return owner + "[" + tag + "]";
        }
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        return realloc(block, osize, nsize, "");
    }

    private long realloc(long block, long osize, long nsize, String tag) {
        if (options.level() != Level.OFF)
            synchronized (lock) {
                requireOpen(block, osize, nsize);
                operations++;
                if (!bans.isEmpty())
                    requireAllowed(block, osize, nsize);
                return block == NULL ? allocate(osize, nsize, tag) : change(block, osize, nsize);
            }
        requireOpen(block, osize, nsize);
        return inner.realloc(block, osize, nsize);
    }

    /// Forbids this thread to take more memory until the ban is lifted: for code that must run where none can be had, in
    /// the middle of a collection or in a handler of "not enough memory". What frees or shrinks a block is allowed. A
    /// request for more is a fault, and is not carried out. Bans may be nested. At level OFF nothing is looked at.
    ///
    /// ```java
    /// try (DebugAllocator.Ban ban = debug.forbid("sweep")) { … }
    /// ```
    ///
    /// @param why for the message
    /// @return to be closed
    public Ban forbid(String why) {
        Ban ban = new Ban(this, Objects.requireNonNull(why, "why"), Thread.currentThread());
        synchronized (lock) {
            bans.add(ban);
        }
        return ban;
    }

    /// The time in which a thread may take no memory.
    public static final class Ban implements AutoCloseable {
        private final DebugAllocator owner;
        private final String why;
        private final Thread thread;

        private Ban(DebugAllocator owner, String why, Thread thread) {
            this.owner = owner;
            this.why = why;
            this.thread = thread;
        }

        /// Lifts it. Lifting it again does nothing.
        @Override
        public void close() {
            synchronized (owner.lock) {
                owner.bans.remove(this);
            }
        }
    }

    private void requireAllowed(long block, long osize, long nsize) {
        if (Long.compareUnsigned(nsize, block == NULL ? 0 : osize) <= 0)
            return;
        for (Ban ban : bans)
            if (ban.thread == Thread.currentThread())
                throw found(new BlockFault.Forbidden(block, block == NULL ? 0 : osize, nsize, ban.why));
    }

    private void requireOpen(long block, long osize, long nsize) {
        if (lastReport != null)
            throw new IllegalStateException(Facts.of("the allocator is closed").add("block", block)
                    .size("osize", osize).size("nsize", nsize).toString());
    }

    private long allocate(long osize, long nsize, String tag) {
        if (nsize == 0)
            return inner.realloc(NULL, osize, 0);
        long block = NULL;
        if (countdown.isOver())
            block = allocateWatched(osize, nsize, tag);
        if (block == NULL && !full)
            block = innerRealloc(NULL, osize, nsize);
        if (block == NULL)
            return refused(NULL, 0, nsize);
        books.allocated(nsize);
        return block;
    }

    private long allocateWatched(long osize, long size, String view) {
        if (!isPossible(size))
            return NULL;
        table.reserve();
        String tag = view.isEmpty() && osize != 0 ? "kind " + osize : view;
        WatchedBlock fresh = new WatchedBlock(new WatchedBlock.Birth(watched + 1, operations, nanos(), tag, thread(),
                sites.here()), new WatchedBlock.History(options.historyLength()));
        long raw = innerRealloc(NULL, osize, size + GuardBytes.OVERHEAD);
        if (raw == NULL)
            return NULL;
        settle(fresh, raw, size);
        RawMemory.fill(fresh.address, size, GuardBytes.FRESH);
        watched++;
        happened(fresh, new DebugEvent.Allocated(operations, nanos(), thread(), fresh.address, size, tag));
        return fresh.address;
    }

    private void settle(WatchedBlock block, long raw, long size) {
        block.address = GuardBytes.set(raw, size);
        block.size = size;
        table.put(block);
    }

    private static boolean isPossible(long size) {
        return size >= 0 && size <= MAX_SIZE; // negative: 2^63 bytes or more
    }

    private long change(long block, long osize, long nsize) {
        WatchedBlock known = table.get(block);
        if (known == null)
            return changeUnwatched(block, osize, nsize);
        if (!known.isLive())
            throw found(nsize == 0
                    ? new BlockFault.DoubleFree(block, known.freedAt, info(known))
                    : new BlockFault.ResizeAfterFree(block, nsize, known.freedAt, info(known)));
        if (osize != known.size)
            throw found(new BlockFault.WrongSize(block, osize, nsize, info(known)));
        requireIntact(known);
        return nsize == 0 ? free(known) : resize(known, nsize);
    }

    private long changeUnwatched(long block, long osize, long nsize) {
        if (full)
            throw found(new BlockFault.ForeignBlock(block, osize, nsize, around(block)));
        if (osize == 0 || Long.compareUnsigned(osize, books.liveBytes) > 0)
            throw found(new BlockFault.WrongSize(block, osize, nsize, null));
        long newBlock = innerRealloc(block, osize, nsize);
        if (newBlock == NULL && nsize != 0)
            return refused(block, osize, nsize);
        if (nsize == 0)
            books.freed(osize);
        else
            books.resized(osize, nsize);
        return newBlock;
    }

    private @Nullable BlockInfo around(long place) {
        return table.live().filter(block -> block.contains(place)).findFirst().map(this::info).orElse(null);
    }

    private void requireIntact(WatchedBlock block) {
        BlockFault fault = mend(block);
        if (fault != null)
            throw found(fault);
    }

    private long resize(WatchedBlock block, long nsize) {
        long oldAddress = block.address;
        long osize = block.size;
        boolean done = isPossible(nsize)
                && ((options.moveOnResize() && move(block, nsize)) || resizeInPlace(block, nsize));
        if (!done)
            return refused(oldAddress, osize, nsize);
        if (nsize > osize)
            RawMemory.fill(block.address + osize, nsize - osize, GuardBytes.FRESH);
        books.resized(osize, nsize);
        happened(block,
                new DebugEvent.Resized(operations, nanos(), thread(), oldAddress, block.address, osize, nsize));
        return block.address;
    }

    private boolean move(WatchedBlock block, long nsize) {
        table.reserve();
        makeRoom(block.size);
        long raw = innerRealloc(NULL, 0, nsize + GuardBytes.OVERHEAD);
        if (raw == NULL)
            return false;
        RawMemory.copy(block.address, raw + GuardBytes.OVERHEAD / 2, Math.min(block.size, nsize));
        try {
            retire(block.ghost(operations));
        } catch (RuntimeException | Error e) { // the inner allocator would not take the old place
            inner.realloc(raw, nsize + GuardBytes.OVERHEAD, 0);
            throw e;
        }
        settle(block, raw, nsize);
        return true;
    }

    private boolean resizeInPlace(WatchedBlock block, long nsize) {
        table.reserve();
        long raw = innerRealloc(GuardBytes.raw(block.address), block.size + GuardBytes.OVERHEAD,
                nsize + GuardBytes.OVERHEAD);
        if (raw == NULL)
            return false;
        table.remove(block.address);
        settle(block, raw, nsize);
        return true;
    }

    private long free(WatchedBlock block) {
        makeRoom(block.size);
        DebugEvent event = new DebugEvent.Freed(operations, nanos(), thread(), block.address, block.size);
        retire(block.ghost(operations));
        books.freed(block.size);
        happened(block, event);
        return NULL;
    }

    /// Keeps the place of a block back, or returns it at once where the quarantine is too small for it.
    private void retire(WatchedBlock ghost) {
        if (quarantine.accepts(ghost.size)) {
            RawMemory.fill(ghost.address, ghost.size, GuardBytes.FREED);
            quarantine.add(ghost);
            table.put(ghost);
        } else {
            release(ghost);
            table.remove(ghost.address);
        }
    }

    private void release(WatchedBlock block) {
        inner.realloc(GuardBytes.raw(block.address), block.size + GuardBytes.OVERHEAD, 0);
    }

    /// Lets blocks out of the quarantine until one of the given size may come in.
    private void makeRoom(long size) {
        while (quarantine.accepts(size) && quarantine.isTooFullFor(size))
            letOut(Objects.requireNonNull(quarantine.poll(), "too full, so not empty"));
    }

    private boolean emptyQuarantine() {
        WatchedBlock block = quarantine.poll();
        boolean any = block != null;
        for (; block != null; block = quarantine.poll())
            letOut(block);
        return any;
    }

    private void letOut(WatchedBlock ghost) {
        table.remove(ghost.address);
        BlockFault fault = mend(ghost);
        if (fault != null) {
            spoiled.add(ghost);
            throw found(fault);
        }
        release(ghost);
    }

    /// Asks the inner allocator; where it refuses, gives back what is kept back and asks again.
    private long innerRealloc(long block, long osize, long nsize) {
        long newBlock = inner.realloc(block, osize, nsize);
        boolean refused = newBlock == NULL && nsize != 0;
        return refused && emptyQuarantine() ? inner.realloc(block, osize, nsize) : newBlock;
    }

    private long refused(long block, long osize, long nsize) {
        books.refusals++;
        happened(null, new DebugEvent.Refused(operations, nanos(), thread(), block, osize, nsize));
        AllocatorEvents.refused(this, block, osize, nsize);
        return NULL;
    }

    /// Looks for damage of a block in use or in quarantine and undoes it, so that it is found once.
    private @Nullable BlockFault mend(WatchedBlock block) {
        GuardBytes.Damage damage = GuardBytes.damage(block.address, block.size);
        if (damage != null) {
            GuardBytes.set(GuardBytes.raw(block.address), block.size);
            return new BlockFault.Overwritten(block.address, damage.offset(), (int) damage.bytes(), damage.expected(),
                    damage.found(), info(block));
        }
        damage = block.isLive() ? null : GuardBytes.writtenSinceFreed(block.address, block.size);
        if (damage == null)
            return null;
        RawMemory.fill(block.address, block.size, GuardBytes.FREED);
        return new BlockFault.WrittenAfterFree(block.address, damage.offset(), damage.bytes(), damage.found(),
                block.freedAt, info(block));
    }

    private BlockFaultException found(BlockFault fault) {
        if (faults.size() < MAX_FAULTS)
            faults.add(fault);
        happened(table.get(fault.block()), new DebugEvent.Faulted(operations, nanos(), thread(), fault));
        AllocatorEvents.found(this, fault);
        return new BlockFaultException(fault);
    }

    private void happened(@Nullable WatchedBlock block, DebugEvent event) {
        if (block != null)
            block.history.add(event);
        if (events.size() == options.eventCapacity())
            events.poll();
        events.add(event);
    }

    private long nanos() {
        return options.nanoClock().getAsLong();
    }

    private static String thread() {
        return Thread.currentThread().getName();
    }

    private BlockInfo info(WatchedBlock block) {
        return block.info(operations, nanos());
    }

    /// Declares that a block is meant to outlive this allocator: it is no leak.
    ///
    /// @param block address of a block in use
    /// @return whether the block is watched; an unwatched one cannot be marked
    public boolean markImmortal(long block) {
        synchronized (lock) {
            WatchedBlock known = table.get(block);
            if (known == null || !known.isLive())
                return false;
            known.immortal = true;
            return true;
        }
    }

    /// Looks at the guard bytes of every watched block, and at all of the quarantine.
    ///
    /// @return the faults found, each of them once
    public List<BlockFault> check() {
        synchronized (lock) {
            List<BlockFault> found = table.all().map(this::mend).filter(Objects::nonNull).map(Objects::requireNonNull)
                    .toList();
            found.forEach(this::found);
            return found;
        }
    }

    /// The bytes in use.
    ///
    /// @return 0 or more; at level OFF always 0
    public long liveBytes() {
        synchronized (lock) {
            return books.liveBytes;
        }
    }

    /// Everything that is known at this moment.
    ///
    /// @return the report; after closing that of the moment of closing
    public DebugReport report() {
        synchronized (lock) {
            DebugReport last = lastReport;
            return last != null ? last : report(false);
        }
    }

    private DebugReport report(boolean closed) {
        List<BlockInfo> blocks = table.live().map(this::info).sorted(Comparator.comparingLong(BlockInfo::number))
                .toList();
        return new DebugReport(options.level(), options.sampling(), closed, operations, books.allocations,
                books.resizes, books.frees, books.refusals, books.liveBlocks, books.liveBytes, books.peakBytes,
                quarantine.bytes(), books.small(), books.medium(), books.large(), blocks, faults);
    }

    /// What happened to a block: the first event, and the last ones.
    ///
    /// @param block address of a watched block that is in use or in quarantine
    /// @return oldest first; empty where nothing is known of the block
    public List<DebugEvent> history(long block) {
        synchronized (lock) {
            WatchedBlock known = table.get(block);
            return known == null ? List.of() : known.history.events();
        }
    }

    /// The last events of all watched blocks.
    ///
    /// @return a copy, oldest first
    public List<DebugEvent> events() {
        synchronized (lock) {
            return List.copyOf(events);
        }
    }

    /// Checks everything a last time, gives the quarantine back, and reports. Closing twice gives the same report.
    ///
    /// @param leftover what becomes of blocks that are still in use
    /// @return the last report, with what leaked, and the faults
    public DebugReport close(Leftover leftover) {
        synchronized (lock) {
            DebugReport last = lastReport;
            if (last != null)
                return last;
            check();
            DebugReport report = report(true);
            lastReport = report;
            AllocatorEvents.leaked(this, report);
            for (WatchedBlock ghost = quarantine.poll(); ghost != null; ghost = quarantine.poll())
                release(ghost);
            spoiled.forEach(this::release);
            if (leftover == Leftover.RELEASE)
                table.live().filter(block -> !block.immortal).forEach(this::release);
            return report;
        }
    }

    /// Closes as [Leftover#KEEP] has it, and throws what there is to complain of. Closing twice does nothing.
    ///
    /// @throws BlockFaultException where damage was found that nobody had seen before
    /// @throws BlockLeakException where blocks were still in use
    @Override
    public void close() {
        if (lastReport != null)
            return;
        int seen = report().faults().size();
        DebugReport report = close(Leftover.KEEP);
        RuntimeException leak = report.leakedBlocks() == 0 ? null : new BlockLeakException(report);
        if (report.faults().size() > seen) {
            BlockFaultException fault = new BlockFaultException(report.faults().get(seen));
            if (leak != null)
                fault.addSuppressed(leak);
            throw fault;
        }
        if (leak != null)
            throw leak;
    }

    @Override
    public String toString() {
        return "DebugAllocator[" + inner + "]";
    }

    /// Picks one in so many on average, at distances that no pattern of a program can be in step with. The same picks in
    /// every run.
    private static final class Countdown {
        private final int mean;
        private long left;
        private long random = 0x5eed;

        Countdown(int mean) {
            this.mean = mean;
            left = distance();
        }

        boolean isOver() {
            if (--left > 0)
                return false;
            left = distance();
            return true;
        }

        /// 1 to 2 mean − 1.
        private long distance() {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            return 1 + Math.floorMod(random, 2L * mean - 1);
        }
    }
}
