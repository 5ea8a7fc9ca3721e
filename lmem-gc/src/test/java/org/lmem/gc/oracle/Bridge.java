package org.lmem.gc.oracle;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;

/// The two crossings between Java and real Lua over which an error may travel.
///
/// An error in Lua is a `longjmp` that leaves all C frames up to the innermost recovery point behind. No Java frame may be
/// among them: the virtual machine would not learn that it is gone. So every crossing turns the error into what the other
/// side understands, in some two hundred bytes of machine code, written as a C compiler would have made them of
///
/// ```
///   long guard(lua_State *L, function f, long a, long b, long c, long d) {      // Java calls Lua
///     struct lua_longjmp lj;                                                    // as luaD_rawrunprotected does
///     lj.previous = L->errorJmp; lj.status = 0; L->errorJmp = &lj;
///     if (setjmp(lj.b) == 0) result = f(a, b, c, d);
///     L->errorJmp = lj.previous;
///     STATUS = lj.status;                                                       // Java looks there: throws LuaJump
///     return result;
///   }
///   int body(lua_State *L) {                                                    // Lua calls Java, one entry per body
///     int n = enter(L, index);                                                  // Java; catches LuaJump
///     if (n >= 0) return n;
///     L->errorJmp->status = -n; longjmp(L->errorJmp->b, 1);                     // as luaD_throw does
///   }
/// ```
///
/// ```
///   lua_pcall ─► body ─► Java ─► guard ─► lua_error ╮ longjmp
///   lua_pcall ◄── longjmp ─ body ◄ −2 ─ Java ◄ throws LuaJump(2) ─ guard ◄╯
/// ```
///
/// Nothing of Lua's state is touched on the way, so that Lua sees one error, from `lua_error` to `lua_pcall`. With a guard
/// there is always a recovery point, so that an error that nobody catches is an exception and not the end of the process.
/// A machine is used by one thread, and only one thread uses the bridge at a time.
final class Bridge {
    /// Bodies that can be callable at a time.
    static final int ENTRIES = 2048;

    private static final int ENTRY_SIZE = 16;
    private static final int CODE_SIZE = 512; // of guard and body, more than enough
    private static final int PROT_READ_EXEC = 1 | 4;
    private static final long PAGE = 4096;

    private static final byte[] BODY = HexFormat.of().parseHex("53" // push rbx
            + "4889fb" // mov rbx, rdi: L
            + "48b80100000000000000" // movabs rax, ENTER
            + "ffd0" // call rax
            + "85c0" // test eax, eax
            + "7924" // jns done
            + "488bbba8000000" // mov rdi, [rbx + 168]: L->errorJmp
            + "f7d8" // neg eax
            + "8987d0000000" // mov [rdi + 208], eax: status
            + "4883c708" // add rdi, 8: b
            + "be01000000" // mov esi, 1
            + "48b80200000000000000" // movabs rax, LONGJMP
            + "ffd0" // call rax
            + "5b" // done: pop rbx
            + "c3"); // ret
    private static final byte[] GUARD = HexFormat.of().parseHex("53" // push rbx
            + "55" // push rbp
            + "4154" // push r12
            + "4155" // push r13
            + "4156" // push r14
            + "4157" // push r15
            + "4881ece8000000" // sub rsp, 232: lj, the result behind it; rsp is a multiple of 16 again
            + "4889fb" // mov rbx, rdi: L
            + "4989f4" // mov r12, rsi: f
            + "4989d5" // mov r13, rdx: a
            + "4989ce" // mov r14, rcx: b
            + "4d89c7" // mov r15, r8: c
            + "4c89cd" // mov rbp, r9: d
            + "488b83a8000000" // mov rax, [rbx + 168]: L->errorJmp
            + "48890424" // mov [rsp], rax: previous
            + "c78424d000000000000000" // mov dword [rsp + 208], 0: status
            + "4889a3a8000000" // mov [rbx + 168], rsp
            + "488d7c2408" // lea rdi, [rsp + 8]: b
            + "48b80300000000000000" // movabs rax, SETJMP
            + "ffd0" // call rax
            + "85c0" // test eax, eax
            + "7517" // jne out
            + "4c89ef" // mov rdi, r13
            + "4c89f6" // mov rsi, r14
            + "4c89fa" // mov rdx, r15
            + "4889e9" // mov rcx, rbp
            + "41ffd4" // call r12
            + "48898424d8000000" // mov [rsp + 216], rax: result
            + "488b0424" // out: mov rax, [rsp]
            + "488983a8000000" // mov [rbx + 168], rax
            + "8b8424d0000000" // mov eax, [rsp + 208]
            + "48b90400000000000000" // movabs rcx, STATUS
            + "8901" // mov [rcx], eax
            + "488b8424d8000000" // mov rax, [rsp + 216]
            + "4881c4e8000000" // add rsp, 232
            + "415f" // pop r15
            + "415e" // pop r14
            + "415d" // pop r13
            + "415c" // pop r12
            + "5d" // pop rbp
            + "5b" // pop rbx
            + "c3"); // ret

