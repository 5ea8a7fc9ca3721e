package org.lmem.gc;

import org.lmem.core.LuaMemory;
import org.lmem.core.raw.RawMemory;

/// What `lvm.c` does for the API: access to tables with metamethods, comparing, concatenating.
///
/// @lua lvm lvm.c
final class Machine {
    /// How many `__index` or `__newindex` may follow on each other.
    ///
    /// @lua MAXTAGLOOP lvm.c:32
    private static final int MAXTAGLOOP = 100;

    private Machine() {}

    /// Reads `t[key]` to a stack slot.
    ///
    /// @lua luaV_gettable lvm.c:108
    static void getTable(LuaState state, long tbits, int ttag, long kbits, int ktag, long slot) {
        long g = state.global.address;
        long bits = tbits;
        int tag = ttag;
        for (int loop = 0; loop < MAXTAGLOOP; loop++) {
            long tm;
            if (tag == TValue.TABLE) {
                long value = Tables.get(bits, kbits, ktag);
                tm = TValue.isNil(value) ? TagMethods.fast(g, Table.metatable(bits), TagMethods.INDEX) : RawMemory.NULL;
                if (tm == RawMemory.NULL) {
                    TValue.copy(value, slot);
                    return;
                }
            } else {
                tm = TagMethods.of(g, bits, tag, TagMethods.INDEX);
                if (TValue.isNil(tm))
                    throw Errors.typeError(state, tag, "index");
            }
            if (TValue.isFunction(tm)) {
                callForResult(state, slot, tm, bits, tag, kbits, ktag);
                return;
            }
            bits = TValue.bits(tm);
            tag = TValue.tag(tm);
        }
        throw Errors.runError(state, "", "loop in gettable");
    }

    /// Writes `t[key]` from a stack slot.
    ///
    /// @lua luaV_settable lvm.c:134
    static void setTable(LuaState state, long tbits, int ttag, long kbits, int ktag, long slot) {
        long g = state.global.address;
        long bits = tbits;
        int tag = ttag;
        for (int loop = 0; loop < MAXTAGLOOP; loop++) {
            long tm;
            if (tag == TValue.TABLE) {
                long old = Tables.set(state, bits, kbits, ktag);
                tm = TValue.isNil(old)
                        ? TagMethods.fast(g, Table.metatable(bits), TagMethods.NEWINDEX)
                        : RawMemory.NULL;
                if (tm == RawMemory.NULL) {
                    TValue.copy(slot, old);
                    Table.setFlags(bits, 0);
                    Collector.barrierBack(g, bits, slot);
                    return;
                }
            } else {
                tm = TagMethods.of(g, bits, tag, TagMethods.NEWINDEX);
                if (TValue.isNil(tm))
                    throw Errors.typeError(state, tag, "index");
            }
            if (TValue.isFunction(tm)) {
                callToStore(state, tm, bits, tag, kbits, ktag, slot);
                return;
            }
            bits = TValue.bits(tm);
            tag = TValue.tag(tm);
        }
        throw Errors.runError(state, "", "loop in settable");
    }

    /// Calls a metamethod with two arguments for one result.
    ///
    /// @lua callTMres lvm.c:80
    private static void callForResult(LuaState state, long slot, long tm, long bits1, int tag1, long bits2, int tag2) {
        long l = state.address;
        long result = slot - LuaThread.stack(l);
        pushCall(l, tm, bits1, tag1, bits2, tag2);
        Calls.checkStack(state, 3);
        LuaThread.setTop(l, LuaThread.top(l) + 3 * TValue.SIZE);
        Calls.call(state, LuaThread.top(l) - 3 * TValue.SIZE, 1);
        long top = LuaThread.top(l) - TValue.SIZE;
        LuaThread.setTop(l, top);
        TValue.copy(top, LuaThread.stack(l) + result);
    }

    /// @lua callTM lvm.c:96
    private static void callToStore(LuaState state, long tm, long tbits, int ttag, long kbits, int ktag, long slot) {
        long l = state.address;
        pushCall(l, tm, tbits, ttag, kbits, ktag);
        TValue.copy(slot, LuaThread.top(l) + 3 * TValue.SIZE);
        Calls.checkStack(state, 4);
        LuaThread.setTop(l, LuaThread.top(l) + 4 * TValue.SIZE);
        Calls.call(state, LuaThread.top(l) - 4 * TValue.SIZE, 0);
    }

    /// Writes a function and two arguments above the top, into the slots that a stack has to spare.
    private static void pushCall(long l, long tm, long bits1, int tag1, long bits2, int tag2) {
        long top = LuaThread.top(l);
        TValue.copy(tm, top);
        TValue.set(top + TValue.SIZE, bits1, tag1);
        TValue.set(top + 2 * TValue.SIZE, bits2, tag2);
    }

    // --------------------------------------------------------------------------------------------------- comparing

