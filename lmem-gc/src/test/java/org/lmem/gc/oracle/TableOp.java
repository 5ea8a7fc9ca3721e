package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

/// Instructions that work on a table of the stack.
sealed interface TableOp extends Op {
    /// Which table: chosen among those on the stack.
    int slot();

    /// Works on the table.
    void apply(Frame frame, int table);

    /// The slots of the stack that are needed.
    default int room() {
        return 3;
    }

    @Override
    default void apply(Frame frame) {
        int table = frame.find(slot(), Type.TABLE);
        if (table != 0 && frame.hasRoom(room()))
            apply(frame, table);
    }

    /// Whether the values of a table may be read and written with metamethods, which may raise errors.
    private static boolean allowsMethods(Frame frame, int table) {
        return frame.isProtected() || frame.isPlainTable(table);
    }

    record RawPut(int slot, Literal key, Literal value) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            key.push(frame);
            value.push(frame);
            if (frame.isProtected() || Literal.isKey(frame.machine(), -2))
                frame.machine().rawSet(table);
            else
                frame.machine().pop(2);
        }
    }

    record RawFetch(int slot, Literal key) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            key.push(frame);
            frame.machine().rawGet(table);
            frame.show(-1);
        }
    }

    record RawPutInt(int slot, int key, Literal value) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            value.push(frame);
            frame.machine().rawSetI(table, key);
        }
    }

    record RawFetchInt(int slot, int key) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            frame.machine().rawGetI(table, key);
            frame.show(-1);
        }
    }

    record PutField(int slot, String key, Literal value) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            if (!allowsMethods(frame, table))
                return;
            value.push(frame);
            frame.machine().setField(table, key);
        }
    }

    record FetchField(int slot, String key) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            if (!allowsMethods(frame, table))
                return;
            frame.machine().getField(table, key);
            frame.show(-1);
        }
    }

    record Put(int slot, Literal key, Literal value) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            if (!allowsMethods(frame, table))
                return;
            key.push(frame);
            value.push(frame);
            if (frame.isProtected() || Literal.isKey(frame.machine(), -2))
                frame.machine().setTable(table);
            else
                frame.machine().pop(2);
        }
    }

    record Fetch(int slot, Literal key) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            if (!allowsMethods(frame, table))
                return;
            key.push(frame);
            frame.machine().getTable(table);
            frame.show(-1);
        }
    }

    /// `t[i] = value` for a run of integers.
    record FillInts(int slot, int first, int step, int n, Literal value) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            for (int i = 0; i < n; i++) {
                value.push(frame);
                frame.machine().rawSetI(table, first + i * step);
            }
        }
    }

    /// `t[prefix .. i] = i`.
    record FillStrings(int slot, String prefix, int n) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            for (int i = 0; i < n; i++) {
                frame.machine().pushString(prefix + i);
                frame.machine().pushInteger(i);
                frame.machine().rawSet(table);
            }
        }
    }

    /// `t[{}] = i`, or with other new objects: keys whose hash is their address.
    record FillObjects(int slot, Literal key, int n) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            for (int i = 0; i < n; i++) {
                key.push(frame);
                frame.machine().pushInteger(i);
                if (frame.isProtected() || Literal.isKey(frame.machine(), -2))
                    frame.machine().rawSet(table);
                else
                    frame.machine().pop(2);
            }
        }
    }

    /// One call of `lua_next`.
    record Next(int slot, Literal key) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            Machine machine = frame.machine();
            key.push(frame);
            if (!frame.isProtected() && machine.type(-1) != Type.NIL)
                machine.pop(1); // perhaps a key that is not there
            else if (machine.next(table)) {
                frame.show(-2);
                frame.show(-1);
            }
        }
    }

    record Traverse(int slot) implements TableOp {
        @Override
        public void apply(Frame frame, int table) {
            frame.run().traverse(frame.machine(), table);
        }
    }

    /// Sets entries to nil during a traversal, which C allows: every one, or some.
    record Clear(int slot, int every) implements TableOp {
        private static final int LIMIT = 300;

        @Override
        public int room() {
            return 4;
        }

        @Override
        public void apply(Frame frame, int table) {
            Machine machine = frame.machine();
            machine.pushNil();
            int n = 0;
            while (machine.next(table)) {
                machine.pop(1);
                if (++n % every == 0) {
                    machine.pushValue(-1);
                    machine.pushNil();
                    machine.rawSet(table);
                }
                if (n == LIMIT) {
                    machine.pop(1);
                    return;
                }
            }
        }
    }
}
