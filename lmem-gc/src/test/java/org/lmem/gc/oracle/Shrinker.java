package org.lmem.gc.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Makes a failing program small by delta debugging: takes away instructions as long as it still fails.
///
/// A. Zeller, R. Hildebrandt: Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28(2), 2002; here in the simple
/// form that tries pieces of half the list, then of a quarter, and so on down to single instructions, again and again
/// until nothing can be taken away. The lists inside instructions and functions are treated likewise.
final class Shrinker {
    private final Predicate<Program> fails;

    Shrinker(Predicate<Program> fails) {
        this.fails = fails;
    }

    /// A program that fails, too, and from which no instruction can be taken away.
    Program shrink(Program program) {
        Program smaller = program;
        Program before;
        do {
            before = smaller;
            smaller = shrinkOnce(before);
        } while (!smaller.equals(before));
        return smaller;
    }

    private Program shrinkOnce(Program program) {
        Program p = program;
        List<Program.Function> functions = p.functions();
        p = new Program(shrink(p.main(), ops -> new Program(ops, functions)), functions);
        for (int i = 0; i < functions.size(); i++) {
            Program current = p;
            int number = i;
            List<Op> ops = shrink(p.functions().get(i).ops(), body -> withFunction(current, number, body));
            p = withFunction(current, number, ops);
        }
        return p;
    }

    private static Program withFunction(Program p, int number, List<Op> ops) {
        List<Program.Function> functions = new ArrayList<>(p.functions());
        functions.set(number, new Program.Function(ops, functions.get(number).results()));
        return new Program(p.main(), functions);
    }

    /// The shortest list with which the whole still fails.
    private List<Op> shrink(List<Op> ops, Function<List<Op>, Program> whole) {
        List<Op> kept = ops;
        for (int piece = Math.max(1, ops.size() / 2); piece > 0; piece /= 2)
            kept = without(kept, piece, whole);
        for (int i = 0; i < kept.size(); i++)
            kept = shrinkInner(kept, i, whole);
        return kept;
    }

    private List<Op> without(List<Op> ops, int piece, Function<List<Op>, Program> whole) {
        List<Op> kept = ops;
        for (int i = 0; i < kept.size();) {
            List<Op> candidate = new ArrayList<>(kept.subList(0, i));
            candidate.addAll(kept.subList(Math.min(kept.size(), i + piece), kept.size()));
            if (fails.test(whole.apply(candidate)))
                kept = candidate;
            else
                i += piece;
        }
        return kept;
    }

    private List<Op> shrinkInner(List<Op> ops, int i, Function<List<Op>, Program> whole) {
        Op op = ops.get(i);
        if (op.inner().isEmpty())
            return ops;
        UnaryOperator<List<Op>> put = inner -> {
            List<Op> changed = new ArrayList<>(ops);
            changed.set(i, op.withInner(inner));
            return changed;
        };
        return put.apply(shrink(op.inner(), inner -> whole.apply(put.apply(inner))));
    }
}
