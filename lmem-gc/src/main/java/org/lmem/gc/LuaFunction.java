package org.lmem.gc;

/// A function of the host that Lua can call.
///
/// When it runs, its arguments are on the stack of the state, the first at index 1. It pushes its results and returns
/// how many they are. At least 20 slots are free when it begins ([LuaState#checkStack] makes more).
///
/// @lua lua_CFunction lua.h:52
@FunctionalInterface
public interface LuaFunction {
    /// Runs the function.
    ///
    /// @param state the thread that calls it
    /// @return how many of the topmost values are results, 0 or more
    int call(LuaState state);
}
