package org.lmem.gc;

import static org.lmem.core.raw.RawMemory.getByte;
import static org.lmem.core.raw.RawMemory.getInt;
import static org.lmem.core.raw.RawMemory.getLong;
import static org.lmem.core.raw.RawMemory.putInt;
import static org.lmem.core.raw.RawMemory.putLong;

import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.lmem.core.raw.RawMemory;

/// A compiled Lua function: seven vectors and what they hold is counted by.
///
/// ```
///    0      8    9        10  16  24     32  40         48        56         64
///   ┌──────┬────┬────────┬───┬───┬──────┬───┬──────────┬─────────┬──────────┬────────┐
///   │ next │ tt │ marked │ · │ k │ code │ p │ lineinfo │ locvars │ upvalues │ source │
///   └──────┴────┴────────┴───┴───┴──────┴───┴──────────┴─────────┴──────────┴────────┘
///    72             76      80         84             88      92            96            100                104
///   ┌──────────────┬───────┬──────────┬──────────────┬───────┬─────────────┬─────────────┬─────────────────┐
///   │ sizeupvalues │ sizek │ sizecode │ sizelineinfo │ sizep │ sizelocvars │ linedefined │ lastlinedefined │
///   └──────────────┴───────┴──────────┴──────────────┴───────┴─────────────┴─────────────┴─────────────────┘
///    104      112    113         114         115            116  120
///   ┌────────┬──────┬───────────┬───────────┬──────────────┬───┐
///   │ gclist │ nups │ numparams │ is_vararg │ maxstacksize │ · │
///   └────────┴──────┴───────────┴───────────┴──────────────┴───┘
/// ```
///
/// There is no compiler here; prototypes exist because the collector knows them and an embedder may build one.
///
/// @lua Proto lobject.h:231
public final class Proto {
    /// The layout of a prototype, members as in the diagram.
    public static final StructLayout LAYOUT = Struct.of("Proto",
            Struct.header(Struct.pointer("k"), Struct.pointer("code"), Struct.pointer("p"),
                    Struct.pointer("lineinfo"), Struct.pointer("locvars"), Struct.pointer("upvalues"),
                    Struct.pointer("source"), Struct.int32("sizeupvalues"), Struct.int32("sizek"),
                    Struct.int32("sizecode"), Struct.int32("sizelineinfo"), Struct.int32("sizep"),
                    Struct.int32("sizelocvars"), Struct.int32("linedefined"), Struct.int32("lastlinedefined"),
                    Struct.pointer("gclist"), Struct.uint8("nups"), Struct.uint8("numparams"),
                    Struct.uint8("is_vararg"), Struct.uint8("maxstacksize")));

    /// The layout of a local variable's debug record: `varname`, `startpc`, `endpc`.
    ///
    /// @lua LocVar lobject.h:262
    public static final StructLayout LOCVAR = Struct.of("LocVar", Struct.pointer("varname"), Struct.int32("startpc"),
            Struct.int32("endpc"));

    static final long SIZE = LAYOUT.byteSize();
    static final long GCLIST = Struct.offset(LAYOUT, "gclist");
    private static final long SOURCE = Struct.offset(LAYOUT, "source");
    private static final long NUPS = Struct.offset(LAYOUT, "nups");

    /// A vector of a prototype: where its address and its count are, and how large an element is.
    enum Vector {
        /// Instructions.
        CODE("code", "sizecode", ValueLayout.JAVA_INT.byteSize()),
        /// Prototypes of the functions inside.
        PROTOS("p", "sizep", Long.BYTES),
        /// Constants.
        CONSTANTS("k", "sizek", TValue.SIZE),
        /// Source lines of the instructions.
        LINES("lineinfo", "sizelineinfo", ValueLayout.JAVA_INT.byteSize()),
        /// Local variables.
        LOCALS("locvars", "sizelocvars", LOCVAR.byteSize()),
        /// Names of the upvalues.
        UPVALUES("upvalues", "sizeupvalues", Long.BYTES);

        /// The vectors in the order in which they are freed.
        static final List<Vector> ALL = List.of(values());

        final long elementSize;
        private final long address;
        private final long count;

        Vector(String address, String count, long elementSize) {
            this.address = Struct.offset(LAYOUT, address);
            this.count = Struct.offset(LAYOUT, count);
            this.elementSize = elementSize;
        }

        long address(long p) {
            return getLong(p + address);
        }

        long element(long p, int i) {
            return address(p) + i * elementSize;
        }

        int count(long p) {
            return getInt(p + count);
        }

        void set(long p, long newAddress, int newCount) {
            putLong(p + address, newAddress);
            putInt(p + count, newCount);
        }
    }

    private Proto() {}

    /// The bytes that a prototype takes, vectors included.
    static long sizeOf(long p) {
        long size = SIZE;
        for (Vector v : Vector.ALL)
            size += v.count(p) * v.elementSize;
        return size;
    }

    static long gcList(long p) {
        return getLong(p, GCLIST);
    }

    static void setGCList(long p, long o) {
        putLong(p, GCLIST, o);
    }

    static long source(long p) {
        return getLong(p, SOURCE);
    }

    static void setSource(long p, long ts) {
        putLong(p, SOURCE, ts);
    }

    static int countUpvalues(long p) {
        return getByte(p, NUPS) & 0xFF;
    }

    static void setCountUpvalues(long p, int n) {
        RawMemory.putByte(p, NUPS, (byte) n);
    }

    /// Everything behind the head is zero: no vectors, no names.
    static void clear(long p) {
        long body = Struct.offset(LAYOUT, "k");
        RawMemory.fill(p + body, SIZE - body, (byte) 0);
    }
}
