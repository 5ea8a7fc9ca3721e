package org.lmem.allocators;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// A method that the compiler of the virtual machine does not put into its callers: it is called through a handle that is no
/// constant.
///
/// *What for.* Whether HotSpot puts a method into its caller depends on what it has counted until then, and after some thirty
/// accesses to memory in one place it puts none there any more (`DirectMemory` in lmem-core). Where a slow path was put between
/// the fast ones, the rest of a loop around them became calls, or not, from one start of a program to the next, and a request took
/// twice as long, or not. Nor does it put a method there whose own machine code has become large, as that of `realloc` does with
/// all of a resize in it: a decorator then calls what it should contain.
///
/// A call through a handle takes about two nanoseconds more. Where that is too much, a method of more than 325 bytes of code is
/// called: HotSpot puts none of these into its callers (its option `FreqInlineSize`).
final class OutOfLine {
    private final MethodHandle method;

    /// A method that takes what [org.lmem.core.LuaAlloc#realloc] does.
    ///
    /// @param lookup of the class that has it
    OutOfLine(MethodHandles.Lookup lookup, Object receiver, String name) {
        try {
            method = lookup.bind(receiver, name,
                    MethodType.methodType(long.class, long.class, long.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no such method: name=" + name, e);
        }
    }

    long call(long block, long osize, long nsize) {
        try {
            return (long) method.invokeExact(block, osize, nsize);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a slow path throws nothing that is checked", e);
        }
    }
}
