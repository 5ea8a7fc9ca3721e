package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import java.nio.charset.StandardCharsets;

/// All references of an object, and of the roots, in the order in which they lie in memory.
///
/// This is the collector's knowledge of who refers to whom, told a second time and without its shortcuts, for those who
/// look at a heap from outside.
final class References {
    /// What a reference is.
    enum Kind {
        /// The detail is the tag of the basic type, or −1 for that of an object.
        METATABLE,
        /// The environment of a function, userdata or thread.
        ENVIRONMENT,
        /// A value in the array part; the detail is its key.
        ELEMENT,
        /// A key in the hash part; the detail is its node.
        KEY,
        /// A value in the hash part; the detail is its node.
        VALUE,
        /// An upvalue of a function; the detail is its number.
        UPVALUE,
        /// The value of an upvalue.
        CONTENT,
        /// The prototype of a function, or one inside another; the detail is its number.
        PROTOTYPE,
        /// A constant of a prototype; the detail is its number.
        CONSTANT,
        /// A name for debugging; the detail is its number.
        NAME,
        /// A slot of a stack; the detail is its number.
        SLOT,
        /// The main thread.
        MAIN_THREAD,
        /// The registry.
        REGISTRY,
        /// A userdata whose finaliser is due.
        FINALIZER
    }

    /// Who is told.
    @FunctionalInterface
    interface Visitor {
        /// A reference.
        ///
        /// @param from the object that has it, 0 for a root
        /// @param detail depends on the kind
        /// @param weak whether it keeps nothing alive
        /// @param to the object that it leads to
        void reference(long from, Kind kind, long detail, boolean weak, long to);
    }

    private static final int LONGEST_NAME = 40;

    private References() {}

    // ------------------------------------------------------------------------------------------------------- roots

    /// What is alive by itself.
    static void ofRoots(long g, Visitor visitor) {
        visitor.reference(NULL, Kind.MAIN_THREAD, 0, false, Global.mainThread(g));
        value(NULL, Kind.REGISTRY, 0, false, Global.registry(g), visitor);
        for (int tag = 0; tag < TValue.TAGS; tag++)
            object(NULL, Kind.METATABLE, tag, Global.metatable(g, tag), visitor);
        long last = Global.lastToFinalize(g);
        if (last == NULL)
            return;
        long u = last;
        int i = 0;
        do {
            u = GCHeader.next(u);
            visitor.reference(NULL, Kind.FINALIZER, i++, false, u);
        } while (u != last);
    }

    // ----------------------------------------------------------------------------------------------------- objects

    /// The references of an object.
    static void of(long g, long o, Visitor visitor) {
        switch (GCHeader.type(o)) {
            case TValue.STRING -> {
                return;
            }
            case TValue.TABLE -> ofTable(g, o, visitor);
            case TValue.FUNCTION -> ofClosure(o, visitor);
            case TValue.USERDATA -> ofUserdata(o, visitor);
            case TValue.UPVAL -> value(o, Kind.CONTENT, 0, false, UpVal.v(o), visitor);
            case TValue.THREAD -> ofThread(o, visitor);
            default -> ofProto(o, visitor);
        }
    }

    private static void object(long from, Kind kind, long detail, long to, Visitor visitor) {
        if (to != NULL)
            visitor.reference(from, kind, detail, false, to);
    }

    private static void value(long from, Kind kind, long detail, boolean weak, long value, Visitor visitor) {
        if (TValue.isCollectable(value) && TValue.tag(value) != TValue.DEADKEY)
            visitor.reference(from, kind, detail, weak && !TValue.isString(value), TValue.object(value));
    }

    private static void ofTable(long g, long t, Visitor visitor) {
        object(t, Kind.METATABLE, -1, Table.metatable(t), visitor);
        boolean weakKeys = isWeak(g, t, 'k');
        boolean weakValues = isWeak(g, t, 'v');
        for (int i = 0; i < Table.sizeArray(t); i++)
            value(t, Kind.ELEMENT, i + 1, weakValues, Table.slot(t, i), visitor);
        if (Table.node(t) == Node.DUMMY)
            return;
        for (int i = 0; i < Table.sizeNode(t); i++) {
            long n = Table.node(t, i);
            if (TValue.isNil(Node.value(n)))
                continue;
            value(t, Kind.KEY, n, weakKeys, Node.key(n), visitor);
            value(t, Kind.VALUE, n, weakValues, Node.value(n), visitor);
        }
    }

    /// Whether the metatable of a table asks for weak keys (`k`) or values (`v`); nothing is remembered.
    static boolean isWeak(long g, long t, char letter) {
        if (Table.metatable(t) == NULL)
            return false;
        long mode = Tables.getStr(Table.metatable(t), Global.eventName(g, TagMethods.MODE));
        return TValue.isString(mode) && WeakTables.contains(TValue.object(mode), letter);
    }

