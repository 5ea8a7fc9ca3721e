package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.NULL;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks that a heap is as the collector believes it to be, after any step, and survives one that is not.
///
/// | rule | what holds |
/// |---|---|
/// | `inv.readable` | every link and every part of an object lies in memory |
/// | `inv.link` | an object is on one list, once; whatever a live object refers to is on one |
/// | `inv.type` | a list holds objects of its types, a reference leads to an object of its type |
/// | `inv.white` | no object has two whites or is white and black; what has been swept has the current white; while the collector marks or rests there is no other white |
/// | `inv.tricolor` | while the collector marks, no black object refers to a white one; threads, strings and open upvalues are never black |
/// | `inv.gray` | while the collector marks, an object is gray if and only if it is on a gray list, once (strings and open upvalues apart) |
/// | `inv.dead` | nothing that can be reached is about to be freed |
/// | `inv.once` | what waits for its finaliser is a userdata marked as finalised |
/// | `inv.fixed` | the main thread and the names of metamethods are never freed |
/// | `inv.strt` | a string is in the bucket of its hash; their number is the one noted |
/// | `inv.interned` | no two strings have the same bytes |
/// | `inv.table` | an entry with a value has a key |
/// | `inv.brent` | a key is found from its main position |
/// | `inv.lastfree` | every node from `lastfree` on has, or had, a key |
/// | `inv.flags` | a metatable that is said to have no metamethod has none |
/// | `inv.stack` | calls and values lie within their vectors |
/// | `inv.upvalue` | an open upvalue is a slot of its thread, in order, and in the ring of all open ones |
/// | `inv.total` | the sizes of all objects and vectors are not more than the bytes in use |
///
/// No list and no size is believed before it was checked, so that a damaged heap is reported, not followed.
final class HeapVerifier {
    private final GlobalState global;
    private final long g;
    private final Phase phase;
    private final List<Finding> findings = new ArrayList<>();
    private final HeapObjects objects;
    private final ObjectChecks checks;

    private record Finding(String rule, long object, String detail) {}

    private HeapVerifier(GlobalState global) {
        this.global = global;
        this.g = global.address;
        this.phase = Global.phase(g);
        AddressSpace space = new AddressSpace();
        this.objects = new HeapObjects(g, space, (o, detail) -> add("inv.link", o, detail));
        this.checks = new ObjectChecks(g, space, this::add);
    }

    /// What does not hold.
    static List<HeapViolation> verify(GlobalState global) {
        return new HeapVerifier(global).verify();
    }

    /// @throws HeapViolationException where something does not hold
    static void check(LuaState state) {
        List<HeapViolation> violations = verify(state.global);
        if (!violations.isEmpty())
            throw new HeapViolationException(violations);
    }

    private void add(String rule, long object, String detail) {
        findings.add(new Finding(rule, object, detail));
    }

    private void require(boolean holds, String rule, long object, String detail) {
        if (!holds)
            add(rule, object, detail);
    }

    private List<HeapViolation> verify() {
        objects.find();
        for (HeapObjects.Found found : objects.inOrder)
            checks.check(found);
        boolean listsAreSound = findings.isEmpty();
        objects.reach(o -> checks.isSound(o, objects));
        for (HeapObjects.Found found : objects.inOrder)
            checkColor(found);
        checkReferences();
        if (phase == Phase.PROPAGATE)
            checkGrayLists();
        if (listsAreSound)
            checkWhole();
        return findings.stream().map(this::toViolation).toList();
    }

    private HeapViolation toViolation(Finding f) {
        return new HeapViolation(f.rule, f.object == NULL ? "global state" : References.describe(f.object), f.detail,
                f.object == NULL ? List.of("global state") : objects.path(f.object));
    }

    // ----------------------------------------------------------------------------------------------------- colours

    private static String color(long o) {
        return GCHeader.isWhite(o) ? "white" : GCHeader.isBlack(o) ? "black" : "gray";
    }

