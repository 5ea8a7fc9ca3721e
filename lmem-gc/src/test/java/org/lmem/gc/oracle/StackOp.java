package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

import java.util.List;

/// Instructions that work on the stack, and read from it.
sealed interface StackOp extends Op {
    record Push(Literal value) implements StackOp {
        @Override
        public void apply(Frame frame) {
            if (frame.hasRoom(1))
                value.push(frame);
        }
    }

    record SetTop(int top) implements StackOp {
        @Override
        public void apply(Frame frame) {
            if (top <= frame.limit())
                frame.machine().setTop(top);
        }
    }

    record Pop(int n) implements StackOp {
        @Override
        public void apply(Frame frame) {
            frame.machine().pop(Math.min(n, frame.machine().getTop()));
        }
    }

    record Insert(int slot) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index != 0)
                frame.machine().insert(index);
        }
    }

    record Remove(int slot) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index != 0)
                frame.machine().remove(index);
        }
    }

    record Replace(int slot) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index != 0)
                frame.machine().replace(index);
        }
    }

    /// Pops a value into an upvalue of the running function, or, a table, into its environment.
    record ReplacePseudo(int number) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.pseudo(number);
            if (index != 0 && frame.machine().getTop() > 0
                    && (number != 0 || frame.machine().type(-1) == Type.TABLE))
                frame.machine().replace(index);
        }
    }

    /// `lua_checkstack` alone; what is granted is not used.
    record CheckStack(int n) implements StackOp {
        @Override
        public void apply(Frame frame) {
            frame.value(frame.machine().checkStack(n));
        }
    }

    /// Makes room, fills it, and runs instructions above; the stack is as before at the end.
    record WithRoom(int n, List<Op> inner) implements StackOp {
        @Override
        public void apply(Frame frame) {
            Machine machine = frame.machine();
            boolean granted = machine.checkStack(n + Machine.MINSTACK);
            frame.value(granted);
            if (!granted)
                return;
            int top = machine.getTop();
            for (int i = 0; i < n; i++)
                machine.pushInteger(i);
            frame.withLimit(machine.getTop() + Machine.MINSTACK).execute(inner);
            machine.setTop(Math.min(top, machine.getTop()));
        }

        @Override
        public Op withInner(List<Op> ops) {
            return new WithRoom(n, ops);
        }
    }

    /// Shows a value without changing it.
    record Show(int slot) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index == 0)
                return;
            frame.show(index);
            frame.value(frame.machine().toNumber(index) + ", " + frame.machine().toBoolean(index));
        }
    }

    /// `lua_tolstring`, which makes a string of a number.
    record ToText(int slot) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.NUMBER, Type.STRING, Type.TABLE);
            if (index == 0)
                return;
            frame.value(String.valueOf(frame.machine().toText(index)));
            frame.show(index);
        }
    }

    record Length(int slot) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index != 0)
                frame.value(frame.machine().objLen(index));
        }
    }

    /// `lua_rawequal`, and `lua_equal` and `lua_lessthan` where they cannot raise what nobody catches.
    record Compare(int slot1, int slot2) implements StackOp {
        @Override
        public void apply(Frame frame) {
            int a = frame.any(slot1);
            int b = frame.any(slot2);
            if (a == 0 || !frame.hasRoom(4))
                return;
            Machine machine = frame.machine();
            frame.value(machine.rawEqual(a, b));
            Type type = machine.type(a);
            boolean same = type == machine.type(b);
            if (frame.isProtected() || !same || (type != Type.TABLE && type != Type.USERDATA))
                frame.value(machine.equal(a, b));
            if (frame.isProtected() || (same && (type == Type.NUMBER || type == Type.STRING)))
                frame.value(machine.lessThan(a, b));
        }
    }
}
