package org.lmem.core;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.lmem.core.raw.RawMemory;

/// A vector that grows: the block and the capacity that C keeps in two variables, which `luaM_growvector` changes.
///
/// ```
///   block ──►┌─────┬─────┬─────┬─────┬─────┬─────┬─────┬─────┐
///            │  0  │  1  │  2  │  3  │  4  │     │     │     │   elements of elementSize bytes
///            └─────┴─────┴─────┴─────┴─────┴─────┴─────┴─────┘
///            ◄──────── length = 5 ────────►
///            ◄───────────────── capacity = 8 ────────────────►   … up to limit
/// ```
///
/// Invariants: `inv.vector.pair`: block and capacity belong together at every moment, also after a refused growth.
/// `inv.vector.length`: 0 ≤ length ≤ capacity. Where a capacity is 0 there is no block.
///
/// Growth is the policy's choice, Lua's being [GrowthPolicy#DOUBLING]: 1000 appends take 9 growths. In C the owner of the
/// vector counts the elements in use; here the vector does ([#length]), and access beyond it is an error.
///
/// Appending in a tight loop is fastest through an [Appender], which counts in a register instead of in memory.
///
/// A vector owns its block: close it (or use it in a `try`) and nothing leaks when an error comes in between.
public final class LuaVector implements AutoCloseable {
    private static final String DEFAULT_MESSAGE = "vector overflow";

    private final LuaMemory memory;
    private final MemoryLayout layout;
    private final long elementSize;
    private final String message;
    private final GrowthPolicy policy;
    private int limit;
    private int length;
    long block; // written by LuaMemory.growVector, with capacity
    int capacity;

    private LuaVector(LuaMemory memory, MemoryLayout layout, int limit, String message, GrowthPolicy policy) {
        this.memory = Objects.requireNonNull(memory, "memory");
        this.layout = Objects.requireNonNull(layout, "layout");
        this.elementSize = layout.byteSize();
        this.message = Objects.requireNonNull(message, "message");
        this.policy = Objects.requireNonNull(policy, "policy");
        if (elementSize == 0)
            throw new IllegalArgumentException("a layout without size: layout=" + layout);
        setLimit(limit);
    }

    /// An empty vector without a limit of its own ([LuaMemory#MAX_INT] elements).
    ///
    /// @param memory where its block comes from
    /// @param layout of an element
    /// @return the vector; it has no block yet
    public static LuaVector of(LuaMemory memory, MemoryLayout layout) {
        return of(memory, layout, LuaMemory.MAX_INT, DEFAULT_MESSAGE);
    }

    /// An empty vector with a limit.
    ///
    /// @param memory where its block comes from
    /// @param layout of an element
    /// @param limit the most elements it may have
    /// @param message the error when there should be more; under 5.2's [Semantics.GrowthText] the name of the elements
    /// @return the vector; it has no block yet
    public static LuaVector of(LuaMemory memory, MemoryLayout layout, int limit, String message) {
        return of(memory, layout, limit, message, GrowthPolicy.DOUBLING);
    }

    /// An empty vector with a limit and a policy of growth.
    ///
    /// @param memory where its block comes from
    /// @param layout of an element
    /// @param limit the most elements it may have
    /// @param message the error when there should be more; under 5.2's [Semantics.GrowthText] the name of the elements
    /// @param policy how it grows
    /// @return the vector; it has no block yet
    public static LuaVector of(LuaMemory memory, MemoryLayout layout, int limit, String message, GrowthPolicy policy) {
        return new LuaVector(memory, layout, limit, message, policy);
    }

    /// The elements in use.
    ///
    /// @return 0 to [#capacity]
    public int length() {
        return length;
    }

    /// The elements that the block has room for.
    ///
    /// @return 0 to the limit
    public int capacity() {
        return capacity;
    }

    /// The most elements that the vector may grow to.
    ///
    /// @return the limit
    public int limit() {
        return limit;
    }

    /// The layout of an element.
    ///
    /// @return as given
    public MemoryLayout layout() {
        return layout;
    }

    /// The size of an element.
    ///
    /// @return bytes, above 0
    public long elementSize() {
        return elementSize;
    }

    /// The address of the first element. It changes when the vector grows.
    ///
    /// @return 0 where the capacity is 0
    public long address() {
        return block;
    }

    /// Changes the limit.
    ///
    /// @param limit the most elements from now on
    /// @throws IllegalArgumentException where the vector is larger already
    public void setLimit(int limit) {
        if (limit < capacity)
            throw new IllegalArgumentException(
                    "the limit is below the current size: limit=" + limit + ", capacity=" + capacity);
        this.limit = limit;
    }

