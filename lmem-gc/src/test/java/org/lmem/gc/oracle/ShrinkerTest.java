package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final List<Program.Function> NONE = List.of(new Program.Function(List.of(), 0));
    private static final Op PUSH = new StackOp.Push(new Literal.Int(1));
    private static final Op RAISE = new CallOp.Raise();

    @Test
    void shrink_keepsWhatTheFailureNeeds() {
        Op thread = new ObjectOp.InThread(3, List.of(PUSH, PUSH, RAISE, PUSH));
        Program program = new Program(List.of(PUSH, PUSH, new ObjectOp.NewThread(), PUSH, thread, PUSH),
                List.of(new Program.Function(List.of(PUSH, RAISE, PUSH), 2)));
        Program small = new Shrinker(p -> contains(p.main(), RAISE) && contains(p.functions().get(0).ops(), RAISE))
                .shrink(program);
        assertThat(small).isEqualTo(new Program(List.of(new ObjectOp.InThread(3, List.of(RAISE))),
                List.of(new Program.Function(List.of(RAISE), 2))));
    }

    private static boolean contains(List<Op> ops, Op wanted) {
        return ops.stream().anyMatch(op -> op.equals(wanted) || contains(op.inner(), wanted));
    }

    @Test
    void shrink_ofARandomProgram_leavesTheInstructionThatFails() {
        try (Heap heap = new Heap()) {
            Program program = ProgramGenerator.generate(4, 200, false);
            Program small = new Shrinker(p -> Execution.trace(p, false, JavaMachine::newState, heap).contains("V true"))
                    .shrink(program);
            assertThat(small.main()).hasSizeLessThanOrEqualTo(3);
            assertThat(small.functions()).allSatisfy(f -> assertThat(f.ops()).isEmpty());
        }
    }

    @Test
    void print_isTheCodeThatMakesTheProgram() {
        Program program = new Program(List.of(PUSH, new CollectorOp.Control(Machine.Gc.STEP, 2),
                new StackOp.Push(new Literal.Num(Double.NaN))), NONE);
        assertThat(ProgramPrinter.print(program)).isEqualTo("""
                new Program(List.of(
                    new StackOp.Push(new Literal.Int(1L)),
                    new CollectorOp.Control(Machine.Gc.STEP, 2),
                    new StackOp.Push(new Literal.Num(Double.NaN))), List.of(
                    new Program.Function(List.of(), 0)))""");
    }
}
