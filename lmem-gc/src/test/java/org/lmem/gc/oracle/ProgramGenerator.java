package org.lmem.gc.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lmem.gc.oracle.Machine.Gc;

/// Random programs from seeds: the same seed gives the same program on every machine and in every run.
final class ProgramGenerator {
    private static final int FUNCTIONS = 6;
    private static final int NESTING = 2;
    private static final double[] NUMBERS = {0.5, -0.0, 0.1, 1e15, 1e16, 123456789012345.6, 1e100, -1e-7, 1.0 / 3,
            Double.POSITIVE_INFINITY, Double.NaN, 4294967296.0, 2147483648.0, -2147483649.0, 100, 3.0, 1e14};
    private static final String[] WORDS = {"", "a", "b", "x", "10", "0x10", " 7 ", "1e2", "inf", "nan", "0x", "1 2",
            "end", "not enough memory", "__mode", "hello world, this string is longer than thirty-two characters"};
    private static final String[] METHODS = {"__index", "__newindex", "__concat", "__call", "__eq", "__lt", "__le"};
    private static final int[] EXTREMES = {-1, -100, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 22, 1 << 21, 1, 0};
    private static final String[] MODES = {"k", "v", "kv", "x", ""};

    private final Random random;
    private final List<Function<Integer, Op>> choices = new ArrayList<>(); // as often as each is to be chosen
    private final List<Supplier<Literal>> literals = new ArrayList<>();

    private ProgramGenerator(long seed, boolean collecting) {
        this.random = new Random(seed);
        addLiterals();
        addStackOps();
        addTableOps();
        addObjectOps();
        addCallOps();
        if (collecting)
            addCollectorOps();
    }

    /// A program.
    ///
    /// @param calls instructions of its main part, about
    /// @param collecting whether the collector is asked to work, and given work
    static Program generate(long seed, int calls, boolean collecting) {
        return new ProgramGenerator(seed, collecting).program(calls);
    }

    private Program program(int calls) {
        List<Program.Function> functions = new ArrayList<>();
        for (int i = 0; i < FUNCTIONS; i++)
            functions.add(new Program.Function(ops(random.nextInt(12), 1), random.nextInt(4)));
        return new Program(ops(calls, 0), functions);
    }

    private List<Op> ops(int n, int nesting) {
        List<Op> ops = new ArrayList<>();
        while (ops.size() < n)
            ops.add(choices.get(random.nextInt(choices.size())).apply(nesting));
        return ops;
    }

    private List<Op> inner(int nesting) {
        return nesting > NESTING ? List.of() : ops(random.nextInt(8), nesting + 1);
    }

    // ------------------------------------------------------------------------------------------------------ values

    private int below(int n) {
        return random.nextInt(n);
    }