    private static void ofClosure(long c, Visitor visitor) {
        object(c, Kind.ENVIRONMENT, 0, Closure.env(c), visitor);
        if (!Closure.isC(c))
            object(c, Kind.PROTOTYPE, 0, Closure.proto(c), visitor);
        for (int i = 0; i < Closure.countUpvalues(c); i++) {
            if (Closure.isC(c))
                value(c, Kind.UPVALUE, i + 1, false, Closure.upvalue(c, i), visitor);
            else
                object(c, Kind.UPVALUE, i + 1, Closure.upval(c, i), visitor);
        }
    }

    private static void ofUserdata(long u, Visitor visitor) {
        object(u, Kind.METATABLE, -1, Udata.metatable(u), visitor);
        object(u, Kind.ENVIRONMENT, 0, Udata.env(u), visitor);
    }

    private static void ofThread(long l, Visitor visitor) {
        value(l, Kind.ENVIRONMENT, 0, false, LuaThread.globals(l), visitor);
        long stack = LuaThread.stack(l);
        if (stack == NULL)
            return;
        for (long o = stack; o < LuaThread.top(l); o += TValue.SIZE)
            value(l, Kind.SLOT, (o - stack) >> TValue.SHIFT, false, o, visitor);
    }

    private static void ofProto(long p, Visitor visitor) {
        object(p, Kind.NAME, -1, Proto.source(p), visitor);
        for (int i = 0; i < Proto.Vector.CONSTANTS.count(p); i++)
            value(p, Kind.CONSTANT, i, false, Proto.Vector.CONSTANTS.element(p, i), visitor);
        firstWords(p, Kind.PROTOTYPE, Proto.Vector.PROTOS, visitor);
        firstWords(p, Kind.NAME, Proto.Vector.LOCALS, visitor);
        firstWords(p, Kind.NAME, Proto.Vector.UPVALUES, visitor);
    }

    private static void firstWords(long p, Kind kind, Proto.Vector vector, Visitor visitor) {
        for (int i = 0; i < vector.count(p); i++)
            object(p, kind, i, TValue.object(vector.element(p, i)), visitor);
    }

    // ------------------------------------------------------------------------------------------------------- names

    /// A reference as a step of a path: `[3]`, `.name`, `(metatable)`.
    static String name(Kind kind, long detail) {
        return switch (kind) {
            case METATABLE -> detail < 0 ? "(metatable)" : "metatable of " + LuaType.of((int) detail).luaName();
            case ENVIRONMENT -> "(environment)";
            case ELEMENT -> "[" + detail + "]";
            case KEY -> "(key " + key(detail) + ")";
            case VALUE -> TValue.isString(Node.key(detail)) ? "." + key(detail) : "[" + key(detail) + "]";
            case UPVALUE -> "(upvalue " + detail + ")";
            case CONTENT -> "(value)";
            case PROTOTYPE -> "(prototype " + detail + ")";
            case CONSTANT -> "(constant " + detail + ")";
            case NAME -> "(name " + detail + ")";
            case SLOT -> "(slot " + detail + ")";
            case MAIN_THREAD -> "main thread";
            case REGISTRY -> "registry";
            case FINALIZER -> "finalizer " + detail;
        };
    }

    private static String key(long n) {
        long key = Node.key(n);
        long bits = TValue.bits(key);
        return switch (TValue.tag(key)) {
            case TValue.NUMBER -> Numbers.format(TValue.number(key));
            case TValue.STRING -> text(bits);
            case TValue.BOOLEAN -> bits == 0 ? "false" : "true";
            default -> typeName(TValue.tag(key)) + " " + Messages.hex(bits);
        };
    }

    /// The beginning of a string.
    static String text(long ts) {
        AddressSpace space = new AddressSpace();
        if (!space.isReadable(ts, TString.HEAD) || !space.isReadable(ts, TString.sizeOf(TString.len(ts))))
            return Messages.hex(ts);
        byte[] bytes = TString.toBytes(ts);
        String text = new String(bytes, 0, Math.min(bytes.length, LONGEST_NAME), StandardCharsets.UTF_8);
        return bytes.length > LONGEST_NAME ? text + "…" : text;
    }

    /// The name of a type, those that a program never sees among them.
    static String typeName(int type) {
        return switch (type) {
            case TValue.PROTO -> "prototype";
            case TValue.UPVAL -> "upvalue";
            case TValue.DEADKEY -> "dead key";
            default -> type >= 0 && type < TValue.TAGS ? LuaType.of(type).luaName() : "type " + type;
        };
    }

    /// An object in a message: `table 0x7f0010`.
    static String describe(long o) {
        return typeName(GCHeader.type(o)) + " " + Messages.hex(o);
    }
}
