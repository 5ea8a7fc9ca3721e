package org.lmem.allocators;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;

/// The fast paths of a pool as machine code, so that C needs not go through the virtual machine for each block.
///
/// ```
///   C ──► code ──┬── a small block, and the class has one      ┐
///                ├── a small block goes back, and no event     ├── the same loads and stores as PoolAllocator.realloc
///                ├── a small block keeps its class             ┘
///                └── anything else ──jmp──► upcall stub ──► PoolAllocator.realloc
///
///   control  ┬  0 heads      where the pool keeps its heads
///            ┼  8 base       of the reserved addresses
///            ┼ 16 unitLimit  of them in units of 16 bytes; 0 when the pool is closed
///            ┼ 24 table      of page records
///            ┼ 32 upcall     what is jumped to
///            ┼ 40 blocks     handed out less taken back by this code, and
///            ┴ 48 bytes      in use, both signed: Java counts by itself what it hands out, so that its path has no more to do
/// ```
///
/// A call through the virtual machine takes about 20 ns, a request itself 3 ([NativeAlloc]). That is why there are two
/// texts of the same thing: whoever changes one changes both, and one test drives both against one model.
///
/// Invariants:
/// - `inv.same`: code and [PoolAllocator#realloc] decide by the same comparisons, so that every fault goes to the latter, which
///   names it.
/// - `inv.closed`: a closed pool has told all its paths; they know no block any more, and jump.
///
/// The code is written first and made executable afterwards, never both at once. Where the system refuses, or the processor is
/// another one, there is no path, and all calls go through the virtual machine; `-Dlmem.machineCode=false` has the same effect.
final class NativePath {
    private static final int HEADS = 0;
    private static final int BASE = 8;
    private static final int UNIT_LIMIT = 16;
    private static final int TABLE = 24;
    private static final int UPCALL = 32;
    private static final int BLOCKS = 40;
    private static final int BYTES = 48;

    private final long code; // a page of the system, then one for the control block
    private final long control;

    private NativePath(long code, long control) {
        this.code = code;
        this.control = control;
    }

    /// A path into a pool.
    ///
    /// @param upcall address of what is called for all else
    /// @return nothing where machine code is not for this system
    static @Nullable NativePath create(PageHeap heap, long upcall) {
        if (!isSupported())
            return null;
        long mapping = VirtualMemory.allocate(2L * VirtualMemory.PAGE, false);
        if (mapping == VirtualMemory.NULL)
            return null;
        NativePath path = new NativePath(mapping, mapping + VirtualMemory.PAGE);
        path.fill(heap, upcall);
        byte[] bytes = code(path.control, heap.pageShift);
        RawMemory.copyIn(bytes, 0, mapping, bytes.length);
        if (VirtualMemory.makeExecutable(mapping, VirtualMemory.PAGE))
            return path;
        path.release();
        return null;
    }

