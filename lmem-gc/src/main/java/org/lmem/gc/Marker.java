package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;
import static org.lmem.core.raw.RawMemory.putLong;

/// The marking half of the collector: from the roots along all references.
///
/// ```
///   white ── reach ──► gray, on the list Global.gray ── propagate ──► black
///     │                                                   │
///     ├─ string ─────► gray, on no list                   ├─ weak table: gray, on the list Global.weak
///     └─ userdata ───► black                              └─ thread:     gray, on the list Global.grayAgain
/// ```
///
/// - `inv.gray`: an object is gray if and only if it is on one of the three lists, or is a string or an open upvalue.
///   The lists run through the objects themselves, so that marking needs no memory.
///
/// The order is 5.1.5's: what was reached last is traversed first, and an object is traversed from its end. It decides
/// which objects a step gets to.
///
/// A gray list that is being worked on is a local variable: the methods take its first object and return the new one.
final class Marker {
    private static final int WHITES = GCHeader.inWord(GCHeader.WHITES);
    private static final int BLACK = GCHeader.inWord(GCHeader.BLACK);
    private static final int WEAKKEYS = GCHeader.inWord(GCHeader.WEAKKEYS);
    private static final int WEAKVALUES = GCHeader.inWord(GCHeader.WEAKVALUES);

    private Marker() {}

    // ---------------------------------------------------------------------------------------------------- reaching

    /// Marks an object if it is white.
    ///
    /// @param gray the gray list
    /// @return the gray list
    /// @lua markobject lgc.c:55
    static long reach(long o, long gray) {
        int word = GCHeader.word(o);
        return (word & WHITES) == 0 ? gray : mark(o, word & ~WHITES, gray);
    }

    /// Marks a table if it is white.
    private static long reachTable(long t, long gray) {
        int word = GCHeader.word(t);
        if ((word & WHITES) == 0)
            return gray;
        GCHeader.setWord(t, word & ~WHITES);
        return push(t, Table.GCLIST, gray);
    }

    /// Marks the object that a value is, if it is one and white.
    ///
    /// @lua markvalue lgc.c:52
    static long reachValue(long value, long gray) {
        return TValue.isCollectable(value) ? reach(TValue.object(value), gray) : gray;
    }

    /// Marks a white object; one with references goes to the gray list.
    ///
    /// @param word its type and marks, the white ones gone
    /// @lua reallymarkobject lgc.c:69
    private static long mark(long o, int word, long gray) {
        GCHeader.setWord(o, word);
        int type = GCHeader.typeIn(word);
        if (type == TValue.STRING)
            return gray;
        if (type != TValue.TABLE)
            return markOther(o, word, gray);
        putLong(o, Table.GCLIST, gray);
        return o;
    }

    private static long markOther(long o, int word, long gray) {
        return switch (GCHeader.typeIn(word)) {
            case TValue.FUNCTION -> push(o, Closure.GCLIST, gray);
            case TValue.USERDATA -> markUserdata(o, word, gray);
            case TValue.UPVAL -> markUpval(o, word, gray);
            case TValue.THREAD -> push(o, LuaThread.GCLIST, gray);
            default -> push(o, Proto.GCLIST, gray);
        };
    }

    private static long push(long o, long link, long gray) {
        putLong(o, link, gray);
        return o;
    }

    private static long markUserdata(long u, int word, long gray) {
        GCHeader.setWord(u, word | BLACK); // userdata are never gray
        long mt = Udata.metatable(u);
        return reachTable(Udata.env(u), mt == NULL ? gray : reachTable(mt, gray));
    }

    private static long markUpval(long uv, int word, long gray) {
        if (!UpVal.isOpen(uv))
            GCHeader.setWord(uv, word | BLACK); // open upvalues are never black
        return reachValue(UpVal.v(uv), gray);
    }

    // ------------------------------------------------------------------------------------------------------- roots

    /// Begins a cycle: the roots become gray.
    ///
    /// @lua markroot lgc.c:500
    static void markRoots(long g) {
        Global.setGrayAgain(g, NULL);
        Global.setWeak(g, NULL);
        long main = Global.mainThread(g);
        long gray = reach(main, NULL);
        gray = reachValue(LuaThread.globals(main), gray); // traversed before the main thread's stack
        gray = reachValue(Global.registry(g), gray);
        Global.setGray(g, reachMetatables(g, gray));
        Global.setPhase(g, Phase.PROPAGATE);
    }

    /// The metatables that all values of a basic type have.
    ///
    /// @lua markmt lgc.c:492
    static long reachMetatables(long g, long first) {
        long gray = first;
        for (int tag = 0; tag < TValue.TAGS; tag++) {
            long mt = Global.metatable(g, tag);
            if (mt != NULL)
                gray = reach(mt, gray);
        }
        return gray;
    }

