package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

/// Instructions that have to do with the collector: `lua_gc`, weak tables, finalisers, garbage.
sealed interface CollectorOp extends Op {
    record Control(Machine.Gc what, int data) implements CollectorOp {
        @Override
        public void apply(Frame frame) {
            if (!frame.run().isClosing())
                frame.value(frame.machine().gc(what, data));
        }
    }

    /// Makes a table weak by a metatable of its own.
    record MakeWeak(int slot, String mode) implements CollectorOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.TABLE);
            if (index == 0 || !frame.hasRoom(2))
                return;
            Machine machine = frame.machine();
            machine.createTable(0, 1);
            machine.pushString(mode);
            machine.setField(-2, "__mode");
            machine.setMetatable(index);
        }
    }

    /// Pushes a userdata whose finaliser is a function of the program.
    record Finalised(int size, int function) implements CollectorOp {
        @Override
        public void apply(Frame frame) {
            if (!frame.hasRoom(3))
                return;
            Machine machine = frame.machine();
            machine.newUserdata(size);
            machine.createTable(0, 1);
            machine.pushFunction(frame.run().body(function));
            machine.setField(-2, "__gc");
            machine.setMetatable(-2);
        }
    }

    /// Makes objects and drops them.
    record Garbage(Literal value, int n) implements CollectorOp {
        @Override
        public void apply(Frame frame) {
            if (!frame.hasRoom(1))
                return;
            for (int i = 0; i < n; i++) {
                value.push(frame);
                frame.machine().pop(1);
            }
        }
    }
}