    private void checkColor(HeapObjects.Found found) {
        long o = found.address();
        int marks = GCHeader.marked(o);
        int whites = marks & GCHeader.WHITES;
        require(whites != GCHeader.WHITES, "inv.white", o, "has both whites: marked=" + marks);
        require(whites == 0 || (marks & GCHeader.BLACK) == 0, "inv.white", o, "is white and black: marked=" + marks);
        if (found.place() == HeapObjects.Place.RING) {
            require(GCHeader.test(o, GCHeader.FINALIZED), "inv.once", o, "waits for its finaliser without its mark");
            return;
        }
        boolean unmarked = phase == Phase.PROPAGATE || phase == Phase.PAUSE;
        if (unmarked)
            require(!Global.isDead(g, o), "inv.white", o, "has the other white: phase=" + phase);
        if (found.swept() && phase != Phase.PROPAGATE)
            require(whites == Global.newWhite(g), "inv.white", o, "was swept and is " + color(o) + ": phase=" + phase);
        boolean neverBlack = GCHeader.type(o) == TValue.THREAD || GCHeader.type(o) == TValue.STRING
                || found.place() == HeapObjects.Place.OPEN;
        require(!neverBlack || !GCHeader.isBlack(o), "inv.tricolor", o, "is black and must not be");
        require(!objects.isReachable(o) || !Global.isDead(g, o) || GCHeader.test(o, GCHeader.FIXED), "inv.dead", o,
                "can be reached and is about to be freed");
    }

    private void checkReferences() {
        for (HeapObjects.Found found : objects.inOrder) {
            if (checks.isSound(found.address(), objects)
                    && (!Global.isDead(g, found.address()) || found.place() == HeapObjects.Place.RING))
                References.of(g, found.address(), this::checkReference);
        }
    }

    private void checkReference(long from, References.Kind kind, long detail, boolean weak, long to) {
        if (!objects.contains(to)) {
            add("inv.link", from,
                    References.name(kind, detail) + " leads to no object: address=" + Messages.hex(to));
            return;
        }
        int expected = expectedType(from, kind, detail);
        require(expected < 0 || GCHeader.type(to) == expected, "inv.type", from, References.name(kind, detail)
                + " is a " + References.typeName(GCHeader.type(to)) + ", not a " + References.typeName(expected));
        if (phase == Phase.PROPAGATE && GCHeader.isBlack(from) && !waits(from))
            require(!GCHeader.isWhite(to), "inv.tricolor", from,
                    "is black, but " + References.name(kind, detail) + " is a white " + References.describe(to));
    }

    /// Whether a userdata waits for its finaliser: still black from the last cycle, it is marked anew when marking ends.
    private boolean waits(long o) {
        HeapObjects.Found found = objects.get(o);
        return found != null && found.place() == HeapObjects.Place.RING;
    }

    /// The type that a reference has to lead to, −1 where its tag cannot be read again.
    private static int expectedType(long from, References.Kind kind, long detail) {
        return switch (kind) {
            case METATABLE, ENVIRONMENT, REGISTRY -> TValue.TABLE;
            case MAIN_THREAD -> TValue.THREAD;
            case FINALIZER -> TValue.USERDATA;
            case PROTOTYPE -> TValue.PROTO;
            case NAME -> TValue.STRING;
            case ELEMENT -> TValue.tag(Table.slot(from, (int) detail - 1));
            case KEY -> TValue.tag(Node.key(detail));
            case VALUE -> TValue.tag(Node.value(detail));
            case SLOT -> TValue.tag(LuaThread.stack(from) + (detail << TValue.SHIFT));
            case CONTENT -> TValue.tag(UpVal.v(from));
            case UPVALUE -> Closure.isC(from) ? TValue.tag(Closure.upvalue(from, (int) detail - 1)) : TValue.UPVAL;
            case CONSTANT -> TValue.tag(Proto.Vector.CONSTANTS.element(from, (int) detail));
        };
    }

    // -------------------------------------------------------------------------------------------------- gray lists

