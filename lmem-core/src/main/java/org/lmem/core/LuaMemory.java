package org.lmem.core;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lua's memory manager: `lmem.h` and `lmem.c`, in their order, and the count of all bytes in use.
///
/// Everything ends in one [#realloc], as in C: the macros are methods of one line that delegate, so that the call graph is
/// the macro-expansion graph. Two faces lie over it:
/// - *raw*: [#reallocv], [#freeMem], [#malloc], [#realloc] take and give addresses; sizes and counts are unsigned 64-bit
///   numbers, and the caller's word is believed wherever it cannot be checked cheaply;
/// - *typed*: [#newObject], [#newVector], [#reallocVector], [#free], [#freeArray] take and give segments of exactly the
///   block's size. A segment lives until its block is resized or freed, or its manager closed; access after that throws.
///
/// A block has no owner, as in C: an error between obtaining and freeing loses it. [#openArena] gives owners, and a
/// [LuaVector] is one. A manager belongs to the thread that made it. Closing it with bytes still in use is a leak, and is
/// reported as one.
///
/// Invariants, cited where they are kept:
/// - `inv.total`: [#totalBytes] is the sum of the sizes of all blocks obtained and not yet freed through this manager.
/// - `inv.commit`: nothing is counted, linked or resized before everything that can fail has succeeded.
/// - `inv.face`: a typed segment is alive exactly as long as its block has the size and the place that the segment shows.
///
/// @lua lmem lmem.c
public final class LuaMemory implements AutoCloseable {
    private static final long NULL = LuaAlloc.NULL;
    private static final int IDLE = 0;
    private static final int COLLECTING = 1;
    private static final int ASKING = 2;

    /// The largest size in bytes that `lmem.h` computes, unsigned: 2^64 − 3.
    ///
    /// @lua MAX_SIZET llimits.h:30
    public static final long MAX_SIZET = -3;

    /// The largest count that Lua holds in an `int`: 2^31 − 3; the limit of a vector without a limit of its own.
    ///
    /// @lua MAX_INT llimits.h:35
    public static final int MAX_INT = Integer.MAX_VALUE - 2;

    private final Semantics semantics;
    private final TypedBlocks typed = new TypedBlocks();
    private LuaAlloc alloc;
    private long totalbytes;
    private @Nullable Thread owner = Thread.currentThread(); // null: closed
    private @Nullable EmergencyCollector collector;
    private int busy; // IDLE, or who is at work for a request
    private long resizing; // the block that the running collection has to leave alone
    private long youngest; // the block handed out last, while it lives

    /// A memory manager with the semantics of 5.1.5.
    ///
    /// @param alloc where the memory comes from
    public LuaMemory(LuaAlloc alloc) {
        this(alloc, Semantics.LUA_5_1);
    }

    /// A memory manager.
    ///
    /// @param alloc where the memory comes from
    /// @param semantics which Lua it behaves like
    public LuaMemory(LuaAlloc alloc, Semantics semantics) {
        this.alloc = Objects.requireNonNull(alloc, "alloc");
        this.semantics = Objects.requireNonNull(semantics, "semantics");
    }

    // ---------------------------------------------------------------------------------------------------- lmem.h

    /// The text of the error for lack of memory.
    ///
    /// @lua MEMERRMSG lmem.h:16
    public static final String MEMERRMSG = "not enough memory";

    /// Resizes a vector of `on` elements of `e` bytes to `n` elements, where `n × e` can be computed.
    ///
    /// `n + 1` elements have to fit in [#MAX_SIZET] bytes, as in C; hence `MAX_SIZET / e − 1` is the largest count. The
    /// addition lets −1 through, which asks the allocator for 2^64 − e bytes ([Semantics#rejectedNegativeCounts]).
    ///
    /// @param block address of the vector, or 0
    /// @param on elements it has
    /// @param n elements wanted, unsigned
    /// @param e bytes of one element, above 0
    /// @return the vector's address, 0 where `n` is 0
    /// @throws LuaRuntimeException where the size cannot be computed
    /// @throws LuaMemoryException where the memory cannot be had
    /// @lua luaM_reallocv lmem.h:19
    public long reallocv(long block, long on, long n, long e) {
        return isCountable(n, e) ? realloc(block, on * e, n * e) : tooBig(n, e);
    }

