package org.lmem.gc.oracle;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One `lua_State` as the C API shows it: the calls that the scenarios and the random programs are written in.
///
/// Two machines answer to it: [NativeMachine] is the real library, [JavaMachine] is the one under test. What is run on
/// both has to be a valid use of the C API: enough stack, acceptable indices, the types that a function asks for.
interface Machine extends AutoCloseable {
    /// `LUA_MULTRET`.
    int MULTRET = -1;
    /// `LUA_REGISTRYINDEX`.
    int REGISTRY = -10000;
    /// `LUA_ENVIRONINDEX`.
    int ENVIRON = -10001;
    /// `LUA_GLOBALSINDEX`.
    int GLOBALS = -10002;
    /// `lua_upvalueindex(0)`: the upvalues' pseudo-indices go down from here.
    int UPVALUES = GLOBALS;
    /// `LUA_MINSTACK`: free slots that a function finds on entry.
    int MINSTACK = 20;

    /// A C function, written in Java. It may raise errors and call others; a Java exception in it ends the run.
    @FunctionalInterface
    interface Body {
        /// Does the work.
        ///
        /// @param machine whose stack holds the arguments
        /// @return the number of results on top of it
        int call(Machine machine);
    }

    /// `luaL_Buffer`.
    interface Buffer {
        void addChar(char c);

        void addString(byte[] s);

        void addValue();

        void pushResult();
    }

    /// The options of `lua_gc`, in the order of their numbers.
    enum Gc {
        STOP, RESTART, COLLECT, COUNT, COUNTB, STEP, SETPAUSE, SETSTEPMUL
    }

    /// What `lua_type` may answer from 0 on, in the order of the numbers.
    enum Type {
        NIL, BOOLEAN, LIGHTUSERDATA, NUMBER, STRING, TABLE, FUNCTION, USERDATA, THREAD
    }

    /// A way to start a machine.
    interface Maker {
        /// `lua_newstate`.
        ///
        /// @param allocator where all memory comes from
        /// @return the main thread, null where the memory did not suffice
        @Nullable
        Machine newState(RecordingAllocator allocator);
    }

    // -------------------------------------------------------------------------------------------- state and stack

    @Override
    void close();

    Machine newThread();

    int getTop();

    void setTop(int index);

    default void pop(int n) {
        setTop(-n - 1);
    }

    void pushValue(int index);

    void insert(int index);

    void remove(int index);

    void replace(int index);

    boolean checkStack(int extra);

    void xmove(Machine to, int n);

    // ------------------------------------------------------------------------------------------------------- push

    void pushNil();

    void pushBoolean(boolean b);

    void pushNumber(double n);

    void pushInteger(long n);

    void pushLString(byte[] s);

    void pushString(String s);

    void pushLightUserdata(long p);

    void pushCClosure(Body f, int upvalues);

    default void pushFunction(Body f) {
        pushCClosure(f, 0);
    }

    boolean pushThread();

    // ----------------------------------------------------------------------------------------------------- access

    /// The type of a value, null for `LUA_TNONE`.
    @Nullable
    Type type(int index);

    boolean toBoolean(int index);

    double toNumber(int index);

    long toInteger(int index);

    /// `lua_tolstring`: a number is turned into a string where it is; null for other types.
    byte @Nullable [] toLString(int index);

    default @Nullable String toText(int index) {
        byte[] s = toLString(index);
        return s == null ? null : new String(s, StandardCharsets.ISO_8859_1);
    }

    long objLen(int index);

    boolean rawEqual(int a, int b);

    boolean equal(int a, int b);

    boolean lessThan(int a, int b);

    /// The first four bytes of a full userdata.
    int userInt(int index);

    /// `lua_topointer`: what tells an object from others; the address in a light userdata; 0 for other values.
    long toPointer(int index);

    /// `lua_tothread`, of a thread.
    Machine toThread(int index);

    /// What tells this thread from others.
    Object identity();

    // ----------------------------------------------------------------------------------------------------- tables

    void createTable(int arraySize, int hashSize);

    default void newTable() {
        createTable(0, 0);
    }

    void getTable(int index);

    void setTable(int index);

    void rawGet(int index);

    void rawSet(int index);

    void rawGetI(int index, int n);

    void rawSetI(int index, int n);

    void getField(int index, String key);

    void setField(int index, String key);

    boolean next(int index);

    boolean getMetatable(int index);

    void setMetatable(int index);

    void getFEnv(int index);

    boolean setFEnv(int index);

    boolean getUpvalue(int index, int n);

    boolean setUpvalue(int index, int n);

    // --------------------------------------------------------------------------------------------- other objects

    void newUserdata(long size);

    /// Writes the first four bytes of a full userdata.
    void setUserInt(int index, int value);

    void concat(int n);

    Buffer buffer();

    // ----------------------------------------------------------------------------------------------------- control

    void call(int arguments, int results);

    /// `lua_pcall`.
    ///
    /// @param handler index of the message handler, 0 for none
    /// @return the status
    int pcall(int arguments, int results, int handler);

    int cpcall(Body f);

    /// `lua_error`: raises the value on top.
    ///
    /// @return never
    int error();

    int gc(Gc what, int data);

    /// The count of bytes as `lua_gc` tells it.
    default long count() {
        return gc(Gc.COUNT, 0) * 1024L + gc(Gc.COUNTB, 0);
    }
}
