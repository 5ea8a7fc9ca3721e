package org.lmem.examples.page;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.MemoryLayout.unionLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;

/// The layouts of those of Lua's own structures that the examples allocate, as C lays them out on a 64-bit system.
///
/// ```
///            0               8        12       16              24              32      40
///   TValue   │ value         │ tt     │ ░░░░░░ │
///   Node     │ i_val: value  │ tt     │ ░░░░░░ │ i_key: value  │ tt     │ ░░░░ │ next  │
///   TString  │ next          │t│m│r│░│  hash  │ len           │ characters and a 0 follow
///   Udata    │ next          │t│m│░░░░░░░░░░░ │ metatable     │ env           │ len   │ bytes follow
/// ```
///
/// A pointer is a `JAVA_LONG`, since a block is an address here. Field names are Lua's.
public final class LuaLayouts {
    /// The type with the strictest alignment: it puts what follows a header of a string or userdata at a multiple of 8.
    ///
    /// @lua L_Umaxalign llimits.h:47
    public static final UnionLayout L_UMAXALIGN = unionLayout(JAVA_DOUBLE.withName("u"), JAVA_LONG.withName("s"),
            JAVA_LONG.withName("l")).withName("L_Umaxalign");

    /// What a value is made of, without its type: a pointer to an object or of the user's, a number, or a boolean.
    ///
    /// @lua Value lobject.h:59
    public static final UnionLayout VALUE = unionLayout(JAVA_LONG.withName("gc"), JAVA_LONG.withName("p"),
            JAVA_DOUBLE.withName("n"), JAVA_INT.withName("b")).withName("Value");

    /// A value with its type: an element of a stack, of the array part of a table, of the constants of a function.
    ///
    /// @lua TValue lobject.h:73
    public static final StructLayout TVALUE = structLayout(VALUE.withName("value"), JAVA_INT.withName("tt"),
            paddingLayout(4)).withName("TValue");

    /// The key of a node of a table: a value with its type, and the next node of the chain.
    ///
    /// @lua TKey lobject.h:323
    public static final UnionLayout TKEY = unionLayout(structLayout(VALUE.withName("value"), JAVA_INT.withName("tt"),
            paddingLayout(4), JAVA_LONG.withName("next")).withName("nk"), TVALUE.withName("tvk")).withName("TKey");

    /// A node of the hash part of a table.
    ///
    /// @lua Node lobject.h:332
    public static final StructLayout NODE = structLayout(TVALUE.withName("i_val"), TKEY.withName("i_key"))
            .withName("Node");

    /// The header of a string; its characters and a final 0 follow.
    ///
    /// @lua TString lobject.h:199
    public static final UnionLayout TSTRING = unionLayout(L_UMAXALIGN.withName("dummy"),
            structLayout(JAVA_LONG.withName("next"), JAVA_BYTE.withName("tt"), JAVA_BYTE.withName("marked"),
                    JAVA_BYTE.withName("reserved"), paddingLayout(1), JAVA_INT.withName("hash"),
                    JAVA_LONG.withName("len")).withName("tsv"))
            .withName("TString");

    /// The header of a userdata; its bytes follow.
    ///
    /// @lua Udata lobject.h:215
    public static final UnionLayout UDATA = unionLayout(L_UMAXALIGN.withName("dummy"),
            structLayout(JAVA_LONG.withName("next"), JAVA_BYTE.withName("tt"), JAVA_BYTE.withName("marked"),
                    paddingLayout(6), JAVA_LONG.withName("metatable"), JAVA_LONG.withName("env"),
                    JAVA_LONG.withName("len")).withName("uv"))
            .withName("Udata");

    private LuaLayouts() {}
}
