package org.lmem.gc.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.lmem.gc.oracle.Machine.Gc;

/// One run of a golden scenario: a machine, its allocator, and the log in the making.
///
/// The methods are the scenario's vocabulary. Every step checks that the machine's count of bytes is the allocator's.
final class GoldenRun {
    private final GoldenLog log = new GoldenLog();
    private final RecordingAllocator allocator;
    private final Machine.Maker maker;
    private boolean stopped;
    private boolean closing;
    private int cycles;

    GoldenRun(Machine.Maker maker, Heap heap) {
        this.maker = maker;
        this.allocator = new RecordingAllocator(log, heap);
    }

    /// What has been written so far.
    List<String> lines() {
        return log.lines();
    }

    RecordingAllocator allocator() {
        return allocator;
    }

    // ------------------------------------------------------------------------------------------------------ steps

    /// Starts a machine.
    Machine newState() {
        log.step("lua_newstate");
        Machine machine = Objects.requireNonNull(maker.newState(allocator));
        end(machine);
        return machine;
    }

    /// Starts a machine whose collector is stopped, and stopped again after each full collection.
    Machine newStoppedState() {
        stopped = true;
        Machine machine = newState();
        step(machine, "lua_gc STOP", () -> machine.gc(Gc.STOP, 0));
        return machine;
    }

    /// A step: its header, what it does, and the count at its end.
    void step(Machine machine, String text, Runnable work) {
        log.step(text);
        work.run();
        end(machine);
    }

    /// A step that leaves no line unless it calls the allocator.
    void quietStep(Machine machine, String text, Runnable work) {
        log.quietStep(text);
        work.run();
        if (log.endQuietStep())
            check(machine);
        else
            end(machine);
    }

    void collect(Machine machine) {
        collect(machine, "");
    }

    void collect(Machine machine, String remark) {
        step(machine, "lua_gc COLLECT" + remark, () -> machine.gc(Gc.COLLECT, 0));
        if (stopped)
            step(machine, "lua_gc STOP (COLLECT has rewritten the threshold)", () -> machine.gc(Gc.STOP, 0));
    }

    void clear(Machine machine) {
        step(machine, "lua_settop 0", () -> machine.setTop(0));
    }

    void close(Machine machine) {
        log.step("lua_close");
        closing = true;
        machine.close();
        log.add("= " + allocator.total() + ' ' + allocator.blocks());
        assertThat(allocator.total()).as("bytes left after lua_close").isZero();
        assertThat(allocator.blocks()).as("blocks left after lua_close").isZero();
    }

    /// A value that a step has returned.
    void value(String text) {
        log.add("V " + text);
    }

    /// Checks that the machine counts what the allocator has given out.
    void check(Machine machine) {
        assertThat(machine.count()).as("lua_gc COUNT, COUNTB").isEqualTo(allocator.total());
    }

    private void end(Machine machine) {
        log.add("= " + machine.count() + ' ' + allocator.blocks());
        check(machine);
    }

    // ------------------------------------------------------------------------------------------------- finalisers

    /// Pushes a metatable whose finaliser logs the number in the userdata.
    void pushFinaliserMetatable(Machine machine) {
        machine.createTable(0, 1);
        machine.pushFunction(this::finalise);
        machine.setField(-2, "__gc");
    }

    private int finalise(Machine machine) {
        log.add("G __gc " + machine.userInt(1));
        return 0;
    }

    /// Makes the userdata whose finaliser tells that a cycle is done, and makes the next such userdata.
    void sentinel(Machine machine) {
        machine.newUserdata(1);
        machine.createTable(0, 1);
        machine.pushFunction(this::cycle);
        machine.setField(-2, "__gc");
        machine.setMetatable(-2);
        machine.pop(1);
    }

    private int cycle(Machine machine) {
        cycles++;
        log.add("C " + cycles + ' ' + machine.count());
        if (!closing) {
            machine.newUserdata(1);
            machine.getMetatable(1);
            machine.setMetatable(-2);
            machine.setTop(1);
        }
        return 0;
    }

    /// Cycles that the sentinel has seen.
    int cycles() {
        return cycles;
    }
}