    /// Changes the number of elements in use, within the capacity. Elements that come into use so are undefined.
    ///
    /// @param length 0 to [#capacity]
    public void setLength(int length) {
        if (length < 0 || length > capacity)
            throw new IllegalArgumentException(
                    "the length is not within the capacity: length=" + length + ", capacity=" + capacity);
        this.length = length;
    }

    /// Gives the vector exactly this capacity, larger or smaller; elements beyond it go out of use.
    ///
    /// @param n the new capacity, 0 to the limit (or to the present capacity, which may be above it); 0 frees the block
    /// @throws LuaMemoryException where the memory cannot be had; the vector is as it was
    public void resize(int n) {
        if (n < 0 || n > Math.max(limit, capacity))
            throw new IllegalArgumentException("the capacity is not within the limit: n=" + n + ", limit=" + limit);
        block = memory.reallocv(block, capacity, n, elementSize);
        capacity = n;
        length = Math.min(length, n);
    }

    /// Gives back the room that is not in use, as Lua's compiler does at the end of a function (`lparser.c:362-372`).
    public void shrinkToFit() {
        resize(length);
    }

    /// Frees the block. The vector is empty afterwards and could grow again.
    @Override
    public void close() {
        if (capacity != 0)
            resize(0);
    }

    /// The whole block, unused room included.
    ///
    /// @return a segment of capacity × element size bytes, dead after the next growth
    public MemorySegment segment() {
        return memory.faceOf(block, capacity * elementSize);
    }

    /// One element as a segment.
    ///
    /// @param index 0 to length − 1
    /// @return a segment of the element's size, dead after the next growth
    public MemorySegment element(int index) {
        return segment().asSlice(requireIndex(index) * elementSize, elementSize);
    }

    /// Appends an element with undefined contents.
    ///
    /// @return a segment of the element's size, dead after the next growth
    public MemorySegment add() {
        memory.requireAccess();
        memory.growVector(this, length);
        length++;
        return element(length - 1);
    }

    /// Appends an `int`.
    ///
    /// @param value of the new element
    public void addInt(int value) {
        RawMemory.putInt(next(Integer.BYTES), value);
        length++;
    }

    /// An element of four bytes.
    ///
    /// @param index 0 to length − 1
    /// @return its value
    public int getInt(int index) {
        return RawMemory.getInt(at(index, Integer.BYTES));
    }

    /// Writes an element of four bytes.
    ///
    /// @param index 0 to length − 1
    /// @param value what
    public void setInt(int index, int value) {
        RawMemory.putInt(at(index, Integer.BYTES), value);
    }

    /// Appends a `long` (or an address).
    ///
    /// @param value of the new element
    public void addLong(long value) {
        RawMemory.putLong(next(Long.BYTES), value);
        length++;
    }

    /// An element of eight bytes.
    ///
    /// @param index 0 to length − 1
    /// @return its value
    public long getLong(int index) {
        return RawMemory.getLong(at(index, Long.BYTES));
    }

    /// Writes an element of eight bytes.
    ///
    /// @param index 0 to length − 1
    /// @param value what
    public void setLong(int index, long value) {
        RawMemory.putLong(at(index, Long.BYTES), value);
    }

    /// Appends a `double`.
    ///
    /// @param value of the new element
    public void addDouble(double value) {
        RawMemory.putDouble(next(Double.BYTES), value);
        length++;
    }

    /// An element that is a `double`.
    ///
    /// @param index 0 to length − 1
    /// @return its value
    public double getDouble(int index) {
        return RawMemory.getDouble(at(index, Double.BYTES));
    }

    /// Writes an element that is a `double`.
    ///
    /// @param index 0 to length − 1
    /// @param value what
    public void setDouble(int index, double value) {
        RawMemory.putDouble(at(index, Double.BYTES), value);
    }

    /// Appends a byte.
    ///
    /// @param value of the new element
    public void addByte(byte value) {
        RawMemory.putByte(next(Byte.BYTES), value);
        length++;
    }

    /// An element of one byte.
    ///
    /// @param index 0 to length − 1
    /// @return its value
    public byte getByte(int index) {
        return RawMemory.getByte(at(index, Byte.BYTES));
    }

    /// Writes an element of one byte.
    ///
    /// @param index 0 to length − 1
    /// @param value what
    public void setByte(int index, byte value) {
        RawMemory.putByte(at(index, Byte.BYTES), value);
    }

    private long next(int bytes) {
        requireWidth(bytes);
        int n = length;
        if (n == capacity)
            memory.growVector(this, n);
        return block + (long) n * bytes;
    }

    private long at(int index, int bytes) {
        requireWidth(bytes);
        return block + (long) requireIndex(index) * bytes;
    }

    private void requireWidth(int bytes) {
        memory.requireAccess();
        if (bytes != elementSize)
            throw wrongWidth(bytes);
    }