    /// @lua equalobj lvm.h:25
    static boolean equal(LuaState state, long a, long b) {
        int tag = TValue.tag(a);
        if (TValue.rawEquals(a, b))
            return true;
        if (tag != TValue.tag(b) || (tag != TValue.TABLE && tag != TValue.USERDATA))
            return false;
        long g = state.global.address;
        long tm = commonMethod(g, TagMethods.metatable(g, TValue.bits(a), tag),
                TagMethods.metatable(g, TValue.bits(b), tag), TagMethods.EQ);
        return tm != RawMemory.NULL && callForTruth(state, tm, a, b);
    }

    /// The metamethod that two metatables have in common, or 0.
    ///
    /// @lua get_compTM lvm.c:174
    private static long commonMethod(long g, long mt1, long mt2, int event) {
        long tm1 = TagMethods.fast(g, mt1, event);
        if (tm1 == RawMemory.NULL || mt1 == mt2)
            return tm1;
        long tm2 = TagMethods.fast(g, mt2, event);
        return tm2 != RawMemory.NULL && TValue.rawEquals(tm1, tm2) ? tm1 : RawMemory.NULL;
    }

    private static boolean callForTruth(LuaState state, long tm, long a, long b) {
        callForResult(state, LuaThread.top(state.address), tm, TValue.bits(a), TValue.tag(a), TValue.bits(b),
                TValue.tag(b));
        return !TValue.isFalse(LuaThread.top(state.address));
    }

    /// @lua luaV_lessthan lvm.c:225
    static boolean lessThan(LuaState state, long a, long b) {
        int tag = TValue.tag(a);
        if (tag != TValue.tag(b))
            throw Errors.orderError(state, tag, TValue.tag(b));
        if (tag == TValue.NUMBER)
            return TValue.number(a) < TValue.number(b);
        if (tag == TValue.STRING) {
            long s = TValue.object(a);
            long t = TValue.object(b);
            return Bytes.compare(TString.bytes(s), TString.len(s), TString.bytes(t), TString.len(t)) < 0;
        }
        long g = state.global.address;
        long tm1 = TagMethods.of(g, TValue.bits(a), tag, TagMethods.LT);
        long tm2 = TagMethods.of(g, TValue.bits(b), tag, TagMethods.LT);
        if (TValue.isNil(tm1) || !TValue.rawEquals(tm1, tm2))
            throw Errors.orderError(state, tag, tag);
        return callForTruth(state, tm1, a, b);
    }

    // ----------------------------------------------------------------------------------------------- concatenating

    /// Whether a value is a string, a number being made one.
    ///
    /// @lua tostring lvm.h:17
    private static boolean isStringNow(LuaState state, long o) {
        return TValue.isString(o) || Text.toStringInPlace(state, o);
    }

    /// Makes one value of the topmost ones, from the top downwards; as many strings at a time as there are.
    ///
    /// @param total how many
    /// @param last the index of the last one, counted from 0 at the base
    /// @lua luaV_concat lvm.c:282
    static void concat(LuaState state, int total, int last) {
        int left = total;
        int end = last;
        do {
            long top = LuaThread.base(state.address) + (end + 1) * TValue.SIZE;
            int n = concatSome(state, top, left);
            left -= n - 1;
            end -= n - 1;
        } while (left > 1);
    }

    /// One pass.
    ///
    /// @return how many values became one, at least 2
    private static int concatSome(LuaState state, long top, int total) {
        long last = top - TValue.SIZE;
        long first = last - TValue.SIZE;
        if (!(TValue.isString(first) || TValue.isNumber(first)) || !isStringNow(state, last)) {
            concatByMethod(state, first, last);
            return 2;
        }
        if (TString.len(TValue.object(last)) == 0) { // then the result is the first
            Text.toStringInPlace(state, first);
            return 2;
        }
        long length = TString.len(TValue.object(last));
        int n = 1;
        for (; n < total && isStringNow(state, top - (n + 1) * TValue.SIZE); n++) {
            long l = TString.len(TValue.object(top - (n + 1) * TValue.SIZE));
            if (Long.compareUnsigned(l, LuaMemory.MAX_SIZET - length) >= 0)
                throw Errors.runError(state, "", "string length overflow");
            length += l;
        }
        join(state, top, n, length);
        return n;
    }

    private static void join(LuaState state, long top, int n, long length) {
        long buffer = Buffers.openSpace(state, length);
        long to = buffer;
        for (int i = n; i > 0; i--) {
            long ts = TValue.object(top - i * TValue.SIZE);
            Bytes.copy(TString.bytes(ts), to, TString.len(ts));
            to += TString.len(ts);
        }
        TValue.set(top - n * TValue.SIZE, Strings.intern(state, buffer, length), TValue.STRING);
    }

    /// @lua call_binTM lvm.c:163
    private static void concatByMethod(LuaState state, long a, long b) {
        long g = state.global.address;
        long tm = TagMethods.of(g, TValue.bits(a), TValue.tag(a), TagMethods.CONCAT);
        if (TValue.isNil(tm))
            tm = TagMethods.of(g, TValue.bits(b), TValue.tag(b), TagMethods.CONCAT);
        if (TValue.isNil(tm))
            throw Errors.concatError(state, a, b);
        callForResult(state, a, tm, TValue.bits(a), TValue.tag(a), TValue.bits(b), TValue.tag(b));
    }
}
