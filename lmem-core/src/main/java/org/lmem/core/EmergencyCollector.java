package org.lmem.core;

/// What a memory manager may call to make room, when the allocator has refused a request and before it gives up.
///
/// It is called only under [Semantics#emergencyCollection], only once it has been handed over with
/// [LuaMemory#setEmergencyCollector] (a half-built state hands over nothing), and never while it is already running.
/// It frees blocks through the same memory manager. The block that is being resized is still in use and must survive.
///
/// Real 5.1.5 has nothing of the kind; 5.2 and later call `luaC_fullgc` here.
@FunctionalInterface
public interface EmergencyCollector {
    /// Frees what can be freed.
    ///
    /// @param memory the manager that is short of memory
    void collect(LuaMemory memory);
}
