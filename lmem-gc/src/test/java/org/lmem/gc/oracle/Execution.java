package org.lmem.gc.oracle;

import static org.lmem.gc.oracle.Machine.Type;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.lmem.gc.oracle.Machine.Gc;

/// One run of a random program on one machine, and the log that it leaves.
///
/// The log holds each instruction that was begun, each call of the allocator, each value returned, after each instruction
/// the count of bytes, of blocks and of values, at the end all that is on the stack and in the tables there. Objects appear as
/// distances from the start of the heap: both machines run over the same one, so that these are equal, too.
final class Execution {
    /// Instructions that a program may run, so that recursion ends.
    private static final int FUEL = 3000;
    /// Calls of the program's functions within each other.
    private static final int DEPTH = 8;
    /// Entries of a table that are shown; after a failed rehash 5.1.5 may traverse a table for ever.
    private static final int ENTRIES = 300;

    /// Instructions in a protected call of [#traceRefusing], values that the next one finds, and where its function is.
    private static final int CHUNK = 4;
    private static final int KEPT = 10;
    private static final long CHUNK_KEY = 0x7777;

    private final GoldenLog log = new GoldenLog();
    private final Heap heap;
    private final RecordingAllocator allocator;
    private final List<Machine.Body> bodies = new ArrayList<>();
    private final Map<Object, Integer> protection = new HashMap<>();
    private final Set<Object> active = new HashSet<>();
    private List<Op> chunk = List.of();
    private int fuel = FUEL;
    private int depth;
    private boolean closing;

    private Execution(Program program, Heap heap) {
        this.heap = heap;
        this.allocator = new RecordingAllocator(log, heap);
        for (Program.Function f : program.functions())
            bodies.add(machine -> call(machine, f));
    }

    /// Runs a program.
    ///
    /// @param collecting whether the collector may run by itself
    /// @return the log
    static List<String> trace(Program program, boolean collecting, Machine.Maker maker, Heap heap) {
        Execution run = new Execution(program, heap);
        return run.trace(() -> {
            Machine machine = Objects.requireNonNull(maker.newState(run.allocator));
            run.begin(machine, collecting);
            Frame main = new Frame(run, machine);
            main.execute(program.main());
            run.end(main);
        });
    }

    /// Runs a program in protected calls of a few instructions each, with one growing request that is refused; and once
    /// more in the same state, where all requests are met.
    ///
    /// @param request which one is refused, counted from 1 with the making of the state
    /// @return the log
    static List<String> traceRefusing(Program program, long request, boolean collecting, Machine.Maker maker,
            Heap heap) {
        Execution run = new Execution(program, heap);
        run.allocator.failAt(request);
        return run.trace(() -> {
            Machine machine = maker.newState(run.allocator);
            if (machine == null) {
                run.log.add("V no state");
                run.showRest();
                return;
            }
            run.begin(machine, collecting);
            Frame main = new Frame(run, machine);
            for (int i = 0; i < 2; i++)
                run.runInChunks(program.main(), main);
            run.end(main);
        });
    }

    /// Each chunk finds the values that the last one left, unless that ended with an error.
    private void runInChunks(List<Op> ops, Frame main) {
        Machine machine = main.machine();
        fuel = FUEL;
        keepInRegistry(machine, this::callChunk);
        for (int i = 0; i < ops.size(); i += CHUNK) {
            chunk = ops.subList(i, Math.min(ops.size(), i + CHUNK));
            machine.pushLightUserdata(CHUNK_KEY);
            machine.rawGet(Machine.REGISTRY);
            if (machine.type(-1) != Type.FUNCTION) // a program may do that, too
                return;
            machine.insert(1);
            int arguments = machine.getTop() - 1;
            value("status " + protect(machine, () -> machine.pcall(arguments, Machine.MULTRET, 0)));
        }
        machine.setTop(0);
    }

    private void keepInRegistry(Machine machine, Machine.Body body) {
        int status;
        do {
            status = machine.cpcall(m -> {
                m.pushLightUserdata(CHUNK_KEY);
                m.pushFunction(body);
                m.rawSet(Machine.REGISTRY);
                return 0;
            });
            machine.setTop(0);
        } while (status != 0); // one request is refused, no more
    }

    private int callChunk(Machine machine) {
        Frame.ofFunction(this, machine).execute(chunk);
        machine.setTop(Math.min(machine.getTop(), KEPT));
        return machine.getTop();
    }