    private void checkGrayLists() {
        Set<Long> listed = new HashSet<>();
        walkGray("gray", Global.gray(g), listed);
        walkGray("grayagain", Global.grayAgain(g), listed);
        walkGray("weak", Global.weak(g), listed);
        for (HeapObjects.Found found : objects.inOrder) {
            long o = found.address();
            int type = GCHeader.type(o);
            if (type != TValue.STRING && type != TValue.UPVAL && GCHeader.isGray(o))
                require(listed.contains(o), "inv.gray", o, "is gray and on no gray list");
        }
    }

    private void walkGray(String list, long first, Set<Long> listed) {
        for (long o = first; o != NULL; o = grayLink(o)) {
            if (!objects.contains(o)) {
                add("inv.gray", NULL, "a gray list leads to no object: list=" + list + ", address=" + Messages.hex(o));
                return;
            }
            require(GCHeader.isGray(o), "inv.gray", o, "is on a gray list and " + color(o) + ": list=" + list);
            if (!listed.add(o)) {
                add("inv.gray", o, "is on two gray lists: list=" + list);
                return;
            }
        }
    }

    private static long grayLink(long o) {
        return switch (GCHeader.type(o)) {
            case TValue.TABLE -> Table.gcList(o);
            case TValue.FUNCTION -> Closure.gcList(o);
            case TValue.THREAD -> LuaThread.gcList(o);
            case TValue.PROTO -> Proto.gcList(o);
            default -> NULL; // reported as not gray, or by its type
        };
    }

    // ----------------------------------------------------------------------------------------------- the whole heap

    private void checkWhole() {
        checkStrings();
        checkFixed();
        long bytes = LG.SIZE + (long) Global.countBuckets(g) * Long.BYTES + Global.bufferSize(g);
        for (HeapObjects.Found found : objects.inOrder) {
            bytes += found.address() == Global.mainThread(g)
                    ? HeapSizes.of(found.address()) - LuaThread.SIZE
                    : HeapSizes.of(found.address());
            if (GCHeader.type(found.address()) == TValue.TABLE)
                checkFlags(found.address());
        }
        long total = global.memory.totalBytes();
        require(bytes <= total, "inv.total", NULL,
                "objects take more than is counted: bytes=" + bytes + ", totalbytes=" + total);
    }

    private void checkStrings() {
        Map<String, Long> contents = new HashMap<>();
        int strings = 0;
        for (HeapObjects.Found found : objects.inOrder) {
            if (found.place() != HeapObjects.Place.BUCKET)
                continue;
            strings++;
            long ts = found.address();
            String bytes = new String(TString.toBytes(ts), StandardCharsets.ISO_8859_1);
            Long other = contents.put(bytes, ts);
            require(other == null, "inv.interned", ts,
                    "has the bytes of another string: other=" + (other == null ? "" : Messages.hex(other)));
        }
        require(strings == Global.countStrings(g), "inv.strt", NULL,
                "the number of strings is wrong: nuse=" + Global.countStrings(g) + ", strings=" + strings);
    }

    private void checkFixed() {
        long main = Global.mainThread(g);
        require(GCHeader.test(main, GCHeader.FIXED) && GCHeader.test(main, GCHeader.SUPERFIXED), "inv.fixed", main,
                "the main thread can be freed");
        for (int event = 0; event < Global.EVENTS; event++) {
            long name = Global.eventName(g, event);
            require(objects.contains(name) && GCHeader.test(name, GCHeader.FIXED), "inv.fixed", NULL,
                    "the name of a metamethod can be freed: event=" + event);
        }
    }

    private void checkFlags(long t) {
        for (int event = 0; event < TagMethods.FAST; event++) {
            if ((Table.flags(t) & 1 << event) == 0)
                continue;
            long value = Tables.getStr(t, Global.eventName(g, event));
            require(TValue.isNil(value), "inv.flags", t, "is said to have no "
                    + References.text(Global.eventName(g, event)) + " and has one");
        }
    }
}
