package org.lmem.gc.oracle;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A scenario of which real Lua 5.1.5's log is kept.
///
/// @param name of the log, `golden/NAME.txt`
/// @param script what happens
record GoldenScenario(String name, Consumer<GoldenRun> script) {
    /// All scenarios, the simplest first.
    static List<GoldenScenario> all() {
        return Stream
                .of(ObjectScenarios.all(), BufferScenarios.all(), ErrorScenarios.all(), ThreadScenarios.all(),
                        FinaliserScenarios.all(), WeakTableScenarios.all(), PacingScenarios.all())
                .flatMap(List::stream).toList();
    }

    void play(GoldenRun run) {
        script.accept(run);
    }

    @Override
    public String toString() {
        return name;
    }
}
