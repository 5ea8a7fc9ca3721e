package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

import java.util.List;
import java.util.function.IntSupplier;

/// Instructions that call functions, raise errors and catch them.
sealed interface CallOp extends Op {
    /// Pushes a closure of a function of the program and arguments, and calls it.
    ///
    /// @param protect whether errors are caught
    /// @param handler chooses the message handler among the functions below, −1 for none
    record Invoke(int function, List<Literal> upvalues, List<Literal> arguments, int results, boolean protect,
            int handler)
            implements
                CallOp {
        @Override
        public void apply(Frame frame) {
            Machine machine = frame.machine();
            int n = arguments.size();
            if (!frame.hasRoom(1 + Math.max(upvalues.size(), Math.max(results, n))))
                return;
            int below = handler < 0 ? 0 : frame.find(handler, Type.FUNCTION);
            for (Literal upvalue : upvalues)
                upvalue.push(frame);
            machine.pushCClosure(frame.run().body(function), upvalues.size());
            for (Literal argument : arguments)
                argument.push(frame);
            if (protect)
                catchErrors(frame, () -> machine.pcall(n, results, below));
            else
                machine.call(n, results);
        }
    }

    /// Calls what lies below the arguments.
    record Call(int arguments, int results) implements CallOp {
        @Override
        public void apply(Frame frame) {
            int top = frame.machine().getTop();
            if (top == 0)
                return;
            int n = Math.min(arguments, top - 1);
            if (fits(frame, n, results) && (frame.isProtected() || frame.machine().type(top - n) == Type.FUNCTION))
                frame.machine().call(n, results);
        }
    }

    /// Calls what lies below the arguments, and catches errors.
    ///
    /// @param handler chooses the message handler among the functions below, −1 for none
    record PCall(int arguments, int results, int handler) implements CallOp {
        @Override
        public void apply(Frame frame) {
            Machine machine = frame.machine();
            int top = machine.getTop();
            if (top == 0)
                return;
            int n = Math.min(arguments, top - 1);
            if (!fits(frame, n, results))
                return;
            int function = handler < 0 ? 0 : frame.find(handler, Type.FUNCTION);
            int below = function < top - n ? function : 0;
            catchErrors(frame, () -> machine.pcall(n, results, below));
        }
    }

    record CPCall(int function) implements CallOp {
        @Override
        public void apply(Frame frame) {
            if (frame.hasRoom(1))
                catchErrors(frame, () -> frame.machine().cpcall(frame.run().body(function)));
        }
    }

    /// `lua_cpcall` of a function, with one growing request that is refused.
    record FailingCPCall(int function, int request) implements CallOp {
        @Override
        public void apply(Frame frame) {
            RecordingAllocator allocator = frame.run().allocator();
            if (!frame.hasRoom(1) || allocator.isArmed())
                return;
            allocator.failAt(allocator.growingRequests() + request);
            try {
                catchErrors(frame, () -> frame.machine().cpcall(frame.run().body(function)));
            } finally {
                allocator.failAt(-1);
            }
        }
    }

    /// Raises the topmost value, where somebody will catch it.
    record Raise() implements CallOp {
        @Override
        public void apply(Frame frame) {
            if (frame.isProtected() && frame.machine().getTop() > 0)
                frame.machine().error();
        }
    }

    /// Asks for more than there can be, where somebody will catch the error.
    record AskTooMuch(int what) implements CallOp {
        @Override
        public void apply(Frame frame) {
            if (!frame.isProtected() || !frame.hasRoom(1))
                return;
            Machine machine = frame.machine();
            switch (Math.floorMod(what, 5)) {
                case 0 -> machine.newUserdata(-1L - what);
                case 1 -> machine.createTable(0, (1 << 26) + 1);
                case 2 -> machine.createTable(Integer.MAX_VALUE - what, 0);
                case 3 -> machine.newUserdata(1L << 40);
                default -> frame.value(machine.checkStack(8001));
            }
        }
    }

    /// Descends through a function that calls itself, beyond the limit of C calls if that is deep enough.
    record Descend(int depth) implements CallOp {
        @Override
        public void apply(Frame frame) {
            if (!frame.hasRoom(2))
                return;
            int[] left = {depth};
            Machine.Body[] level = new Machine.Body[1];
            level[0] = machine -> {
                if (left[0]-- > 0) {
                    machine.pushFunction(level[0]);
                    machine.call(0, 0);
                }
                return 0;
            };
            catchErrors(frame, () -> frame.machine().cpcall(level[0]));
        }
    }

    private static boolean fits(Frame frame, int arguments, int results) {
        return frame.hasRoom(results - arguments) && frame.hasRoom(0); // as C checks it, which forgets the function's slot
    }

    private static void catchErrors(Frame frame, IntSupplier call) {
        int status = frame.run().protect(frame.machine(), call);
        frame.value("status " + status);
        if (status != 0)
            frame.show(-1);
    }
}
