package org.lmem.allocators;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Every request that a program made of its allocator, in order: the recorded life of a real Lua state.
///
/// ```
///   "LMTR"  u32 version = 1  u64 count  then count × ┌────────┬───────────┬───────────┐   little endian
///                                                    │ u32 id │ u32 osize │ u32 nsize │
///                                                    └────────┴───────────┴───────────┘
/// ```
///
/// `id` names a block. A new block (osize 0) takes the smallest id that is free, a resize (neither 0) keeps it, a free
/// (nsize 0) gives it back. Requests (NULL, 0, 0) are left out.
///
/// A trace that could be read is sound, `inv.trace`: `osize` is always the true size of the block, ids leave
/// no gap, sizes are below 2^31, and nothing is missing.
public final class Trace {
    private static final int MAGIC = 'L' | 'M' << 8 | 'T' << 16 | 'R' << 24;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int RECORD_BYTES = 12;
    /// The most requests that a trace can hold.
    static final int MAX_COUNT = (Integer.MAX_VALUE - HEADER_BYTES) / 3;

    private final int[] records; // id, osize, nsize
    private final int count;
    private final int ids;
    private final long peakBytes;
    private final long endBytes;

    private Trace(int[] records, Books books) {
        this.records = records;
        this.count = records.length / 3;
        this.ids = books.ids;
        this.peakBytes = books.peak;
        this.endBytes = books.live;
    }

    /// Reads a whole trace and checks it.
    ///
    /// @param in the unpacked trace; it is read to its end and not closed
    /// @return the trace
    /// @throws TraceFormatException where it is no sound trace, with the byte offset
    /// @throws IOException where it cannot be read
    public static Trace read(InputStream in) throws IOException {
        InputStream buffered = new BufferedInputStream(in, 1 << 16);
        ByteBuffer header = bytes(buffered, HEADER_BYTES, 0, "the header is incomplete");
        if (header.getInt() != MAGIC)
            throw new TraceFormatException("it does not begin with LMTR", 0);
        int version = header.getInt();
        if (version != VERSION)
            throw new TraceFormatException("unknown version: version=" + Integer.toUnsignedString(version), 4);
        long count = header.getLong();
        if (count < 0 || count > MAX_COUNT)
            throw new TraceFormatException("impossible count: count=" + Long.toUnsignedString(count), 8);
        int[] records = records(buffered, (int) count);
        if (buffered.read() >= 0)
            throw new TraceFormatException("there is more than the count says: count=" + count, offset((int) count));
        return new Trace(records, Books.of(records));
    }

    /// A trace of requests that were recorded.
    ///
    /// @param records id, osize, nsize of each, which belong to the trace from now on
    /// @return the trace
    /// @throws IllegalArgumentException where they make no sound trace
    static Trace of(int[] records) {
        try {
            return new Trace(records, Books.of(records));
        } catch (TraceFormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// Writes the whole trace, as [#read] reads it.
    ///
    /// @param out where to; it is neither flushed nor closed
    /// @throws IOException where it cannot be written
    public void write(OutputStream out) throws IOException {
        byte[] chunk = new byte[RECORD_BYTES << 10];
        ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(MAGIC).putInt(VERSION).putLong(count);
        for (int i = 0; i < count; i++) {
            if (buffer.remaining() < RECORD_BYTES) {
                out.write(chunk, 0, buffer.position());
                buffer.clear();
            }
            buffer.putInt(id(i)).putInt(osize(i)).putInt(nsize(i));
        }
        out.write(chunk, 0, buffer.position());
    }

    private static int[] records(InputStream in, int count) throws IOException {
        // grows with what is really there: a count alone must not take gigabytes
        int[] records = new int[Math.min(count, 1 << 16) * 3];
        for (int i = 0; i < count; i++) {
            if (3 * i == records.length)
                records = Arrays.copyOf(records, (int) Math.min(2L * records.length, 3L * count));
            ByteBuffer one = bytes(in, RECORD_BYTES, offset(i), "it ends early: count=" + count + ", read=" + i);
            records[3 * i] = one.getInt();
            records[3 * i + 1] = one.getInt();
            records[3 * i + 2] = one.getInt();
        }
        return records;
    }

    private static ByteBuffer bytes(InputStream in, int n, long offset, String orElse) throws IOException {
        byte[] bytes = in.readNBytes(n);
        if (bytes.length < n)
            throw new TraceFormatException(orElse, offset + bytes.length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long offset(int record) {
        return HEADER_BYTES + (long) RECORD_BYTES * record;
    }

    /// The number of requests.
    ///
    /// @return 0 or more
    public int size() {
        return count;
    }

    /// The block of a request.
    ///
    /// @param i 0 to size − 1
    /// @return its id, 0 to [#ids] − 1
    public int id(int i) {
        return records[3 * i];
    }

    /// The size that the block of a request has.
    ///
    /// @param i 0 to size − 1
    /// @return bytes, 0 for a new block
    public int osize(int i) {
        return records[3 * i + 1];
    }

    /// The size that the block of a request shall have.
    ///
    /// @param i 0 to size − 1
    /// @return bytes, 0 for a free
    public int nsize(int i) {
        return records[3 * i + 2];
    }

    /// The number of different ids, which is the most blocks in use at once.
    ///
    /// @return 0 or more
    public int ids() {
        return ids;
    }

    /// The most bytes in use at once.
    ///
    /// @return bytes
    public long peakBytes() {
        return peakBytes;
    }

    /// The bytes in use at the end.
    ///
    /// @return bytes, 0 for a state that was closed
    public long endBytes() {
        return endBytes;
    }

    /// What the requests add up to, and whether they make sense.
    private static final class Books {
        private final int[] sizes; // by id, 0 for a free one
        private int ids;
        private long live;
        private long peak;

        private Books(int capacity) {
            sizes = new int[capacity];
        }

        static Books of(int[] records) throws TraceFormatException {
            int fresh = 0; // there are at most as many ids as new blocks
            for (int i = 0; i < records.length; i += 3)
                if (records[i + 1] == 0)
                    fresh++;
            Books books = new Books(fresh);
            for (int i = 0; i < records.length; i += 3)
                books.enter(records[i], records[i + 1], records[i + 2], offset(i / 3));
            return books;
        }

        private void enter(int id, int osize, int nsize, long offset) throws TraceFormatException {
            if (osize < 0 || nsize < 0 || (osize | nsize) == 0)
                throw fault("impossible sizes", id, osize, nsize, offset);
            if (id < 0 || id > ids || id == sizes.length || (id == ids && osize != 0))
                throw fault("unknown block", id, osize, nsize, offset);
            if (sizes[id] != osize)
                throw fault("the block has another size: size=" + sizes[id], id, osize, nsize, offset);
            ids = Math.max(ids, id + 1);
            sizes[id] = nsize;
            live += (long) nsize - osize;
            peak = Math.max(peak, live);
        }

        private static TraceFormatException fault(String what, int id, int osize, int nsize, long offset) {
            return new TraceFormatException(what + ", id=" + Integer.toUnsignedString(id) + ", osize="
                    + Integer.toUnsignedString(osize) + ", nsize=" + Integer.toUnsignedString(nsize), offset);
        }
    }
}