    private int slot() {
        return random.nextInt(20);
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    /// Small numbers mostly.
    private int size(int limit) {
        int n = 1 << random.nextInt(1 + (32 - Integer.numberOfLeadingZeros(limit)));
        return Math.min(limit, random.nextInt(n + 1));
    }

    private String word() {
        return switch (random.nextInt(4)) {
            case 0 -> one(WORDS);
            case 1 -> one(METHODS);
            default -> "k" + size(60);
        };
    }

    private Literal literal() {
        return literals.get(random.nextInt(literals.size())).get();
    }

    private void addLiterals() {
        literal(1, () -> new Literal.Nil());
        literal(2, () -> new Literal.Bool(random.nextBoolean()));
        literal(6, () -> new Literal.Int(size(200) - 5));
        literal(1, () -> new Literal.Int(random.nextLong()));
        literal(2, () -> new Literal.Num(NUMBERS[random.nextInt(NUMBERS.length)]));
        literal(2, () -> new Literal.Num(size(50) + 0.5));
        literal(6, () -> new Literal.Str(word()));
        literal(2, () -> new Literal.Bytes(size(9000), below(256)));
        literal(2, () -> new Literal.Light(random.nextInt(5) * 0x1000_0008L));
        literal(6, () -> new Literal.Copy(slot()));
        literal(9, () -> new Literal.NewTable(size(20), size(20)));
        literal(2, () -> new Literal.Userdata(size(200), below(1000)));
        literal(3, () -> new Literal.Func(below(FUNCTIONS)));
        literal(2, () -> new Literal.Pseudo(below(4)));
        literal(1, () -> new Literal.Common(random.nextBoolean()));
    }

    private void literal(int weight, Supplier<Literal> maker) {
        for (int i = 0; i < weight; i++)
            literals.add(maker);
    }

    // ------------------------------------------------------------------------------------------------ instructions

    private void add(int weight, Supplier<Op> maker) {
        addNesting(weight, nesting -> maker.get());
    }

    private void addNesting(int weight, Function<Integer, Op> maker) {
        for (int i = 0; i < weight; i++)
            choices.add(maker);
    }

    private void addStackOps() {
        add(30, () -> new StackOp.Push(literal()));
        add(2, () -> new StackOp.SetTop(below(12)));
        add(11, () -> new StackOp.Pop(1 + below(4)));
        add(2, () -> new StackOp.Insert(slot()));
        add(2, () -> new StackOp.Remove(slot()));
        add(2, () -> new StackOp.Replace(slot()));
        add(3, () -> new StackOp.ReplacePseudo(below(4)));
        add(1, () -> new StackOp.CheckStack(size(9000)));
        addNesting(2, nesting -> new StackOp.WithRoom(size(300), inner(nesting)));
        add(3, () -> new StackOp.Show(slot()));
        add(4, () -> new StackOp.ToText(slot()));
        add(2, () -> new StackOp.Length(slot()));
        add(3, () -> new StackOp.Compare(slot(), slot()));
    }

    private void addTableOps() {
        add(12, () -> new TableOp.RawPut(slot(), literal(), literal()));
        add(4, () -> new TableOp.RawFetch(slot(), literal()));
        add(6, () -> new TableOp.RawPutInt(slot(), size(300) - 3, literal()));
        add(3, () -> new TableOp.RawFetchInt(slot(), size(300) - 3));
        add(6, () -> new TableOp.PutField(slot(), word(), literal()));
        add(3, () -> new TableOp.FetchField(slot(), word()));
        add(4, () -> new TableOp.Put(slot(), literal(), literal()));
        add(3, () -> new TableOp.Fetch(slot(), literal()));
        add(4, () -> new TableOp.FillInts(slot(), size(100) - 10, below(9) - 2, size(100), literal()));
        add(3, () -> new TableOp.FillStrings(slot(), word(), size(100)));
        add(2, () -> new TableOp.FillObjects(slot(), literal(), size(30)));
        add(3, () -> new TableOp.Next(slot(), literal()));
        add(4, () -> new TableOp.Traverse(slot()));
        add(2, () -> new TableOp.Clear(slot(), 1 + below(4)));
    }

    private void addObjectOps() {
        add(6, () -> new ObjectOp.Closure(below(FUNCTIONS), size(16)));
        add(2, () -> new ObjectOp.FetchUpvalue(slot(), below(5)));
        add(2, () -> new ObjectOp.PutUpvalue(slot(), below(5)));
        add(1, () -> new ObjectOp.ReadUserdata(slot()));
        add(5, () -> new ObjectOp.SetMetatable(slot(), slot() - 3));
        add(2, () -> new ObjectOp.FetchMetatable(slot()));
        add(2, () -> new ObjectOp.FetchEnvironment(slot()));
        add(2, () -> new ObjectOp.PutEnvironment(slot(), slot()));
        add(5, () -> new ObjectOp.Concat(below(6)));
        add(2, () -> new ObjectOp.Buffer(pieces()));
        add(4, ObjectOp.NewThread::new);
        add(1, ObjectOp.PushThread::new);
        addNesting(5, nesting -> new ObjectOp.InThread(slot(), inner(nesting)));
        add(4, () -> new ObjectOp.Move(slot(), 1 + below(3), random.nextBoolean()));
    }

    private List<Integer> pieces() {
        List<Integer> pieces = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--)
            pieces.add(size(9000));
        return pieces;
    }

    private void addCallOps() {
        add(4, () -> invoke(false, -1));
        add(8, () -> invoke(true, below(12) - 8));
        add(1, () -> new CallOp.Call(below(3), below(4) - 1));
        add(2, () -> new CallOp.PCall(below(3), below(4) - 1, below(12) - 6));
        add(4, () -> new CallOp.CPCall(below(FUNCTIONS)));
        add(3, () -> new CallOp.FailingCPCall(below(FUNCTIONS), 1 + size(30)));
        add(4, CallOp.Raise::new);
        add(3, () -> new CallOp.AskTooMuch(below(20)));
        if (random.nextInt(20) == 0)
            add(2, () -> new CallOp.Descend(size(230)));
    }

    private Op invoke(boolean protect, int handler) {
        return new CallOp.Invoke(below(FUNCTIONS), literals(), literals(), below(5) - 1, protect, handler);
    }

    private List<Literal> literals() {
        List<Literal> some = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--)
            some.add(literal());
        return some;
    }

    private void addCollectorOps() {
        add(2, () -> new CollectorOp.Control(Gc.STOP, 0));
        add(3, () -> new CollectorOp.Control(Gc.RESTART, 0));
        add(4, () -> new CollectorOp.Control(Gc.COLLECT, 0));
        add(8, () -> new CollectorOp.Control(Gc.STEP, 0));
        add(4, () -> new CollectorOp.Control(Gc.STEP, pace(30)));
        add(1, () -> new CollectorOp.Control(Gc.SETPAUSE, pace(400)));
        add(3, () -> new CollectorOp.Control(Gc.SETSTEPMUL, pace(600))); // often so small that marking takes many steps
        add(6, () -> new CollectorOp.MakeWeak(slot(), one(MODES)));
        add(8, () -> new CollectorOp.Finalised(size(60), below(FUNCTIONS)));
        add(8, () -> new CollectorOp.Garbage(literal(), size(60)));
    }

    /// A usual number mostly, now and then one that nobody would choose: negative, or so large that products overflow.
    private int pace(int usual) {
        return random.nextInt(8) == 0 ? EXTREMES[random.nextInt(EXTREMES.length)] : size(usual);
    }
}