    /// Frees a block of which the size is known in bytes.
    ///
    /// @param block its address
    /// @param size its size in bytes
    /// @lua luaM_freemem lmem.h:24
    public void freeMem(long block, long size) {
        realloc(block, size, 0);
    }

    /// Frees a block of which the size is known from its type, that is from its segment.
    ///
    /// @param b a segment that this manager gave out, whole; or [MemorySegment#NULL]
    /// @lua luaM_free lmem.h:25
    public void free(MemorySegment b) {
        realloc(typed.addressOf(b), b.byteSize(), 0);
    }

    /// Frees a vector of which the size is known from its count.
    ///
    /// @param b a segment that this manager gave out, whole; or [MemorySegment#NULL]
    /// @param n elements that it has, exactly
    /// @param t layout of an element
    /// @throws IllegalArgumentException where the count is not the vector's
    /// @lua luaM_freearray lmem.h:26
    public void freeArray(MemorySegment b, long n, MemoryLayout t) {
        reallocv(typed.addressOf(b), n, 0, sizeof(t));
    }

    /// A block of any use.
    ///
    /// @param size bytes
    /// @return its address, 0 where `size` is 0
    /// @throws LuaMemoryException where the memory cannot be had
    /// @lua luaM_malloc lmem.h:28
    public long malloc(long size) {
        return realloc(NULL, 0, size);
    }

    /// A block for one object.
    ///
    /// @param t layout of the object
    /// @return a segment of exactly its size, contents undefined
    /// @throws LuaMemoryException where the memory cannot be had
    /// @lua luaM_new lmem.h:29
    public MemorySegment newObject(MemoryLayout t) {
        return face(malloc(sizeof(t)), 1, t);
    }

    /// A block for a vector.
    ///
    /// @param n elements, 0 gives [MemorySegment#NULL]
    /// @param t layout of an element
    /// @return a segment of exactly `n` elements, contents undefined
    /// @throws LuaRuntimeException where the size cannot be computed
    /// @throws LuaMemoryException where the memory cannot be had
    /// @lua luaM_newvector lmem.h:30
    public MemorySegment newVector(long n, MemoryLayout t) {
        return face(reallocv(NULL, 0, n, sizeof(t)), n, t);
    }

    /// Makes room for one more element behind the first `nelems`, where there is none.
    ///
    /// @param v the vector; its block and its capacity change together or not at all
    /// @param nelems elements in use, 0 to its capacity
    /// @throws LuaRuntimeException where the vector is at its limit
    /// @throws LuaMemoryException where the memory cannot be had
    /// @lua luaM_growvector lmem.h:33
    public void growVector(LuaVector v, int nelems) {
        if (Integer.compareUnsigned(nelems, v.capacity()) >= 0) // nelems + 1 > size, or negative
            v.block = growAux(v, nelems);
    }

    /// Gives a vector another number of elements; the elements that it had and has are kept.
    ///
    /// @param v a segment that this manager gave out, whole; it is dead afterwards
    /// @param oldn elements that it has, exactly
    /// @param n elements wanted
    /// @param t layout of an element
    /// @return a segment of exactly `n` elements
    /// @throws LuaRuntimeException where the size cannot be computed; `v` is as it was
    /// @throws LuaMemoryException where the memory cannot be had; `v` is as it was
    /// @throws AllocatorFaultException where the new block is not aligned for `t`; the vector is freed
    /// @lua luaM_reallocvector lmem.h:37
    public MemorySegment reallocVector(MemorySegment v, long oldn, long n, MemoryLayout t) {
        return face(reallocv(typed.addressOf(v), oldn, n, sizeof(t)), n, t);
    }

    // ---------------------------------------------------------------------------------------------------- lmem.c

    /// Gives a full vector its next capacity.
    ///
    /// @return the address of the vector's block
    /// @lua luaM_growaux_ lmem.c:46
    private long growAux(LuaVector v, int nelems) {
        int size = v.requireFull(this, nelems);
        int limit = v.limit();
        if (size >= limit) // cannot grow even a little?
            throw v.atLimit(semantics.growthText());
        int newSize = v.nextCapacity(semantics.clampedGrowth()); // doubles it, or to the limit: GrowthPolicy.DOUBLING
        long newBlock = reallocv(v.block, size, newSize, v.elementSize());
        v.capacity = newSize; // inv.commit: only when everything else is done
        return newBlock;
    }

