package org.lmem.gc.oracle;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.lmem.core.raw.RawMemory;

/// C functions for Lua to call whose work is done in Java, and through which Lua may `longjmp` all the same.
///
/// An error in Lua leaves all C frames up to the next protected call behind. No Java frame may be among them: the
/// virtual machine would not learn that it is gone. So a Java body never calls by itself what may raise an error. It
/// hands the call over by *returning* to its trampoline, which makes the call and then asks the body to go on:
///
/// ```
///   lua_pcall ─► trampoline ─► Java: which call?
///                trampoline ◄─ lua_rawset(L, −3)       no Java frame is left
///                trampoline ─► lua_rawset              may longjmp to lua_pcall
///                trampoline ─► Java: here is the result, which call? …
/// ```
///
/// The trampoline is eighty bytes of machine code, what a C compiler would make of
///
/// ```
///   int trampoline(lua_State *L, int index) {
///     struct frame f; f.entered = 0;
///     for (;;) {
///       int n = enter(L, index, &f);                                // Java
///       if (n >= 0) return n;                                       // the body is done: n results
///       f.result = f.function(f.argument[0], …, f.argument[3]);     // may never return
///     }
///   }
/// ```
///
/// and of [#ENTRIES] entries of two instructions each, `index = i; goto trampoline`: a C function of Lua is told nothing
/// but its stack, so that each Java body needs an address of its own.
final class Trampoline {
    /// Bodies that can be callable at a time.
    static final int ENTRIES = 2048;

    private static final int ENTRY_SIZE = 16;
    private static final FunctionDescriptor BINARY = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor PROTECT = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final int PROT_READ_EXEC = 1 | 4;
    private static final long PAGE = 4096;

    private static final byte[] UP_TO_ADDRESS = HexFormat.of().parseHex("53" // push rbx
            + "4154" // push r12
            + "4883ec48" // sub rsp, 72: room for the frame, and rsp is a multiple of 16 again
            + "4889fb" // mov rbx, rdi: L
            + "4189f4" // mov r12d, esi: index
            + "48c7042400000000" // mov qword [rsp], 0: not entered yet
            + "4889df" // again: mov rdi, rbx
            + "4489e6" // mov esi, r12d
            + "4889e2" // mov rdx, rsp
            + "48b8"); // movabs rax, address of enter
    private static final byte[] FROM_CALL_ON = HexFormat.of().parseHex("ffd0" // call rax
            + "85c0" // test eax, eax
            + "791f" // jns done
            + "488b7c2410" // mov rdi, [rsp + 16]
            + "488b742418" // mov rsi, [rsp + 24]
            + "488b542420" // mov rdx, [rsp + 32]
            + "488b4c2428" // mov rcx, [rsp + 40]
            + "ff542408" // call [rsp + 8]
            + "4889442430" // mov [rsp + 48], rax
            + "ebc8" // jmp again
            + "4883c448" // done: add rsp, 72
            + "415c" // pop r12
            + "5b" // pop rbx
            + "c3"); // ret

    private static final BitSet TAKEN = new BitSet(ENTRIES);
    private static final @Nullable Target[] TARGETS = new Target[ENTRIES];
    private static final long CODE = install(assemble(enterStub()));

    /// What an entry leads to.
    private record Target(NativeWorld world, Machine.Body body) {}

    private Trampoline() {}

    /// Makes a body callable by Lua.
    ///
    /// @return the number of its entry
    static synchronized int open(NativeWorld world, Machine.Body body) {
        int index = TAKEN.nextClearBit(0);
        if (index >= ENTRIES)
            throw new IllegalStateException("too many C functions: limit=" + ENTRIES);
        TAKEN.set(index);
        TARGETS[index] = new Target(world, body);
        return index;
    }

    /// Gives an entry back.
    static synchronized void close(int index) {
        TAKEN.clear(index);
        TARGETS[index] = null;
    }

    /// The `lua_CFunction` of an entry.
    static long address(int index) {
        return CODE + (long) index * ENTRY_SIZE;
    }

    /// The Java end: runs the body until it is done or wants a call made.
    private static int enter(long state, int index, long frame) {
        Target target = TARGETS[index];
        return target == null ? 0 : target.world.enter(state, target.body, new Frame(frame));
    }

    /// The trampoline's variables on the C stack.
    ///
    /// ```
    ///   0         8          16                     48       56
    ///   │ entered │ function │ argument[0] … [3]    │ result │
    /// ```
    ///
    /// @param address of the first byte
    record Frame(long address) {
        boolean isEntered() {
            return RawMemory.getLong(address) != 0;
        }

        void setEntered() {
            RawMemory.putLong(address, 1);
        }

        void demand(Activation.Call call) {
            RawMemory.putLong(address + 8, call.function().address());
            RawMemory.putLong(address + 16, call.a());
            RawMemory.putLong(address + 24, call.b());
            RawMemory.putLong(address + 32, call.c());
            RawMemory.putLong(address + 40, call.d());
        }

        long result() {
            return RawMemory.getLong(address + 48);
        }
    }

    private static byte[] assemble(long enter) {
        int trampoline = ENTRIES * ENTRY_SIZE;
        ByteBuffer code = ByteBuffer.allocate(trampoline + UP_TO_ADDRESS.length + Long.BYTES + FROM_CALL_ON.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ENTRIES; i++) {
            code.position(i * ENTRY_SIZE);
            code.put((byte) 0xBE).putInt(i); // mov esi, i
            code.put((byte) 0xE9).putInt(trampoline - (i * ENTRY_SIZE + 10)); // jmp trampoline
        }
        code.position(trampoline);
        return code.put(UP_TO_ADDRESS).putLong(enter).put(FROM_CALL_ON).array();
    }

    private static long install(byte[] code) {
        try {
            long size = (code.length + PAGE - 1) & -PAGE;
            long pages = (long) RawMemory.function("aligned_alloc", BINARY).invokeExact(PAGE, size);
            for (int i = 0; i < code.length; i++)
                RawMemory.putByte(pages + i, code[i]);
            if ((int) RawMemory.function("mprotect", PROTECT).invokeExact(pages, size, PROT_READ_EXEC) != 0)
                throw new IllegalStateException("memory cannot be made executable: size=" + size);
            return pages;
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a C function does not throw", e);
        }
    }

    private static long enterStub() {
        try {
            var type = MethodType.methodType(int.class, long.class, int.class, long.class);
            var target = MethodHandles.lookup().findStatic(Trampoline.class, "enter", type);
            return RawMemory.callback(target, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG),
                    Arena.global()).address();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
