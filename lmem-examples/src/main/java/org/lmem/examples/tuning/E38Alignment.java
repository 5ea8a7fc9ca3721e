package org.lmem.examples.tuning;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import org.lmem.core.LuaAlloc;
import org.lmem.core.LuaMemory;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.LuaLayouts;
import org.lmem.examples.page.Page;

/// E38: what follows the header of a string or a userdata is aligned for any C type, and why that takes a union.
public final class E38Alignment implements Example {
    private static final int BLOCKS = 64;
    private static final double VALUE = Math.PI;

    /// The fields of a userdata's header where a pointer has four bytes; nothing in it asks for more than four.
    static final StructLayout UDATA_FIELDS_32 = structLayout(JAVA_INT.withName("next"), JAVA_BYTE.withName("tt"),
            JAVA_BYTE.withName("marked"), paddingLayout(2), JAVA_INT.withName("metatable"), JAVA_INT.withName("env"),
            JAVA_INT.withName("len")).withName("Udata");

    /// A header and whether it does its duty.
    ///
    /// @param name of it
    /// @param bytes size
    /// @param aligned whether a `double` can be kept right behind it
    public record Header(String name, long bytes, boolean aligned) {}

    /// Keeps a `double` right behind a header, where a C program keeps its data.
    ///
    /// @param alloc where the memory comes from
    /// @param headerBytes the size of the header
    /// @return whether it could be kept there
    public static boolean run(LuaAlloc alloc, long headerBytes) {
        long bytes = headerBytes + Double.BYTES;
        try (LuaMemory memory = new LuaMemory(alloc)) {
            // @start region="code"
            MemorySegment object = memory.newVector(bytes, JAVA_BYTE);
            try {
                MemorySegment data = object.asSlice(headerBytes); // what lua_newuserdata hands out
                data.set(JAVA_DOUBLE, 0, VALUE);
                return data.get(JAVA_DOUBLE, 0) == VALUE;
            } catch (IllegalArgumentException e) { // misaligned: slow on some machines, a crash on others
                return false;
            } finally {
                memory.free(object);
            }
            // @end
        }
    }

    /// The headers of the example, each tried out.
    ///
    /// @param alloc where the memory comes from
    /// @return what came out
    static List<Header> headers(LuaAlloc alloc) {
        List<Header> headers = new ArrayList<>();
        add(headers, alloc, "string", LuaLayouts.TSTRING.byteSize());
        add(headers, alloc, "userdata", LuaLayouts.UDATA.byteSize());
        add(headers, alloc, "userdata, 32 bits, fields alone", UDATA_FIELDS_32.byteSize());
        add(headers, alloc, "userdata, 32 bits, with the union", inUnion(UDATA_FIELDS_32.byteSize()));
        return headers;
    }

    private static void add(List<Header> headers, LuaAlloc alloc, String name, long bytes) {
        headers.add(new Header(name, bytes, run(alloc, bytes)));
    }

    /// The size of a union of some fields with `L_Umaxalign`, on a system that aligns a `double` to eight.
    ///
    /// @param bytes of the fields
    /// @return the next multiple of the union's alignment
    static long inUnion(long bytes) {
        long alignment = LuaLayouts.L_UMAXALIGN.byteAlignment();
        return Math.ceilDiv(bytes, alignment) * alignment;
    }

    /// The alignment that the blocks of an allocator have in common.
    ///
    /// @param alloc asked for blocks of 1 to 64 bytes
    /// @return a power of two
    static long alignmentOf(LuaAlloc alloc) {
        long bits = 0;
        try (LuaMemory memory = new LuaMemory(alloc)) {
            List<MemorySegment> blocks = new ArrayList<>();
            for (int size = 1; size <= BLOCKS; size++) {
                MemorySegment block = memory.newVector(size, JAVA_BYTE);
                blocks.add(block);
                bits |= block.address();
            }
            blocks.forEach(memory::free);
        }
        return Long.lowestOneBit(bits);
    }

    @Override
    public String title() {
        return "Alignment";
    }

    @Override
    public Chapter chapter() {
        return Chapter.TUNING;
    }

    @Override
    public String lookAt() {
        return "LUAI_USER_ALIGNMENT_T luaconf.h:595, L_Umaxalign llimits.h:47, TString and Udata lobject.h:199, 215";
    }

    @Override
    public void tell(Page page) {
        page.text(
                "Two kinds of object carry bytes of any kind behind their header: a string its characters, a userdata "
                        + "whatever a C program keeps there. The allocator aligns the block; whether the data is aligned as well "
                        + "depends on the size of the header. So Lua makes the header a union with the strictest of the basic "
                        + "types: its size becomes a multiple of that type's alignment, and nothing is ever stored in it.");
        page.picture("""
                union { double; void *; long }  ░░░░ on a 32-bit machine
                ┌──────┬───────┬───────────┬─────┬─────┬░░░░┬────────
                │ next │ tt … ░│ metatable │ env │ len │░░░░│ data
                └──────┴───────┴───────────┴─────┴─────┴░░░░┴────────
                0                                      20   24""");
        page.code(code());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("header", "bytes", "a double behind it"));
        headers(SystemAlloc.INSTANCE)
                .forEach(h -> rows
                        .add(List.of(h.name(), Long.toString(h.bytes()), h.aligned() ? "fits" : "misaligned")));
        page.table(rows);
        page.result("bytes of the union", LuaLayouts.L_UMAXALIGN.byteSize());
        page.result("alignment of 64 blocks from the C library", alignmentOf(SystemAlloc.INSTANCE));
        page.text("With pointers of eight bytes the fields alone are a multiple of eight already, and the union costs "
                + "nothing.");
    }

    @Override
    public String remember() {
        return "The allocator aligns the block, the header keeps the alignment. An allocator of one's own owes Lua multiples "
                + "of 8 at least.";
    }

    @Override
    public List<String> errata() {
        return List.of(
                "X44 its union has the members of a later time. 5.1.5's is double, pointer and long, and pads the headers of "
                        + "strings and userdata, nothing else; LUAI_MAXALIGN is 5.4's, and a list of fields.");
    }
}