    /// Raises the error for a size that cannot be computed.
    ///
    /// @param n the count
    /// @param e bytes of one element
    /// @return never; the type lets it stand in an expression
    /// @throws LuaRuntimeException always
    /// @lua luaM_toobig lmem.c:66
    public long tooBig(long n, long e) {
        throw new LuaRuntimeException("memory allocation error: block too big", "n=" + Long.toUnsignedString(n)
                + ", elementsize=" + Long.toUnsignedString(e) + ", largest size=" + Long.toUnsignedString(MAX_SIZET));
    }

    /// Obtains, resizes or frees a block and counts the bytes; every other way to memory comes through here.
    ///
    /// `Differs from Lua:` what 5.1.5 asserts (and a release build believes) is checked, on the way in and on the way out.
    ///
    /// @param block address of the block, or 0
    /// @param osize its size in bytes; 0 where `block` is 0 (or a tag: [Semantics#osizeTags])
    /// @param nsize the size wanted in bytes, unsigned; 0 frees
    /// @return the block's address, 0 where `nsize` is 0
    /// @throws LuaMemoryException where the memory cannot be had; everything is as it was
    /// @throws IllegalArgumentException where block and size cannot belong together
    /// @throws AllocatorFaultException where the allocator breaks its contract
    /// @lua luaM_realloc_ lmem.c:76
    public long realloc(long block, long osize, long nsize) {
        long newBlock = tryRealloc(block, osize, nsize);
        if (newBlock == NULL && nsize != 0)
            throw outOfMemory(block, osize, nsize);
        return newBlock;
    }

    /// The same for a caller that can do without: a refusal is an answer, not an error.
    ///
    /// `Differs from Lua:` 5.1.5 has no such function; 5.4 split its own in these two.
    ///
    /// @param block address of the block, or 0
    /// @param osize its size in bytes; 0 where `block` is 0 (or a tag: [Semantics#osizeTags])
    /// @param nsize the size wanted in bytes, unsigned; 0 frees
    /// @return the block's address; 0 where `nsize` is 0, or where the memory cannot be had and everything is as it was
    /// @throws IllegalArgumentException where block and size cannot belong together
    /// @throws AllocatorFaultException where the allocator breaks its contract
    public long tryRealloc(long block, long osize, long nsize) {
        long counted = admit(block, osize, nsize);
        long newBlock;
        int before = busy;
        busy = ASKING; // as in ask, which would be one call more for the compiler to see through
        try {
            newBlock = alloc.realloc(block, osize, nsize);
        } finally {
            busy = before;
        }
        if (newBlock == NULL && nsize != 0) {
            newBlock = askAgain(block, osize, nsize);
            if (newBlock == NULL)
                return NULL;
        }
        accept(block, osize, nsize, newBlock);
        totalbytes = (totalbytes - counted) + nsize;
        return newBlock;
    }

    // -------------------------------------------------------------------------- what the two assertions stand for

    /// The bytes of `osize` that are counted: none of a tag.
    private long admit(long block, long osize, long nsize) {
        requireAccess();
        if (busy != IDLE)
            requireReach(block, osize, nsize);
        if ((osize == 0) != (block == NULL))
            return admitTag(block, osize, nsize);
        if (Long.compareUnsigned(osize, totalbytes) > 0)
            throw new IllegalArgumentException("no block can be that large: " + request(block, osize, nsize));
        if (!typed.isEmpty())
            typed.admit(block, osize, nsize);
        return osize;
    }

    /// What an allocator and a collector, called by this manager, may ask of it: nothing, and everything but one block.
    private void requireReach(long block, long osize, long nsize) {
        if (busy == ASKING)
            throw new IllegalStateException(
                    "an allocator cannot use the memory that it is asked for: " + request(block, osize, nsize));
        if (block == resizing && block != NULL)
            throw new IllegalStateException(
                    "a collector cannot change the block that is being resized: " + request(block, osize, nsize));
    }

