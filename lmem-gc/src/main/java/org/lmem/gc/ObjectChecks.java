package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.getByte;

import java.util.HashSet;
import java.util.Set;

/// The checks of single objects: whether what hangs on one can be read, and is as its descriptor says.
///
/// An object that fails here is not sound: its references are not followed.
final class ObjectChecks {
    /// Who is told.
    @FunctionalInterface
    interface Report {
        void violation(String rule, long object, String detail);
    }

    private final long g;
    private final AddressSpace space;
    private final Report report;
    private final Set<Long> unsound = new HashSet<>();
    private boolean failed;

    ObjectChecks(long g, AddressSpace space, Report report) {
        this.g = g;
        this.space = space;
        this.report = report;
    }

    /// Whether the object has passed, and so has its metatable.
    boolean isSound(long o, HeapObjects objects) {
        if (unsound.contains(o))
            return false;
        long mt = switch (GCHeader.type(o)) {
            case TValue.TABLE -> Table.metatable(o);
            case TValue.USERDATA -> Udata.metatable(o);
            default -> NULL;
        };
        return mt == NULL || (objects.contains(mt) && !unsound.contains(mt) && GCHeader.type(mt) == TValue.TABLE);
    }

    private void require(boolean holds, String rule, long o, String detail) {
        if (holds)
            return;
        failed = true;
        report.violation(rule, o, detail);
    }

    void check(HeapObjects.Found found) {
        failed = false;
        long o = found.address();
        if (checkPlace(found)) {
            switch (GCHeader.type(o)) {
                case TValue.STRING -> checkString(o, found.owner());
                case TValue.TABLE -> checkTable(o);
                case TValue.USERDATA -> require(space.isReadable(o, Udata.sizeOf(Udata.len(o))), "inv.readable",
                        o, "the block is not in memory: len=" + Udata.len(o));
                case TValue.FUNCTION -> require(space.isReadable(o, Closure.sizeOf(o)), "inv.readable", o,
                        "the upvalues are not in memory: upvalues=" + Closure.countUpvalues(o));
                case TValue.THREAD -> checkThread(o);
                case TValue.UPVAL -> checkUpval(o, found);
                default -> checkProto(o);
            }
        }
        if (failed)
            unsound.add(o);
    }

    /// @return whether the type is one
    private boolean checkPlace(HeapObjects.Found found) {
        long o = found.address();
        int type = GCHeader.type(o);
        boolean right = switch (found.place()) {
            case BUCKET -> type == TValue.STRING;
            case OPEN -> type == TValue.UPVAL;
            case RING -> type == TValue.USERDATA;
            case ROOT -> type > TValue.STRING && type <= TValue.UPVAL;
        };
        require(right, "inv.type", o, "is on the wrong list: type=" + type + ", list=" + found.place());
        return right;
    }

    // ----------------------------------------------------------------------------------------------------- strings

    private void checkString(long ts, long bucket) {
        long len = TString.len(ts);
        require(space.isReadable(ts, TString.sizeOf(len)), "inv.readable", ts,
                "the bytes are not in memory: len=" + len);
        if (failed)
            return;
        require(getByte(TString.bytes(ts) + len) == 0, "inv.strt", ts, "has no zero byte behind it: len=" + len);
        int hash = Bytes.hash(TString.bytes(ts), len);
        require(hash == TString.hash(ts), "inv.strt", ts,
                "has a wrong hash: hash=" + TString.hash(ts) + ", right=" + hash);
        int right = TString.hash(ts) & (Global.countBuckets(g) - 1);
        require(right == bucket, "inv.strt", ts, "is in the wrong bucket: bucket=" + bucket + ", right=" + right);
    }

    // ------------------------------------------------------------------------------------------------------ tables

    private void checkTable(long t) {
        int array = Table.sizeArray(t);
        int log = Table.logSizeNode(t);
        require(array >= 0 && (array == 0) == (Table.array(t) == NULL)
                && (array == 0 || space.isReadable(Table.array(t), array * TValue.SIZE)), "inv.readable", t,
                "the array part is not in memory: sizearray=" + array);
        require(log >= 0 && log <= Rehash.MAXBITS && (Table.node(t) != Node.DUMMY || log == 0)
                && space.isReadable(Table.node(t), (1L << log) * Node.SIZE), "inv.readable", t,
                "the hash part is not in memory: lsizenode=" + log);
        if (failed || Table.node(t) == Node.DUMMY)
            return;
        long start = Table.node(t);
        long end = start + Table.sizeNode(t) * Node.SIZE;
        for (long n = start; n < end && !failed; n += Node.SIZE)
            checkNode(t, n, start, end);
        require(Table.lastFree(t) >= start && Table.lastFree(t) <= end, "inv.lastfree", t,
                "lastfree is not one of the nodes: lastfree=" + Messages.hex(Table.lastFree(t)));
        for (long n = start; n < end && !failed; n += Node.SIZE)
            checkEntry(t, n);
    }

    private void checkNode(long t, long n, long start, long end) {
        int steps = 0;
        for (long m = n; m != NULL; m = Node.next(m)) {
            require(m >= start && m < end && (m - start) % Node.SIZE == 0, "inv.brent", t,
                    "a chain leaves the nodes: next=" + Messages.hex(m));
            require(steps++ <= Table.sizeNode(t), "inv.brent", t,
                    "a chain runs in a circle: node=" + (n - start) / Node.SIZE);
            if (failed)
                return;
        }
    }