    private static final BitSet TAKEN = new BitSet(ENTRIES);
    private static final @Nullable Target[] TARGETS = new Target[ENTRIES];
    private static final long STATUS = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, Long.BYTES);
    private static final long CODE = install(assemble());
    private static final MethodHandle CALL_GUARD = RawMemory.function(
            name -> Optional.of(MemorySegment.ofAddress(CODE + ENTRIES * ENTRY_SIZE + BODY.length)), "guard",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    /// What an entry leads to.
    private record Target(NativeWorld world, Machine.Body body) {}

    /// An error of Lua's on its way through Java. The error value is on the stack of its thread.
    static final class LuaJump extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final long state;
        private final int status;

        LuaJump(long state, int status) {
            super("an error of Lua: status=" + status, null, false, true);
            this.state = state;
            this.status = status;
        }

        boolean isOf(long thread) {
            return state == thread;
        }

        int status() {
            return status;
        }
    }

    private Bridge() {}

    // ---------------------------------------------------------------------------------------------- Java calls Lua

    /// Calls a function that may raise an error.
    ///
    /// @param state in which it raises it
    /// @throws LuaJump the error
    static long guarded(long state, NativeLua.Function f, long a, long b, long c, long d) {
        long result = guard(state, f.address(), a, b, c, d);
        int status = RawMemory.getInt(STATUS);
        if (status != 0)
            throw new LuaJump(state, status);
        return result;
    }

    private static long guard(long state, long f, long a, long b, long c, long d) {
        try {
            return (long) CALL_GUARD.invokeExact(state, f, a, b, c, d);
        } catch (Throwable e) {
            throw new AssertionError("a C function does not throw", e);
        }
    }

    // ---------------------------------------------------------------------------------------------- Lua calls Java

    /// Makes a body callable by Lua.
    ///
    /// @return the number of its entry
    static int open(NativeWorld world, Machine.Body body) {
        int index = TAKEN.nextClearBit(0);
        if (index >= ENTRIES)
            throw new IllegalStateException("too many C functions: limit=" + ENTRIES);
        TAKEN.set(index);
        TARGETS[index] = new Target(world, body);
        return index;
    }

    /// Gives an entry back.
    static void close(int index) {
        TAKEN.clear(index);
        TARGETS[index] = null;
    }

    /// The `lua_CFunction` of an entry.
    static long address(int index) {
        return CODE + (long) index * ENTRY_SIZE;
    }

    /// @return the number of results, or the negative status of an error
    private static int enter(long state, int index) {
        Target target = TARGETS[index];
        return target == null ? 0 : target.world.enter(state, target.body);
    }

    // ------------------------------------------------------------------------------------------------ machine code

    /// Entries, each `esi = its number; goto body`; then `body`, then `guard`.
    private static byte[] assemble() {
        int body = ENTRIES * ENTRY_SIZE;
        ByteBuffer code = ByteBuffer.allocate(body + CODE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ENTRIES; i++) {
            code.position(i * ENTRY_SIZE);
            code.put((byte) 0xBE).putInt(i); // mov esi, i
            code.put((byte) 0xE9).putInt(body - (i * ENTRY_SIZE + 10)); // jmp body
        }
        code.position(body);
        code.put(BODY).put(GUARD);
        putAddress(code, 1, enterStub());
        putAddress(code, 2, libc("longjmp"));
        putAddress(code, 3, libc("_setjmp"));
        putAddress(code, 4, STATUS);
        return code.array();
    }

    /// Puts an address where the code holds its number.
    private static void putAddress(ByteBuffer code, long number, long address) {
        int i = ENTRIES * ENTRY_SIZE;
        while (code.getLong(i) != number)
            i++;
        code.putLong(i, address);
    }

    private static long libc(String name) {
        return Linker.nativeLinker().defaultLookup().find(name).orElseThrow().address();
    }

    private static long install(byte[] code) {
        FunctionDescriptor binary = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
        FunctionDescriptor protect = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
        try {
            long size = (code.length + PAGE - 1) & -PAGE;
            long pages = (long) RawMemory.function("aligned_alloc", binary).invokeExact(PAGE, size);
            RawMemory.copyIn(code, 0, pages, code.length);
            if ((int) RawMemory.function("mprotect", protect).invokeExact(pages, size, PROT_READ_EXEC) != 0)
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
            var type = MethodType.methodType(int.class, long.class, int.class);
            var target = MethodHandles.lookup().findStatic(Bridge.class, "enter", type);
            return RawMemory.callback(target, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT), Arena.global())
                    .address();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