    private List<String> trace(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            log.add("thrown: " + e + " at " + Arrays.stream(e.getStackTrace()).limit(3).toList());
        }
        return log.lines();
    }

    private void begin(Machine machine, boolean collecting) {
        if (!collecting)
            machine.gc(Gc.STOP, 0);
        active.add(machine.identity());
    }

    private void end(Frame main) {
        Machine machine = main.machine();
        log.step("the end");
        for (int i = 1; i <= machine.getTop(); i++)
            value(describe(machine, i));
        showTables(main);
        log.step("lua_close");
        closing = true;
        protection.put(machine.identity(), 1); // errors of finalisers end there
        machine.close();
        showRest();
    }

    private void showRest() {
        log.add("= " + allocator.total() + ' ' + allocator.blocks());
    }

    // ------------------------------------------------------------------------------------------------ instructions

    /// Runs an instruction, unless the fuel is used up or an error could not be caught.
    void execute(Op op, Frame frame) {
        if (fuel == 0 || (allocator.isArmed() && !frame.isProtected()))
            return;
        fuel--;
        log.step(op.toString());
        op.apply(frame);
        log.add("= " + frame.machine().count() + ' ' + allocator.blocks() + ' ' + frame.machine().getTop());
    }

    private int call(Machine machine, Program.Function function) {
        if (depth >= DEPTH)
            return 0;
        if (closing)
            machine.gc(Gc.STOP, 0); // else 5.1.5 may free what is still in use: see Finalizers
        boolean first = active.add(machine.identity());
        depth++;
        try {
            Frame.ofFunction(this, machine).execute(function.ops());
            return Math.min(function.results(), machine.getTop());
        } finally {
            depth--;
            if (first)
                active.remove(machine.identity());
        }
    }

    /// A function of the program.
    Machine.Body body(int number) {
        return bodies.get(Math.floorMod(number, bodies.size()));
    }

    /// Whether the state is being closed, so that the collector must rest.
    boolean isClosing() {
        return closing;
    }

    RecordingAllocator allocator() {
        return allocator;
    }

    /// Whether a thread is used further up, so that its stack must stay as it is.
    boolean isActive(Machine machine) {
        return active.contains(machine.identity());
    }

    void enter(Machine machine) {
        active.add(machine.identity());
    }

    void leave(Machine machine) {
        active.remove(machine.identity());
    }

    boolean isProtected(Machine machine) {
        return protection.getOrDefault(machine.identity(), 0) > 0;
    }

    /// Something that catches the errors of a thread.
    int protect(Machine machine, IntSupplier call) {
        Object thread = machine.identity();
        protection.merge(thread, 1, Integer::sum);
        try {
            return call.getAsInt();
        } finally {
            protection.merge(thread, -1, Integer::sum);
        }
    }

    // ------------------------------------------------------------------------------------------------------ values

    void value(String text) {
        log.add("V " + text);
    }

    /// A value as text, the same on both machines.
    String describe(Machine machine, int index) {
        @Nullable
        Type type = machine.type(index);
        if (type == null)
            return "none";
        return switch (type) {
            case NIL -> "nil";
            case BOOLEAN -> Boolean.toString(machine.toBoolean(index));
            case NUMBER -> number(machine.toNumber(index));
            case STRING -> string(Objects.requireNonNull(machine.toLString(index)));
            case LIGHTUSERDATA -> "light " + machine.toPointer(index);
            case TABLE, FUNCTION, USERDATA, THREAD -> type + " " + heap.offset(machine.toPointer(index));
        };
    }

    private static String number(double n) {
        return Double.isNaN(n) ? "nan" : Double.toString(n);
    }

    private static String string(byte[] s) {
        String text = new String(s, StandardCharsets.ISO_8859_1);
        return s.length <= 60 ? '"' + text + '"' : "string " + s.length + ' ' + Arrays.hashCode(s);
    }

    private void showTables(Frame frame) {
        Machine machine = frame.machine();
        machine.setTop(Math.min(machine.getTop(), 12));
        for (int i = 1; i <= machine.getTop(); i++)
            if (machine.type(i) == Type.TABLE)
                traverse(machine, i);
        traverse(machine, Machine.GLOBALS);
        traverse(machine, Machine.REGISTRY);
    }

    /// Notes the entries of a table in the order of `lua_next`; two slots of the stack are used.
    void traverse(Machine machine, int index) {
        value("length " + machine.objLen(index));
        machine.pushNil();
        for (int n = 0; n < ENTRIES && machine.next(index); n++) {
            value(describe(machine, -2) + " = " + describe(machine, -1));
            machine.pop(1);
            if (n == ENTRIES - 1)
                machine.pop(1);
        }
    }
}
