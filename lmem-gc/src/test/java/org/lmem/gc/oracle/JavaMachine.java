package org.lmem.gc.oracle;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaMemoryException;
import org.lmem.core.raw.RawMemory;
import org.lmem.gc.GCOption;
import org.lmem.gc.LuaBuffer;
import org.lmem.gc.LuaFunction;
import org.lmem.gc.LuaState;
import org.lmem.gc.LuaType;

/// A [LuaState], dressed as the C API.
final class JavaMachine implements Machine {
    private final LuaState state;
    private final Map<Body, LuaFunction> functions; // one for each body, as a body has one address in C

    private JavaMachine(LuaState state, Map<Body, LuaFunction> functions) {
        this.state = state;
        this.functions = functions;
    }

    /// `lua_newstate`.
    ///
    /// @return null where the memory did not suffice
    static @Nullable Machine newState(RecordingAllocator allocator) {
        try {
            return new JavaMachine(LuaState.newState(allocator), new IdentityHashMap<>());
        } catch (LuaMemoryException e) {
            return null;
        }
    }

    /// The same, its heap verified after every single step of the collector; or with a full collection at every safe point.
    ///
    /// @return null where the memory did not suffice
    static @Nullable Machine newCheckedState(RecordingAllocator allocator, boolean stress) {
        JavaMachine machine = (JavaMachine) newState(allocator);
        if (machine != null) {
            machine.state.collector().setStress(stress);
            machine.state.collector().setVerification(!stress);
        }
        return machine;
    }

    private LuaFunction functionOf(Body body) {
        return functions.computeIfAbsent(body, b -> l -> b.call(new JavaMachine(l, functions)));
    }

    @Override
    public void close() {
        state.close();
    }

    @Override
    public Machine newThread() {
        return new JavaMachine(state.newThread(), functions);
    }

    @Override
    public int getTop() {
        return state.getTop();
    }

    @Override
    public void setTop(int index) {
        state.setTop(index);
    }

    @Override
    public void pushValue(int index) {
        state.pushValue(index);
    }

    @Override
    public void insert(int index) {
        state.insert(index);
    }

    @Override
    public void remove(int index) {
        state.remove(index);
    }

    @Override
    public void replace(int index) {
        state.replace(index);
    }

    @Override
    public boolean checkStack(int extra) {
        return state.checkStack(extra);
    }

    @Override
    public void xmove(Machine to, int n) {
        state.xmove(((JavaMachine) to).state, n);
    }

    @Override
    public void pushNil() {
        state.pushNil();
    }

    @Override
    public void pushBoolean(boolean b) {
        state.pushBoolean(b);
    }

    @Override
    public void pushNumber(double n) {
        state.pushNumber(n);
    }

    @Override
    public void pushInteger(long n) {
        state.pushInteger(n);
    }

    @Override
    public void pushLString(byte[] s) {
        state.pushLString(s);
    }

    @Override
    public void pushString(String s) {
        state.pushString(s);
    }

    @Override
    public void pushLightUserdata(long p) {
        state.pushLightUserdata(p);
    }

    @Override
    public void pushCClosure(Body f, int upvalues) {
        state.pushCClosure(functionOf(f), upvalues);
    }

    @Override
    public boolean pushThread() {
        return state.pushThread();
    }

    @Override
    public @Nullable Type type(int index) {
        LuaType type = state.type(index);
        return type == LuaType.NONE ? null : Type.values()[type.tag()];
    }

    @Override
    public boolean toBoolean(int index) {
        return state.toBoolean(index);
    }

    @Override
    public double toNumber(int index) {
        return state.toNumber(index);
    }

    @Override
    public long toInteger(int index) {
        return state.toInteger(index);
    }

    @Override
    public byte @Nullable [] toLString(int index) {
        return state.toBytes(index);
    }

    @Override
    public long objLen(int index) {
        return state.objLen(index);
    }

    @Override
    public boolean rawEqual(int a, int b) {
        return state.rawEqual(a, b);
    }

    @Override
    public boolean equal(int a, int b) {
        return state.equal(a, b);
    }

    @Override
    public boolean lessThan(int a, int b) {
        return state.lessThan(a, b);
    }

    @Override
    public int userInt(int index) {
        return RawMemory.getInt(state.toUserdata(index));
    }

    @Override
    public void setUserInt(int index, int value) {
        RawMemory.putInt(state.toUserdata(index), value);
    }

    @Override
    public long toPointer(int index) {
        return state.toPointer(index);
    }

    @Override
    public Machine toThread(int index) {
        return new JavaMachine(Objects.requireNonNull(state.toThread(index)), functions);
    }

    @Override
    public Object identity() {
        return state;
    }

    @Override
    public void createTable(int arraySize, int hashSize) {
        state.createTable(arraySize, hashSize);
    }

    @Override
    public void getTable(int index) {
        state.getTable(index);
    }

    @Override
    public void setTable(int index) {
        state.setTable(index);
    }

    @Override
    public void rawGet(int index) {
        state.rawGet(index);
    }

    @Override
    public void rawSet(int index) {
        state.rawSet(index);
    }

    @Override
    public void rawGetI(int index, int n) {
        state.rawGetI(index, n);
    }

    @Override
    public void rawSetI(int index, int n) {
        state.rawSetI(index, n);
    }

    @Override
    public void getField(int index, String key) {
        state.getField(index, key);
    }

    @Override
    public void setField(int index, String key) {
        state.setField(index, key);
    }

    @Override
    public boolean next(int index) {
        return state.next(index);
    }

    @Override
    public boolean getMetatable(int index) {
        return state.getMetatable(index);
    }

    @Override
    public void setMetatable(int index) {
        state.setMetatable(index);
    }

    @Override
    public void getFEnv(int index) {
        state.getEnvironment(index);
    }

    @Override
    public boolean setFEnv(int index) {
        return state.setEnvironment(index);
    }

    @Override
    public boolean getUpvalue(int index, int n) {
        return state.getUpvalue(index, n);
    }

    @Override
    public boolean setUpvalue(int index, int n) {
        return state.setUpvalue(index, n);
    }

    @Override
    public void newUserdata(long size) {
        state.newUserdata(size);
    }

    @Override
    public void concat(int n) {
        state.concat(n);
    }

    @Override
    public Buffer buffer() {
        return new JavaBuffer(state.buffer());
    }

    @Override
    public void call(int arguments, int results) {
        state.call(arguments, results);
    }

    @Override
    public int pcall(int arguments, int results, int handler) {
        return state.pcall(arguments, results, handler).code();
    }

    @Override
    public int cpcall(Body f) {
        return state.cpcall(functionOf(f)).code();
    }

    @Override
    public int error() {
        return state.error();
    }

    @Override
    public int gc(Gc what, int data) {
        return state.gc(GCOption.valueOf(what.name()), data);
    }

    private record JavaBuffer(LuaBuffer buffer) implements Buffer {
        @Override
        public void addChar(char c) {
            buffer.addChar(c);
        }

        @Override
        public void addString(byte[] s) {
            buffer.addLString(s, 0, s.length);
        }

        @Override
        public void addValue() {
            buffer.addValue();
        }

        @Override
        public void pushResult() {
            buffer.pushResult();
        }
    }
}