    private void checkEntry(long t, long n) {
        long key = Node.key(n);
        long number = (n - Table.node(t)) / Node.SIZE;
        require(n < Table.lastFree(t) || !TValue.isNil(key), "inv.lastfree", t,
                "a node behind lastfree is free: node=" + number);
        if (TValue.isNil(Node.value(n)))
            return;
        require(TValue.tag(key) > TValue.NIL && TValue.tag(key) < TValue.DEADKEY, "inv.table", t,
                "an entry has a value and no key: node=" + number + ", key=" + References.typeName(TValue.tag(key)));
        if (failed || Global.isDead(g, t)
                || (TValue.isString(key) && !space.isReadable(TValue.object(key), TString.HEAD)))
            return;
        long m = Tables.mainPosition(t, TValue.bits(key), TValue.tag(key));
        while (m != NULL && m != n)
            m = Node.next(m);
        require(m == n, "inv.brent", t, "a key is not found from its main position: node=" + number);
    }

    // ----------------------------------------------------------------------------------------- threads and upvalues

    private void checkThread(long l) {
        if (!space.isReadable(l, LuaThread.SIZE)) {
            require(false, "inv.readable", l, "the thread is not in memory");
            return;
        }
        if (LuaThread.stack(l) == NULL || LuaThread.baseCI(l) == NULL)
            return; // half-built
        long stack = LuaThread.stack(l);
        long slots = LuaThread.stackSize(l);
        require(slots > Calls.EXTRA_STACK && space.isReadable(stack, slots * TValue.SIZE), "inv.readable", l,
                "the stack is not in memory: stacksize=" + slots);
        require(LuaThread.sizeCI(l) > 0
                && space.isReadable(LuaThread.baseCI(l), LuaThread.sizeCI(l) * CallInfo.SIZE), "inv.readable", l,
                "the calls are not in memory: size_ci=" + LuaThread.sizeCI(l));
        if (failed)
            return;
        long end = stack + slots * TValue.SIZE;
        require(LuaThread.stackLast(l) == end - (Calls.EXTRA_STACK + 1) * TValue.SIZE, "inv.stack", l,
                "stack_last is not the last slot but the extra ones");
        require(isSlot(LuaThread.top(l), stack, end) && isSlot(LuaThread.base(l), stack, LuaThread.top(l) + 1),
                "inv.stack", l, "base and top are not in order");
        long last = LuaThread.baseCI(l) + (LuaThread.sizeCI(l) - 1) * CallInfo.SIZE;
        require(LuaThread.endCI(l) == last && LuaThread.ci(l) >= LuaThread.baseCI(l) && LuaThread.ci(l) <= last,
                "inv.stack", l, "the call in progress is not one of the calls");
        for (long ci = LuaThread.baseCI(l); !failed && ci <= LuaThread.ci(l); ci += CallInfo.SIZE)
            require(isSlot(CallInfo.func(ci), stack, end) && isSlot(CallInfo.base(ci), stack, end)
                    && isSlot(CallInfo.top(ci), stack, end), "inv.stack", l, "a call's slots are not on the stack");
    }

    private static boolean isSlot(long o, long from, long to) {
        return o >= from && o < to && (o - from) % TValue.SIZE == 0;
    }

    private void checkUpval(long uv, HeapObjects.Found found) {
        if (!space.isReadable(uv, UpVal.SIZE)) {
            require(false, "inv.readable", uv, "the upvalue is not in memory");
            return;
        }
        boolean open = found.place() == HeapObjects.Place.OPEN;
        require(UpVal.isOpen(uv) == open, "inv.upvalue", uv,
                open ? "is closed, and on a thread's list" : "is open, and on the list of all objects");
        if (failed || !open)
            return;
        long l = found.owner();
        require(isSlot(UpVal.v(uv), LuaThread.stack(l), LuaThread.stack(l) + LuaThread.stackSize(l) * TValue.SIZE),
                "inv.upvalue", uv, "is no slot of its thread: v=" + Messages.hex(UpVal.v(uv)));
        long next = GCHeader.next(uv);
        require(next == NULL || !space.isReadable(next, UpVal.SIZE) || UpVal.v(next) < UpVal.v(uv),
                "inv.upvalue", uv, "is not in the order of falling slots");
        require(isLinked(UpVal.nextOpen(uv)) && UpVal.previousOpen(UpVal.nextOpen(uv)) == uv
                && isLinked(UpVal.previousOpen(uv)) && UpVal.nextOpen(UpVal.previousOpen(uv)) == uv, "inv.upvalue", uv,
                "is not in the ring of open upvalues");
    }

    private boolean isLinked(long uv) {
        return space.isReadable(uv, UpVal.SIZE);
    }

    private void checkProto(long p) {
        if (!space.isReadable(p, Proto.SIZE)) {
            require(false, "inv.readable", p, "the prototype is not in memory");
            return;
        }
        for (Proto.Vector v : Proto.Vector.ALL) {
            int n = v.count(p);
            require(n == 0 || (n > 0 && space.isReadable(v.address(p), n * v.elementSize)), "inv.readable", p,
                    "a vector is not in memory: vector=" + v + ", size=" + n);
        }
    }
}