    /// Open upvalues of threads that are perhaps dead: their values belong to the closures that have them.
    ///
    /// @lua remarkupvals lgc.c:514
    static void remarkUpvals(long g) {
        long head = Global.openUpvals(g);
        long gray = Global.gray(g);
        for (long uv = UpVal.nextOpen(head); uv != head; uv = UpVal.nextOpen(uv)) {
            if (GCHeader.isGray(uv))
                gray = reachValue(UpVal.v(uv), gray);
        }
        Global.setGray(g, gray);
    }

    // -------------------------------------------------------------------------------------------------- traversing

    /// Traverses gray objects, at least one, until there is none or enough has been done.
    ///
    /// @param limit how many bytes are enough
    /// @return the bytes of the objects traversed
    /// @lua propagateall lgc.c:324
    static long propagate(LuaState state, long limit) {
        long g = state.global.address;
        long bytes = 0;
        for (long o = Global.gray(g); o != NULL && bytes < limit; o = Global.gray(g)) {
            long ofTables = traverseTables(g, o, limit - bytes);
            bytes += ofTables != 0 ? ofTables : traverse(state, g, o);
        }
        state.global.cycle.markedBytes += bytes;
        return bytes;
    }

    /// Traverses gray objects as long as they are tables without metatable, and lie at equal distances ([Sweeper] says why);
    /// in between, host functions without upvalues that these tables hold.
    ///
    /// @param first the first gray object
    /// @return the bytes of the objects traversed
    private static long traverseTables(long g, long first, long limit) {
        long bytes = 0;
        long gray = first;
        long distance = 0;
        for (long t = first; t == gray && t != NULL && bytes < limit; t += distance) {
            int word = GCHeader.word(t);
            if (GCHeader.typeIn(word) != TValue.TABLE || Table.metatable(t) != NULL)
                break;
            GCHeader.setWord(t, word | BLACK);
            long next = Table.gcList(t);
            gray = reachArray(t, next);
            if (Table.node(t) != Node.DUMMY)
                gray = reachNodes(t, 0, gray);
            bytes += Table.sizeOf(t);
            for (; gray != next && bytes < limit && isPlainFunction(gray); gray = blackenClosure(gray))
                bytes += Closure.sizeOf(gray);
            if (distance == 0)
                distance = gray - t;
        }
        Global.setGray(g, gray);
        return bytes;
    }

    private static boolean isPlainFunction(long o) {
        return GCHeader.type(o) == TValue.FUNCTION && Closure.isC(o) && Closure.countUpvalues(o) == 0;
    }

    /// What every closure has: its colour and its environment.
    private static long blackenClosure(long c) {
        GCHeader.setWord(c, GCHeader.word(c) | BLACK);
        return reachTable(Closure.env(c), Closure.gcList(c));
    }

    /// Traverses the first gray object, which becomes black.
    ///
    /// @return the bytes that it takes
    /// @lua propagatemark lgc.c:273
    private static long traverse(LuaState state, long g, long o) {
        int word = GCHeader.word(o) | BLACK;
        return switch (GCHeader.typeIn(word)) {
            case TValue.TABLE -> traverseTable(g, o, word);
            case TValue.FUNCTION -> traverseClosure(g, o);
            case TValue.THREAD -> traverseThread(state, g, o);
            default -> traverseProto(g, o, word);
        };
    }

    /// @lua traversetable lgc.c:158
    private static long traverseTable(long g, long t, int word) {
        long gray = Table.gcList(t);
        long mt = Table.metatable(t);
        int weak = 0;
        if (mt != NULL) {
            gray = reachTable(mt, gray);
            weak = weakness(g, mt);
        }
        if (weak == 0)
            GCHeader.setWord(t, word);
        else
            keepWeak(g, t, (word & ~(BLACK | WEAKKEYS | WEAKVALUES)) | weak);
        if ((weak & WEAKVALUES) == 0)
            gray = reachArray(t, gray);
        if (weak != (WEAKKEYS | WEAKVALUES) && Table.node(t) != Node.DUMMY)
            gray = reachNodes(t, weak, gray);
        Global.setGray(g, gray);
        return Table.sizeOf(t);
    }

    /// A weak table stays gray, for the end of the cycle.
    private static void keepWeak(long g, long t, int word) {
        GCHeader.setWord(t, word);
        Table.setGCList(t, Global.weak(g));
        Global.setWeak(g, t);
    }

    /// What `__mode` says, as marks in a header's word.
    private static int weakness(long g, long mt) {
        long mode = TagMethods.fast(g, mt, TagMethods.MODE);
        if (mode == NULL || !TValue.isString(mode))
            return 0;
        long ts = TValue.object(mode);
        return (WeakTables.contains(ts, 'k') ? WEAKKEYS : 0) | (WeakTables.contains(ts, 'v') ? WEAKVALUES : 0);
    }

    private static long reachArray(long t, long first) {
        long gray = first;
        long start = Table.array(t);
        for (long o = start + Table.sizeArray(t) * TValue.SIZE - TValue.SIZE; o >= start; o -= TValue.SIZE) {
            if (TValue.isCollectable(o))
                gray = reach(TValue.object(o), gray);
        }
        return gray;
    }

