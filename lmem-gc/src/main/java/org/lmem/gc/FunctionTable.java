package org.lmem.gc;

import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// The host functions that closures in off-heap memory refer to, by handle.
///
/// ```
///   Closure.f = handle ──► functions[handle]      as often as it is used: uses[handle]
/// ```
///
/// A handle is a small number above 0. The same function has the same handle while any closure holds it, as the same C
/// function has the same address; with the last closure the handle is free again.
final class FunctionTable {
    private final IdentityHashMap<LuaFunction, Integer> handles = new IdentityHashMap<>();
    private @Nullable LuaFunction[] functions = new LuaFunction[8];
    private int[] uses = new int[8];
    private int[] free = new int[8];
    private int freeCount;
    private int highest;

    /// A handle for a function, used once more.
    long retain(LuaFunction function) {
        Integer known = handles.get(function);
        int handle = known != null ? known : add(function);
        uses[handle]++;
        return handle;
    }

    private int add(LuaFunction function) {
        int handle = freeCount > 0 ? free[--freeCount] : ++highest;
        if (handle == functions.length) {
            functions = Arrays.copyOf(functions, 2 * handle);
            uses = Arrays.copyOf(uses, 2 * handle);
            free = Arrays.copyOf(free, 2 * handle);
        }
        functions[handle] = function;
        handles.put(function, handle);
        return handle;
    }

    /// A handle is used once less.
    void release(long handle) {
        LuaFunction function = get(handle);
        int i = (int) handle;
        if (--uses[i] == 0) {
            handles.remove(function);
            functions[i] = null;
            free[freeCount++] = i;
        }
    }

    LuaFunction get(long handle) {
        LuaFunction function = handle > 0 && handle < functions.length ? functions[(int) handle] : null;
        if (function == null)
            throw new IllegalStateException("no function of the host has this handle: handle=" + handle);
        return function;
    }

    /// How many functions have a handle.
    int size() {
        return handles.size();
    }
}