    private long admitTag(long block, long osize, long nsize) {
        if (block != NULL || !semantics.osizeTags())
            throw new IllegalArgumentException(
                    "osize is 0 exactly where there is no block: " + request(block, osize, nsize));
        return 0;
    }

    private void accept(long block, long osize, long nsize, long newBlock) {
        if (newBlock == NULL) { // then nsize is 0
            if (block == youngest)
                youngest = NULL;
            return;
        }
        if (nsize <= 0 || (newBlock & (LuaAlloc.ALIGNMENT - 1)) != 0 || (newBlock != block && isTaken(newBlock)))
            throw new AllocatorFaultException(fault(nsize, newBlock), block, osize, nsize, newBlock);
        if (!typed.isEmpty())
            typed.retire(block);
        if (block == NULL || block == youngest)
            youngest = newBlock;
    }

    /// Whether an address is seen to be in use. Only the youngest block and the typed ones are known.
    private boolean isTaken(long newBlock) {
        return newBlock == youngest || (!typed.isEmpty() && typed.contains(newBlock));
    }

    private static String fault(long nsize, long newBlock) {
        if (nsize == 0)
            return "returned a block for a free";
        if (nsize < 0)
            return "claims a block that no address space holds";
        return newBlock % LuaAlloc.ALIGNMENT != 0 ? "returned a misaligned block" : "gave one address to two blocks";
    }

    /// After a refusal: nothing, or one collection and one more request.
    private long askAgain(long block, long osize, long nsize) {
        EmergencyCollector hook = emergency();
        if (hook == null)
            return NULL;
        busy = COLLECTING;
        resizing = block;
        try {
            hook.collect(this);
        } finally {
            busy = IDLE;
        }
        return ask(block, osize, nsize);
    }

    /// Calls the allocator, which must not come back here before it has answered.
    private long ask(long block, long osize, long nsize) {
        busy = ASKING;
        try {
            return alloc.realloc(block, osize, nsize);
        } finally {
            busy = IDLE; // a collection is over before its request is repeated
        }
    }

    /// What can make room now: nothing in 5.1.5, in a half-built state, and while it is at work already.
    private @Nullable EmergencyCollector emergency() {
        return semantics.emergencyCollection() && busy == IDLE ? collector : null;
    }

    /// The error for a request that was given up; for a caller of [#tryRealloc], or one that does not even ask.
    ///
    /// @param block address of the block, or 0
    /// @param osize its size in bytes
    /// @param nsize the size that was wanted
    /// @return the error, to be thrown
    public LuaMemoryException outOfMemory(long block, long osize, long nsize) {
        return new LuaMemoryException(
                new LuaMemoryException.Details(block, osize, nsize, totalbytes, emergency() != null));
    }

    private String request(long block, long osize, long nsize) {
        return "block=" + Hex.of(block) + ", osize=" + Long.toUnsignedString(osize) + ", nsize="
                + Long.toUnsignedString(nsize) + ", totalbytes=" + totalbytes;
    }

    // ------------------------------------------------------------------------------------------------ size checks

    /// Whether `n` elements of `e` bytes are at most [#MAX_SIZET] bytes; elements without size always are.
    ///
    /// The one predicate for products of sizes. [#reallocv] asks it for `n + 1` elements, so that it draws the line one
    /// element lower.
    ///
    /// @param n count, unsigned
    /// @param e bytes of one element, unsigned
    /// @return true where the product can be computed
    public static boolean isProductSize(long n, long e) {
        return Math.unsignedMultiplyHigh(n, e) == 0 && Long.compareUnsigned(n * e, MAX_SIZET) <= 0;
    }

    private boolean isCountable(long n, long e) {
        if (e <= 0)
            throw new IllegalArgumentException("an element has a size: elementsize=" + e);
        return isProductSize(n + 1, e) && !(n < 0 && semantics.rejectedNegativeCounts());
    }

    private static long sizeof(MemoryLayout t) {
        if (t.byteSize() == 0)
            throw new IllegalArgumentException("a layout without size: layout=" + t);
        return t.byteSize();
    }