    private IllegalArgumentException wrongWidth(int bytes) {
        return new IllegalArgumentException(
                "the elements have another size: elementsize=" + elementSize + ", accessed=" + bytes);
    }

    private int requireIndex(int index) {
        if (index < 0 || index >= length)
            throw new IndexOutOfBoundsException("no such element: index=" + index + ", length=" + length);
        return index;
    }

    /// The capacity, of a vector of that manager that is full with `nelems`.
    int requireFull(LuaMemory caller, int nelems) {
        if (caller != memory)
            throw new IllegalArgumentException("the vector belongs to another memory manager: vector=" + this);
        if (nelems != capacity)
            throw new IllegalArgumentException(
                    "the elements in use are not those of the vector: nelems=" + nelems + ", capacity=" + capacity);
        return capacity;
    }

    int nextCapacity(boolean clamped) {
        int size = capacity;
        int grown = policy.nextCapacity(size, limit);
        if (capacity != size)
            throw new IllegalStateException(
                    "a growth policy cannot change the vector: capacity=" + size + ", now=" + capacity);
        if (grown <= size)
            throw new IllegalStateException(
                    "a growth policy has to grow: capacity=" + capacity + ", limit=" + limit + ", answer=" + grown);
        return clamped ? Math.min(grown, limit) : grown;
    }

    LuaRuntimeException atLimit(Semantics.GrowthText text) {
        return new LuaRuntimeException(text.of(message, limit), "capacity=" + capacity + ", limit=" + limit);
    }

    /// A cursor behind the last element, for appending many.
    ///
    /// @return the cursor; the vector's length counts what it has appended when it is closed
    public Appender appender() {
        memory.requireAccess();
        return new Appender(this);
    }

    /// Appends to a vector, and counts for it.
    ///
    /// ```java
    /// try (LuaVector.Appender out = vector.appender()) {
    ///     for (int i = 0; i < n; i++)
    ///         out.addInt(i);
    /// }
    /// ```
    ///
    /// A count that lives in the vector makes each append wait for the store of the one before. A cursor that does not leave
    /// the method lives in registers, and 10,000,000 appends take half the time. It is of use as long as nothing else
    /// changes the capacity of the vector; after that it is refused.
    public static final class Appender implements AutoCloseable {
        private final LuaVector vector;
        private final LuaMemory memory;
        private final long width;
        private long base; // the vector's block
        private int capacity; // and its size, as they were last seen
        private long next; // where the next element goes
        private long end; // where the capacity ends

        private Appender(LuaVector vector) {
            this.vector = vector;
            this.memory = vector.memory;
            this.width = vector.elementSize;
            this.base = vector.block;
            this.capacity = vector.capacity;
            this.next = base + vector.length * width;
            this.end = base + capacity * width;
        }

        /// Appends an `int`.
        ///
        /// @param value of the new element
        public void addInt(int value) {
            prepare(Integer.BYTES);
            RawMemory.putInt(next, value);
            next += Integer.BYTES;
        }

        /// Appends a `long` (or an address).
        ///
        /// @param value of the new element
        public void addLong(long value) {
            prepare(Long.BYTES);
            RawMemory.putLong(next, value);
            next += Long.BYTES;
        }

        /// Appends a `double`.
        ///
        /// @param value of the new element
        public void addDouble(double value) {
            prepare(Double.BYTES);
            RawMemory.putDouble(next, value);
            next += Double.BYTES;
        }

        /// Appends a byte.
        ///
        /// @param value of the new element
        public void addByte(byte value) {
            prepare(Byte.BYTES);
            RawMemory.putByte(next, value);
            next += Byte.BYTES;
        }

        /// Tells the vector how many elements it has now. A vector that has changed in between is left as it is.
        @Override
        public void close() {
            if (vector.block == base && vector.capacity == capacity)
                vector.length = (int) ((next - base) / width);
        }

        private void prepare(int bytes) {
            memory.requireAccess();
            if (vector.block != base || vector.capacity != capacity || bytes != width)
                throw refusal(vector, bytes);
            if (next == end) {
                // a rare call is not inlined and would force the cursor into memory: no method of its own is called here
                long used = next - base;
                memory.growVector(vector, (int) (used / width));
                base = vector.block;
                capacity = vector.capacity;
                next = base + used;
                end = base + capacity * width;
            }
        }

        private static RuntimeException refusal(LuaVector vector, int bytes) {
            return bytes != vector.elementSize
                    ? vector.wrongWidth(bytes)
                    : new IllegalStateException("the vector has changed under its appender: " + vector);
        }
    }

    @Override
    public String toString() {
        return "LuaVector[length=" + length + ", capacity=" + capacity + ", limit=" + limit + "]";
    }
}