    private static long reachNodes(long t, int weak, long first) {
        long gray = first;
        long start = Table.node(t);
        for (long n = start + Table.sizeNode(t) * Node.SIZE - Node.SIZE; n >= start; n -= Node.SIZE) {
            if (TValue.isNil(Node.value(n))) {
                WeakTables.removeEntry(n);
                continue;
            }
            if ((weak & WEAKKEYS) == 0)
                gray = reachValue(Node.key(n), gray);
            if ((weak & WEAKVALUES) == 0)
                gray = reachValue(Node.value(n), gray);
        }
        return gray;
    }

    /// @lua traverseclosure lgc.c:225
    private static long traverseClosure(long g, long c) {
        long gray = blackenClosure(c);
        int upvalues = Closure.countUpvalues(c);
        if (Closure.isC(c)) {
            for (int i = 0; i < upvalues; i++)
                gray = reachValue(Closure.upvalue(c, i), gray);
        } else {
            gray = reach(Closure.proto(c), gray);
            for (int i = 0; i < upvalues; i++) {
                if (Closure.upval(c, i) != NULL) // not there yet?
                    gray = reach(Closure.upval(c, i), gray);
            }
        }
        Global.setGray(g, gray);
        return Closure.sizeOf(c);
    }

    /// Prototypes may be incomplete: everything in them is looked at before it is followed.
    ///
    /// @lua traverseproto lgc.c:199
    private static long traverseProto(long g, long p, int word) {
        GCHeader.setWord(p, word);
        long gray = Proto.gcList(p);
        if (Proto.source(p) != NULL)
            gray = reach(Proto.source(p), gray);
        for (int i = 0; i < Proto.Vector.CONSTANTS.count(p); i++)
            gray = reachValue(Proto.Vector.CONSTANTS.element(p, i), gray);
        gray = reachNames(p, Proto.Vector.UPVALUES, gray);
        gray = reachNames(p, Proto.Vector.PROTOS, gray);
        Global.setGray(g, reachNames(p, Proto.Vector.LOCALS, gray));
        return Proto.sizeOf(p);
    }

    /// What the first words of a vector's elements refer to.
    private static long reachNames(long p, Proto.Vector vector, long first) {
        long gray = first;
        for (int i = 0; i < vector.count(p); i++) {
            long o = TValue.object(vector.element(p, i));
            if (o != NULL)
                gray = reach(o, gray);
        }
        return gray;
    }

    /// A thread stays gray, since stores to its stack go through no barrier; it is traversed again at the end.
    private static long traverseThread(LuaState state, long g, long l) {
        Global.setGray(g, LuaThread.gcList(l));
        LuaThread.setGCList(l, Global.grayAgain(g));
        Global.setGrayAgain(g, l);
        if (LuaThread.stack(l) != NULL) // half-built?
            traverseStack(state, g, l);
        return LuaThread.SIZE + LuaThread.stackSize(l) * TValue.SIZE + LuaThread.sizeCI(l) * CallInfo.SIZE;
    }

    /// Marks the values of a stack, and cleans the part that is not in use.
    ///
    /// @lua traversestack lgc.c:256
    private static void traverseStack(LuaState state, long g, long l) {
        long gray = reachValue(LuaThread.globals(l), Global.gray(g));
        long top = LuaThread.top(l);
        for (long o = LuaThread.stack(l); o < top; o += TValue.SIZE)
            gray = reachValue(o, gray);
        Global.setGray(g, gray);
        if (state.global.emergency)
            return; // what is beyond the top may be an argument on its way; nothing is resized
        long limit = top;
        for (long ci = LuaThread.baseCI(l); ci <= LuaThread.ci(l); ci += CallInfo.SIZE)
            limit = Math.max(limit, CallInfo.top(ci));
        for (long o = top; o <= limit; o += TValue.SIZE)
            TValue.setNil(o);
        checkStackSizes(state, l, limit);
    }

    /// Halves the stack and the vector of calls where less than a quarter is in use.
    ///
    /// @lua checkstacksizes lgc.c:241
    private static void checkStackSizes(LuaState state, long l, long limit) {
        long calls = (LuaThread.ci(l) - LuaThread.baseCI(l)) / CallInfo.SIZE;
        long slots = (limit - LuaThread.stack(l)) >> TValue.SHIFT;
        int sizeCI = LuaThread.sizeCI(l);
        int stackSize = LuaThread.stackSize(l);
        if (sizeCI > Calls.MAXCALLS) // an overflow is being handled?
            return;
        if (4 * calls < sizeCI && 2 * States.BASIC_CI_SIZE < sizeCI)
            Calls.reallocCI(state, l, sizeCI / 2);
        if (4 * slots < stackSize && 2 * (States.BASIC_STACK_SIZE + Calls.EXTRA_STACK) < stackSize)
            Calls.reallocStack(state, l, stackSize / 2);
    }
}
