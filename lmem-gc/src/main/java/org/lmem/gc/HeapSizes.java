package org.lmem.gc;

/// What objects take, parts included, in bytes: the sizes of their blocks.
final class HeapSizes {
    private HeapSizes() {}

    static long of(long o) {
        return switch (GCHeader.type(o)) {
            case TValue.STRING -> TString.sizeOf(TString.len(o));
            case TValue.TABLE -> Table.SIZE + Table.sizeArray(o) * TValue.SIZE
                    + (Table.node(o) == Node.DUMMY ? 0 : Table.sizeNode(o) * Node.SIZE);
            case TValue.FUNCTION -> Closure.sizeOf(o);
            case TValue.USERDATA -> Udata.sizeOf(Udata.len(o));
            case TValue.THREAD -> LuaThread.SIZE + LuaThread.stackSize(o) * TValue.SIZE
                    + LuaThread.sizeCI(o) * CallInfo.SIZE;
            case TValue.UPVAL -> UpVal.SIZE;
            default -> Proto.sizeOf(o);
        };
    }
}