    private MemorySegment face(long block, long n, MemoryLayout t) {
        if (block == NULL)
            return MemorySegment.NULL;
        long size = n * t.byteSize();
        if (block % t.byteAlignment() != 0) {
            realloc(block, size, 0);
            throw new AllocatorFaultException("does not align for the layout " + t, NULL, 0, size, block);
        }
        return typed.open(block, size, false);
    }

    // ----------------------------------------------------------------------------------------------- the manager

    /// The bytes in use: the sizes of all blocks obtained and not yet freed.
    ///
    /// May be called by any thread; another thread than the owner may see an older figure.
    ///
    /// @return bytes
    /// @lua totalbytes lstate.h:83
    public long totalBytes() {
        return totalbytes;
    }

    /// Which Lua this manager behaves like.
    ///
    /// @return the semantics chosen at the start
    public Semantics semantics() {
        return semantics;
    }

    /// Where the memory comes from.
    ///
    /// @return the allocator in use
    public LuaAlloc allocator() {
        return alloc;
    }

    /// Changes the allocator, at any time. The new one has to be able to resize and free the blocks of the old one.
    ///
    /// @param alloc the allocator from now on
    public void setAllocator(LuaAlloc alloc) {
        requireAccess();
        this.alloc = Objects.requireNonNull(alloc, "alloc");
    }

    /// Hands over what makes room when the allocator refuses, under [Semantics#emergencyCollection].
    ///
    /// The owner of a state calls this when the state is complete, since a half-built one cannot be collected.
    ///
    /// @param collector the hook, null for none
    public void setEmergencyCollector(@Nullable EmergencyCollector collector) {
        requireAccess();
        this.collector = collector;
    }

    /// Whether the allocator is being called right now, by this manager.
    ///
    /// @return true only for a caller inside the allocator
    public boolean isAsking() {
        return busy == ASKING;
    }

    /// Whether the manager was closed.
    ///
    /// @return true after the first [#close]
    public boolean isClosed() {
        return owner == null;
    }

    /// Closes the manager; typed segments are dead from then on. A second call does nothing.
    ///
    /// @throws MemoryLeakException where bytes were still in use; the manager is closed all the same, and the blocks with
    ///   a typed face and those of arenas have been freed
    /// @throws IllegalStateException while the allocator or an emergency collector is at work; nothing has changed
    @Override
    public void close() {
        if (owner == null)
            return;
        requireIdle();
        if (busy == COLLECTING)
            throw new IllegalStateException("a collector cannot close its memory: totalbytes=" + totalbytes);
        long leaked = totalbytes;
        List<MemoryLeakException.Block> known = typed.blocks();
        typed.freeAll(this::freeMem);
        owner = null;
        if (leaked != 0)
            throw new MemoryLeakException(leaked, known);
    }

    /// An owner for blocks: what is allocated in it is freed when it is closed, at the end of a `try` for example.
    ///
    /// @return the arena, empty
    public LuaArena openArena() {
        requireAccess();
        LuaArena arena = new LuaArena(this);
        typed.add(arena);
        return arena;
    }

    /// No longer closes this arena at the end.
    void forget(LuaArena arena) {
        typed.remove(arena);
    }

    /// A segment over the block of a vector, which alone may resize and free it.
    MemorySegment faceOf(long block, long size) {
        requireAccess();
        return block == NULL ? MemorySegment.NULL : typed.openForVector(block, size);
    }

    /// Nothing is freed while the allocator is at work.
    void requireIdle() {
        requireAccess();
        if (busy == ASKING)
            throw new IllegalStateException("an allocator cannot close what it is asked for: totalbytes=" + totalbytes);
    }

    void requireAccess() {
        if (Thread.currentThread() != owner)
            throw misuse();
    }

    private RuntimeException misuse() {
        Thread own = owner;
        return own == null
                ? new IllegalStateException("the memory manager is closed: totalbytes=" + totalbytes)
                : new WrongThreadException(
                        "a memory manager belongs to one thread: owner=" + own.getName() + ", caller="
                                + Thread.currentThread().getName());
    }

    @Override
    public String toString() {
        return "LuaMemory[totalbytes=" + totalbytes + (owner == null ? ", closed]" : "]");
    }
}