    private static boolean isSupported() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
                && System.getProperty("os.arch").equals("amd64")
                && !"false".equals(System.getProperty("lmem.machineCode"));
    }

    private void fill(PageHeap heap, long upcall) {
        RawMemory.putLong(control, HEADS, heap.heads);
        RawMemory.putLong(control, BASE, heap.base);
        RawMemory.putLong(control, UNIT_LIMIT, heap.addressBytes >>> SizeClasses.UNIT_SHIFT);
        RawMemory.putLong(control, TABLE, heap.table);
        RawMemory.putLong(control, UPCALL, upcall);
        RawMemory.putLong(control, BLOCKS, 0);
        RawMemory.putLong(control, BYTES, 0);
    }

    /// The function for C.
    long address() {
        return code;
    }

    /// Blocks that were handed out here, less those that were taken back here.
    long blocks() {
        return RawMemory.getLong(control, BLOCKS);
    }

    /// Bytes of blocks that were handed out here, less those of blocks that were taken back here.
    long liveBytes() {
        return RawMemory.getLong(control, BYTES);
    }

    /// The pool is closed: from now on every call goes to it, to be refused.
    void disable() {
        RawMemory.putLong(control, UNIT_LIMIT, 0);
        RawMemory.putLong(control, BYTES, 0);
    }

    /// Ends the path. No call may be on its way, and none may come later.
    void release() {
        VirtualMemory.release(code, 2L * VirtualMemory.PAGE);
    }

    // ------------------------------------------------------------------------------------------------------- the code
    //
    // Arguments as C passes them on Linux: rdi user data, rsi block, rdx osize, rcx nsize; the result in rax. All registers
    // that are used belong to the callee: rax, rcx, r8 to r11.

    static byte[] code(long control, int pageShift) {
        MachineCode code = new MachineCode().add("F3 0F 1E FA", "endbr64")
                .add("49 BA", control, "mov r10, control");
        code.add("48 85 F6", "test rsi, rsi").jump("0F 85", "jnz", "have block");
        take(code);
        code.label("have block").add("48 85 C9", "test rcx, rcx").jump("0F 85", "jnz", "resize");
        free(code, pageShift);
        code.label("resize");
        resize(code, pageShift);
        return code.label("slow").add("41 FF 62 20", "jmp [r10 + UPCALL]").assemble();
    }

    private static void take(MachineCode code) {
        code.add("48 8D 41 0F", "lea rax, [rcx + 15]").add("48 C1 E8 04", "shr rax, 4")
                .add("48 3D", SizeClasses.SMALL_COUNT, "cmp rax, SMALL_CLASSES").jump("0F 87", "ja", "slow")
                .add("4D 8B 02", "mov r8, [r10 + HEADS]").add("4D 8B 04 C0", "mov r8, [r8 + rax * 8]")
                .add("4D 8B 08", "mov r9, [r8 + TOP]").add("41 0F B7 01", "movzx eax, word [r9]")
                .add("85 C0", "test eax, eax").jump("0F 84", "jz", "slow")
                .add("4D 8D 59 FE", "lea r11, [r9 - 2]").add("4D 89 18", "mov [r8 + TOP], r11")
                .add("49 01 4A 30", "add [r10 + BYTES], rcx").add("49 FF 42 28", "inc qword [r10 + BLOCKS]")
                .add("48 C1 E0 04", "shl rax, 4").add("49 0B 40 10", "or rax, [r8 + WINDOW]").add("C3", "ret");
    }

    private static void free(MachineCode code, int pageShift) {
        findRecord(code, pageShift);
        code.add("4D 8B 08", "mov r9, [r8 + TOP]").add("49 83 C1 02", "add r9, 2")
                .add("45 3B 48 08", "cmp r9d, [r8 + EVENT]").jump("0F 83", "jae", "slow");
        requireOfClass(code, "48 89 D0", "mov rax, rdx");
        code.add("48 89 F0", "mov rax, rsi").add("48 C1 E8 04", "shr rax, 4")
                .add("66 41 89 01", "mov [r9], ax").add("4D 89 08", "mov [r8 + TOP], r9")
                .add("49 29 52 30", "sub [r10 + BYTES], rdx")
                .add("49 FF 4A 28", "dec qword [r10 + BLOCKS]").add("31 C0", "xor eax, eax").add("C3", "ret");
    }

    private static void resize(MachineCode code, int pageShift) {
        findRecord(code, pageShift);
        requireOfClass(code, "48 89 D0", "mov rax, rdx");
        requireOfClass(code, "48 89 C8", "mov rax, rcx");
        code.add("48 29 D1", "sub rcx, rdx").add("49 01 4A 30", "add [r10 + BYTES], rcx")
                .add("48 89 F0", "mov rax, rsi")
                .add("C3", "ret");
    }

    /// Goes on where the size is one of those that the page's class has.
    private static void requireOfClass(MachineCode code, String size, String text) {
        code.add(size, text).add("4D 0F BF 58 0C", "movsx r11, word [r8 + FIRST]").add("4C 29 D8", "sub rax, r11")
                .add("4D 0F BF 58 0E", "movsx r11, word [r8 + SIZES]")
                .add("4C 39 D8", "cmp rax, r11").jump("0F 83", "jae", "slow");
    }

    /// r8 = the record of the page in which rsi lies.
    private static void findRecord(MachineCode code, int pageShift) {
        code.add("49 89 F0", "mov r8, rsi").add("4D 2B 42 08", "sub r8, [r10 + BASE]").add("49 C1 C8 04", "ror r8, 4")
                .add("4D 3B 42 10", "cmp r8, [r10 + UNIT_LIMIT]").jump("0F 83", "jae", "slow")
                .add("49 C1 E8 " + String.format(Locale.ROOT, "%02X", pageShift - SizeClasses.UNIT_SHIFT),
                        "shr r8, pageUnitShift")
                .add("49 C1 E0 05", "shl r8, PageRecord.SHIFT").add("4D 03 42 18", "add r8, [r10 + TABLE]");
    }
}
