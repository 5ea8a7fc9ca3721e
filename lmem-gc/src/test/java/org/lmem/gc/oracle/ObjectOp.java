package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

import java.util.List;

/// Instructions that work on closures, userdata, metatables, strings and threads.
sealed interface ObjectOp extends Op {
    /// Makes a closure of a function and the topmost values.
    record Closure(int function, int upvalues) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            if (frame.hasRoom(1))
                frame.machine().pushCClosure(frame.run().body(function),
                        Math.min(upvalues, frame.machine().getTop()));
        }
    }

    record FetchUpvalue(int slot, int n) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.FUNCTION);
            if (index != 0 && frame.hasRoom(1) && frame.machine().getUpvalue(index, n))
                frame.show(-1);
        }
    }

    record PutUpvalue(int slot, int n) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.FUNCTION);
            if (index != 0)
                frame.value(frame.machine().setUpvalue(index, n));
        }
    }

    /// Reads a number out of a userdata.
    record ReadUserdata(int slot) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.USERDATA);
            if (index != 0 && frame.machine().objLen(index) >= Integer.BYTES)
                frame.value(frame.machine().userInt(index));
        }
    }

    /// Gives a value another one, a table, as its metatable; −1 takes it away.
    record SetMetatable(int slot, int metatable) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.TABLE, Type.USERDATA);
            int mt = frame.find(metatable, Type.TABLE);
            if (index == 0 || mt == 0 || !frame.hasRoom(1))
                return;
            if (metatable < 0)
                frame.machine().pushNil();
            else
                frame.machine().pushValue(mt);
            frame.machine().setMetatable(index);
        }
    }

    record FetchMetatable(int slot) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index != 0 && frame.hasRoom(1) && frame.machine().getMetatable(index))
                frame.show(-1);
        }
    }

    record FetchEnvironment(int slot) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.any(slot);
            if (index == 0 || !frame.hasRoom(1))
                return;
            frame.machine().getFEnv(index);
            frame.show(-1);
        }
    }

    record PutEnvironment(int slot, int table) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.FUNCTION, Type.USERDATA, Type.THREAD);
            int env = frame.find(table, Type.TABLE);
            if (index == 0 || env == 0 || !frame.hasRoom(1))
                return;
            frame.machine().pushValue(env);
            frame.value(frame.machine().setFEnv(index));
        }
    }

    record Concat(int n) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int top = frame.machine().getTop();
            int count = Math.min(n, top);
            if (!frame.hasRoom(count == 0 ? 1 : 0) || !isSafe(frame, top, count))
                return;
            frame.machine().concat(count);
            frame.show(-1);
        }

        private static boolean isSafe(Frame frame, int top, int count) {
            for (int i = top - count + 1; i <= top && !frame.isProtected(); i++)
                if (!frame.isStringOrNumber(i))
                    return false;
            return true;
        }
    }

    /// A buffer that is filled with pieces: single characters, strings, values from the stack.
    record Buffer(List<Integer> pieces) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            Machine machine = frame.machine();
            if (!frame.hasRoom(1) || !machine.checkStack(Machine.MINSTACK))
                return;
            Machine.Buffer buffer = machine.buffer();
            for (int piece : pieces)
                add(machine, buffer, piece);
            buffer.pushResult();
            frame.show(-1);
        }

        private static void add(Machine machine, Machine.Buffer buffer, int piece) {
            byte[] s = ObjectScenarios.filled((char) ('a' + piece % 26), piece);
            switch (piece % 3) {
                case 0 -> buffer.addString(s);
                case 1 -> {
                    machine.pushLString(s);
                    buffer.addValue();
                }
                default -> {
                    for (byte b : s)
                        buffer.addChar((char) b);
                }
            }
        }
    }

    record NewThread() implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            if (frame.hasRoom(1))
                frame.machine().newThread();
        }
    }

    record PushThread() implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            if (frame.hasRoom(1))
                frame.value(frame.machine().pushThread());
        }
    }

    /// Runs instructions in another thread, which stays on the stack meanwhile.
    record InThread(int slot, List<Op> inner) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.THREAD);
            if (index == 0)
                return;
            Machine thread = frame.machine().toThread(index);
            if (frame.run().isActive(thread))
                return;
            frame.run().enter(thread);
            try {
                new Frame(frame.run(), thread).execute(inner);
            } finally {
                frame.run().leave(thread);
            }
        }

        @Override
        public Op withInner(List<Op> ops) {
            return new InThread(slot, ops);
        }
    }

    /// Moves values to another thread, or from there.
    record Move(int slot, int n, boolean back) implements ObjectOp {
        @Override
        public void apply(Frame frame) {
            int index = frame.find(slot, Type.THREAD);
            if (index == 0)
                return;
            Machine thread = frame.machine().toThread(index);
            if (frame.run().isActive(thread))
                return;
            if (back)
                move(thread, frame.machine(), frame.limit());
            else
                move(frame.machine(), thread, Machine.MINSTACK);
        }

        private void move(Machine from, Machine to, int limit) {
            int count = Math.min(n, from.getTop());
            if (to.getTop() + count <= limit)
                from.xmove(to, count);
        }
    }
}
