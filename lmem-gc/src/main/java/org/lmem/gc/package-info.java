/// The collector's side of Lua 5.1.5's memory manager. **It holds no code yet**: this page says what will live here.
///
/// Lua counts bytes so that its collector knows when to work: `totalbytes` is compared with `GCthreshold` at the safe
/// points of the C API. To show that with true numbers the objects have to be real, so that this package will hold
/// Lua's strings, tables, userdata, closures and threads as structs in blocks of [org.lmem.core.LuaMemory], the state that
/// creates them call for call like 5.1.5, and the incremental collector that frees them.
@NullMarked
package org.lmem.gc;

import org.jspecify.annotations.NullMarked;
