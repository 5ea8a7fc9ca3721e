package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

/// A value in a random program: what an instruction pushes.
sealed interface Literal {
    /// Pushes the value; there is room for it.
    void push(Frame frame);

    record Nil() implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushNil();
        }
    }

    record Bool(boolean value) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushBoolean(value);
        }
    }

    record Int(long value) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushInteger(value);
        }
    }

    record Num(double value) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushNumber(value);
        }
    }

    record Str(String value) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushString(value);
        }
    }

    /// Bytes of all values, in a fixed order.
    record Bytes(int length, int seed) implements Literal {
        @Override
        public void push(Frame frame) {
            byte[] s = new byte[length];
            for (int i = 0; i < length; i++)
                s[i] = (byte) (seed + i * (1 + seed % 7));
            frame.machine().pushLString(s);
        }
    }

    record Light(long address) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushLightUserdata(address);
        }
    }

    /// A copy of a value on the stack, nil where that is empty.
    record Copy(int slot) implements Literal {
        @Override
        public void push(Frame frame) {
            int index = frame.any(slot);
            if (index == 0)
                frame.machine().pushNil();
            else
                frame.machine().pushValue(index);
        }
    }

    record NewTable(int arraySize, int hashSize) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().createTable(arraySize, hashSize);
        }
    }

    /// A userdata with a number in its first four bytes, if it is that large.
    record Userdata(int size, int number) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().newUserdata(size);
            if (size >= Integer.BYTES)
                frame.machine().setUserInt(-1, number);
        }
    }

    /// A function of the program.
    record Func(int number) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushFunction(frame.run().body(number));
        }
    }

    /// The registry or the table of globals.
    record Common(boolean registry) implements Literal {
        @Override
        public void push(Frame frame) {
            frame.machine().pushValue(registry ? Machine.REGISTRY : Machine.GLOBALS);
        }
    }

    /// An upvalue of the running function, its environment where the number is 0; nil where there is none.
    record Pseudo(int number) implements Literal {
        @Override
        public void push(Frame frame) {
            int index = frame.pseudo(number);
            if (index == 0)
                frame.machine().pushNil();
            else
                frame.machine().pushValue(index);
        }
    }

    /// Whether the value at an index can be a key of a table.
    static boolean isKey(Machine machine, int index) {
        Type type = machine.type(index);
        return type != Type.NIL && !(type == Type.NUMBER && Double.isNaN(machine.toNumber(index)));
    }
}
