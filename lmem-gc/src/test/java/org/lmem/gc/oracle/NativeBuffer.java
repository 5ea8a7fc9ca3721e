package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.NativeLua.quiet;
import static org.lmem.gc.oracle.NativeLua.raising;

import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.oracle.NativeLua.Function;

/// A `luaL_Buffer` of the real library. In C it lies in the caller's frame; here it lives until its result is pushed.
///
/// ```
///   0   8     16   24 … 8216
///   │ p │ lvl │ L │ buffer   │
/// ```
final class NativeBuffer implements Machine.Buffer {
    private static final Function BUFFINIT = quiet("luaL_buffinit");
    private static final Function PREPBUFFER = raising("luaL_prepbuffer");
    private static final Function ADDLSTRING = raising("luaL_addlstring");
    private static final Function ADDVALUE = raising("luaL_addvalue");
    private static final Function PUSHRESULT = raising("luaL_pushresult");
    private static final long START = 24;
    private static final long SIZE = START + 8192; // LUAL_BUFFERSIZE

    private final NativeWorld world;
    private final long state;
    private final long address = SystemAlloc.INSTANCE.realloc(LuaAlloc.NULL, 0, SIZE);

    NativeBuffer(NativeMachine machine) {
        world = machine.world();
        state = machine.state();
        world.call(state, BUFFINIT, state, address, 0, 0);
    }

    @Override
    public void addChar(char c) {
        if (RawMemory.getLong(address) >= address + SIZE)
            world.call(state, PREPBUFFER, address, 0, 0, 0);
        long p = RawMemory.getLong(address);
        RawMemory.putByte(p, (byte) c);
        RawMemory.putLong(address, p + 1);
    }

    @Override
    public void addString(byte[] s) {
        try (CString c = new CString(s)) {
            world.call(state, ADDLSTRING, address, c.address(), s.length, 0);
        }
    }

    @Override
    public void addValue() {
        world.call(state, ADDVALUE, address, 0, 0, 0);
    }

    @Override
    public void pushResult() {
        world.call(state, PUSHRESULT, address, 0, 0, 0);
        SystemAlloc.INSTANCE.realloc(address, SIZE, 0);
    }
}
