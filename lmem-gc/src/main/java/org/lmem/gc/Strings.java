package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putByte;
import static org.lmem.core.raw.RawMemory.putLong;

import java.nio.charset.StandardCharsets;
import org.lmem.core.LuaMemory;

/// The string table, which holds every string of a state once, and the making of userdata: `lstring.c`.
///
/// ```
///   buckets[hash mod size] ─► TString ─next─► TString ─next─► 0
/// ```
///
/// - `inv.interned`: two live strings never have the same bytes, so that equality of strings is equality of addresses.
/// - `inv.strt`: `nuse` is the number of all strings in all buckets; the table doubles when it exceeds the size.
///
/// @lua lstring lstring.c
final class Strings {
    /// The size that a new state begins with, and half of the smallest that is ever shrunk.
    ///
    /// @lua MINSTRTABSIZE llimits.h:97
    static final int MIN_BUCKETS = 32;

    private Strings() {}

    /// Gives the string table another number of buckets, a power of 2; does nothing while its buckets are being swept.
    ///
    /// @lua luaS_resize lstring.c:22
    static void resize(LuaState state, int newSize) {
        long g = state.global.address;
        if (Global.phase(g) == Phase.SWEEPSTRING)
            return; // the sweep's position would be lost
        long newBuckets = Memory.newVector(state, newSize, Long.BYTES);
        for (int i = 0; i < newSize; i++)
            putLong(newBuckets + (long) i * Long.BYTES, NULL);
        int oldSize = Global.countBuckets(g);
        for (int i = 0; i < oldSize; i++)
            distribute(getLong(Global.bucket(g, i)), newBuckets, newSize - 1);
        state.memory.reallocv(Global.buckets(g), oldSize, 0, Long.BYTES);
        Global.setCountBuckets(g, newSize);
        Global.setBuckets(g, newBuckets);
    }

    private static void distribute(long first, long buckets, int mask) {
        for (long o = first; o != NULL;) {
            long next = GCHeader.next(o);
            long bucket = buckets + (long) (TString.hash(o) & mask) * Long.BYTES;
            GCHeader.setNext(o, getLong(bucket));
            putLong(bucket, o);
            o = next;
        }
    }

    /// The string of some bytes.
    ///
    /// @lua luaS_newlstr lstring.c:75
    static long intern(LuaState state, byte[] bytes, int offset, int len) {
        int h = Bytes.hash(bytes, offset, len);
        long g = state.global.address;
        for (long o = getLong(Global.bucket(g, h & (Global.countBuckets(g) - 1))); o != NULL; o = GCHeader.next(o)) {
            if (TString.hash(o) == h && TString.len(o) == len && Bytes.equal(TString.bytes(o), bytes, offset, len))
                return revived(state, o);
        }
        long ts = Memory.malloc(state, TString.sizeOf(len));
        Bytes.copy(bytes, offset, TString.bytes(ts), len);
        return chained(state, ts, len, h);
    }

    /// The string of some bytes off the heap.
    ///
    /// @lua luaS_newlstr lstring.c:75
    static long intern(LuaState state, long bytes, long len) {
        int h = Bytes.hash(bytes, len);
        long g = state.global.address;
        for (long o = getLong(Global.bucket(g, h & (Global.countBuckets(g) - 1))); o != NULL; o = GCHeader.next(o)) {
            if (TString.hash(o) == h && TString.len(o) == len && Bytes.equal(TString.bytes(o), bytes, len))
                return revived(state, o);
        }
        if (Long.compareUnsigned(len, LuaMemory.MAX_SIZET - TString.HEAD - 1) > 0)
            throw Memory.tooBig(state, "len=" + Messages.size(len));
        long ts = Memory.malloc(state, TString.sizeOf(len));
        Bytes.copy(bytes, TString.bytes(ts), len);
        return chained(state, ts, len, h);
    }

    /// The string of a Java text, in UTF-8.
    ///
    /// @lua luaS_new lstring.h:20
    static long intern(LuaState state, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return intern(state, bytes, 0, bytes.length);
    }

    /// A string that waits to be swept is alive again as soon as somebody asks for it.
    private static long revived(LuaState state, long ts) {
        if (Global.isDead(state.global.address, ts))
            GCHeader.changeWhite(ts);
        state.global.youngestString = ts;
        return ts;
    }

    /// The second half of making a string, when its bytes are in place.
    ///
    /// @lua newlstr lstring.c:50
    private static long chained(LuaState state, long ts, long len, int h) {
        long g = state.global.address;
        putByte(TString.bytes(ts) + len, (byte) 0);
        TString.setLen(ts, len);
        TString.setHash(ts, h);
        GCHeader.setHead(ts, TValue.STRING, Global.newWhite(g)); // no reserved word
        int size = Global.countBuckets(g);
        long bucket = Global.bucket(g, h & (size - 1));
        GCHeader.setNext(ts, getLong(bucket));
        putLong(bucket, ts);
        state.global.youngestString = ts;
        int count = Global.countStrings(g) + 1;
        Global.setCountStrings(g, count);
        if (count > size && size <= LuaMemory.MAX_INT / 2) // too crowded?
            resize(state, size * 2);
        return ts;
    }

    /// A string that is never collected.
    ///
    /// @lua luaS_fix lstring.h:24
    static long fixed(LuaState state, String text) {
        long ts = intern(state, text);
        GCHeader.set(ts, GCHeader.FIXED);
        return ts;
    }

    /// A userdata, chained behind the main thread.
    ///
    /// @lua luaS_newudata lstring.c:96
    static long newUserdata(LuaState state, long size, long env) {
        if (Long.compareUnsigned(size, LuaMemory.MAX_SIZET - Udata.HEAD) > 0)
            throw Memory.tooBig(state, "size=" + Messages.size(size));
        long u = Memory.malloc(state, Udata.sizeOf(size));
        long g = state.global.address;
        GCHeader.setHead(u, TValue.USERDATA, Global.newWhite(g));
        Udata.setLen(u, size);
        Udata.setMetatable(u, NULL);
        Udata.setEnv(u, env);
        long main = Global.mainThread(g);
        GCHeader.setNext(u, GCHeader.next(main));
        GCHeader.setNext(main, u);
        return u;
    }
}
