package org.lmem.gc;

/// What [LuaState#gc] is asked for, in the order of the numbers that `lua_gc` takes.
///
/// @lua lua_gc lua.h:221
public enum GCOption {
    /// The collector does not work by itself from now on. Result 0. @lua LUA_GCSTOP lua.h:222
    STOP,
    /// The collector works again, beginning at the next safe point. Result 0. @lua LUA_GCRESTART lua.h:223
    RESTART,
    /// A full collection; it undoes [#STOP]. Result 0. @lua LUA_GCCOLLECT lua.h:224
    COLLECT,
    /// The result is the bytes in use, in whole kilobytes. @lua LUA_GCCOUNT lua.h:225
    COUNT,
    /// The result is what [#COUNT] leaves out, 0 to 1023 bytes. @lua LUA_GCCOUNTB lua.h:226
    COUNTB,
    /// Steps as if a number of kilobytes had just been allocated, one at least; it undoes [#STOP]. The result is 1 where
    /// a cycle ended. @lua LUA_GCSTEP lua.h:227
    STEP,
    /// Sets how long the collector waits between two cycles, in per cent of the live bytes; 200 waits until memory has
    /// doubled. The result is what was set before. @lua LUA_GCSETPAUSE lua.h:228
    SETPAUSE,
    /// Sets how much the collector does, in per cent of what is allocated. The result is what was set before.
    /// @lua LUA_GCSETSTEPMUL lua.h:229
    SETSTEPMUL
}
