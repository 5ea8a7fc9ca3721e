package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The place in which instructions run: a thread, and the part of its stack that they may use.
///
/// @param run of the whole program
/// @param machine the thread
/// @param limit the highest value that may be on its stack
/// @param inFunction whether a function runs, which has upvalues and an environment
record Frame(Execution run, Machine machine, int limit, boolean inFunction) {
    /// The whole stack of a thread in which no function runs.
    Frame(Execution run, Machine machine) {
        this(run, machine, Machine.MINSTACK, false);
    }

    /// The stack of a function that was just called.
    static Frame ofFunction(Execution run, Machine machine) {
        return new Frame(run, machine, machine.getTop() + Machine.MINSTACK, true);
    }

    /// The same with another limit.
    Frame withLimit(int newLimit) {
        return new Frame(run, machine, newLimit, inFunction);
    }

    /// Runs instructions, as long as there is fuel.
    void execute(List<Op> ops) {
        for (Op op : ops)
            run.execute(op, this);
    }

    /// Whether so many values can be pushed.
    boolean hasRoom(int n) {
        return machine.getTop() + n <= limit;
    }

    /// Whether an error in this thread will be caught.
    boolean isProtected() {
        return run.isProtected(machine);
    }

    /// The pseudo-index of an upvalue, or of the environment where the number is 0; 0 where there is none.
    int pseudo(int number) {
        int index = number == 0 ? Machine.ENVIRON : Machine.UPVALUES - number;
        return inFunction && machine.type(index) != null ? index : 0;
    }

    /// The index that a number chooses, 0 where the stack is empty.
    int any(int slot) {
        int top = machine.getTop();
        return top == 0 ? 0 : 1 + Math.floorMod(slot, top);
    }

    /// The index that a number chooses among the values of some types, 0 where there is none.
    int find(int slot, Type... types) {
        int top = machine.getTop();
        Set<Type> wanted = Set.of(types);
        for (int i = 0; i < top; i++) {
            int index = 1 + Math.floorMod(slot + i, top);
            Type type = machine.type(index);
            if (type != null && wanted.contains(type))
                return index;
        }
        return 0;
    }

    /// Whether a table can be read and written without a metamethod.
    boolean isPlainTable(int index) {
        if (machine.type(index) != Type.TABLE)
            return false;
        boolean has = machine.getMetatable(index);
        if (has)
            machine.pop(1);
        return !has;
    }

    boolean isStringOrNumber(int index) {
        @Nullable
        Type type = machine.type(index);
        return type == Type.STRING || type == Type.NUMBER;
    }

    /// Notes what a call returned.
    void value(Object value) {
        run.value(value.toString());
    }

    /// Notes a value on the stack.
    void show(int index) {
        run.value(run.describe(machine, index));
    }
}
