package org.lmem.gc;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaException;

/// The collector of a state, for those who watch it or want more of it than `lua_gc` offers ([LuaState#gc]).
///
/// Everything that this class sets is off at first, and the collector does what 5.1.5's does. What is set holds for the
/// whole state, of whichever thread it was set.
///
/// | choice | 5.1.5 | chosen |
/// |---|---|---|
/// | [#setLastingStop] | a collection that is asked for undoes a stop | a stop lasts until a restart |
/// | [#isolateFinalizerErrors] | a finaliser's error reaches whoever caused the step | it reaches a handler |
/// | [#setEmergencyMode] | a refused request fails | it is repeated after a collection |
/// | [#setPressurePolicy] | no limit | extra steps above a soft limit, refusal above a hard one |
/// | [#setExternalBytes] | what a userdata stands for elsewhere does not count | it counts for the pace |
/// | [#stepFor] | a step is so many kilobytes | it is so many nanoseconds |
/// | [#setStress] | steps when they are due | a whole collection at every safe point |
public final class LuaCollector {
    private final LuaState state;
    private final GlobalState global;

    LuaCollector(LuaState state) {
        this.state = state;
        this.global = state.global;
    }

    private long enter() {
        state.enter();
        return global.address;
    }

    // ------------------------------------------------------------------------------------------------------ figures

    /// Where the collector is.
    ///
    /// @return the phase of the next step
    public Phase phase() {
        return Global.phase(enter());
    }

    /// The bytes in use.
    ///
    /// @return bytes, as the memory manager counts them
    public long totalBytes() {
        enter();
        return global.memory.totalBytes();
    }

    /// The bytes in use at which the next step is due.
    ///
    /// @return bytes, unsigned; 2^64 − 3 while the collector is stopped
    /// @lua GCthreshold lstate.h:82
    public long threshold() {
        return Global.threshold(enter());
    }

    /// The bytes that are believed to be live.
    ///
    /// `Differs from Lua:` 5.1.5 does not initialise the figure; here it is 0 until the first cycle has marked.
    ///
    /// @return bytes, unsigned
    /// @lua estimate lstate.h:84
    public long estimate() {
        return Global.estimate(enter());
    }

    /// By how much the collector is behind.
    ///
    /// @return bytes, unsigned
    /// @lua gcdept lstate.h:85
    public long debt() {
        return Global.debt(enter());
    }

    /// How long the collector waits between two cycles.
    ///
    /// @return per cent of the live bytes
    /// @lua gcpause lstate.h:86
    public int pause() {
        return Global.pause(enter());
    }

    /// How much the collector does for what is allocated.
    ///
    /// @return per cent of the bytes allocated
    /// @lua gcstepmul lstate.h:87
    public int stepMultiplier() {
        return Global.stepMultiplier(enter());
    }

    /// How many cycles have ended.
    ///
    /// @return 0 for a new state
    public long cycles() {
        enter();
        return global.cycle.cycles();
    }

    /// What the last cycle did.
    ///
    /// @return its figures, null before the end of the first one
    public @Nullable CycleMetrics lastCycle() {
        enter();
        return global.cycle.last;
    }

    // ----------------------------------------------------------------------------------------------------- watching

    /// Reports everything that the collector does from now on. It then works one single step at a time, with the same
    /// results, and takes the time of its phases.
    ///
    /// @param listener who is told
    public void addListener(CollectorListener listener) {
        Objects.requireNonNull(listener, "listener");
        watch().listeners.add(listener);
    }

    /// Reports to a listener no more.
    ///
    /// @param listener who was told
    public void removeListener(CollectorListener listener) {
        watch().listeners.remove(listener);
        dropIdleWatch();
    }

    /// Verifies the whole heap after every single step ([#verify]); a violation is a [HeapViolationException] there.
    ///
    /// @param chosen whether to do so
    public void setVerification(boolean chosen) {
        watch().verifying = chosen;
        dropIdleWatch();
    }

    /// Checks the whole heap: that every object is linked, coloured, sized as the collector believes. The rules are
    /// `inv.readable`, `inv.link`, `inv.type`, `inv.white`, `inv.tricolor`, `inv.gray`, `inv.dead`, `inv.once`,
    /// `inv.fixed`, `inv.strt`, `inv.interned`, `inv.table`, `inv.brent`, `inv.lastfree`, `inv.flags`, `inv.stack`,
    /// `inv.upvalue` and `inv.total`.
    ///
    /// A damaged heap is reported and not followed.
    ///
    /// @return what does not hold, nothing where the heap is sound
    public List<HeapViolation> verify() {
        enter();
        return HeapVerifier.verify(global);
    }

    /// Writes the whole heap down.
    ///
    /// @return all objects, their sizes and references
    public HeapSnapshot snapshot() {
        return HeapSnapshot.of(state);
    }

    /// Looks at the colours of all objects. A listener may do so too, and sees after each single step how a collection goes
    /// on. Nothing is changed.
    ///
    /// @return all objects, by address
    /// @throws IllegalStateException where the heap is damaged
    public List<ColoredObject> colors() {
        long g = enter();
        HeapObjects objects = new HeapObjects(g, new AddressSpace(), (o, fault) -> {
            throw new IllegalStateException("the heap is damaged: object=" + Messages.hex(o) + ", " + fault);
        });
        objects.find();
        return objects.all.keySet().stream().sorted(Long::compareUnsigned).map(o -> ColoredObject.of(g, o)).toList();
    }

    private Watch watch() {
        enter();
        Watch watch = global.watch;
        if (watch == null) {
            watch = new Watch();
            global.watch = watch;
        }
        return watch;
    }

    private void dropIdleWatch() {
        Watch watch = global.watch;
        if (watch != null && watch.isIdle())
            global.watch = null;
    }

    // ------------------------------------------------------------------------------------------------------ choices

    /// Chooses whether a stop lasts until a restart, collections that are asked for in between notwithstanding, as in 5.4.
    ///
    /// @param chosen false for 5.1.5's way
    public void setLastingStop(boolean chosen) {
        enter();
        global.tuning.lastingStop = chosen;
    }

    /// Chooses who gets the errors of finalisers; they go no further then, and the collection goes on, as in 5.4.
    ///
    /// An exception of the host's that is no [LuaException] is not an error of the finaliser and passes through.
    ///
    /// @param handler who is told, null for 5.1.5's way; it is called between two finalisers
    public void isolateFinalizerErrors(@Nullable Consumer<LuaException> handler) {
        enter();
        global.tuning.finalizerErrors = handler;
    }

    /// Chooses when a request for memory makes the collector run at once.
    ///
    /// A state under [org.lmem.core.Semantics#emergencyCollection] begins with [EmergencyMode#ON_FAILURE]; under other
    /// semantics only [EmergencyMode#NEVER] can be chosen.
    ///
    /// @param mode when
    /// @throws IllegalStateException where the semantics have no emergency collection
    public void setEmergencyMode(EmergencyMode mode) {
        enter();
        Objects.requireNonNull(mode, "mode");
        if (mode != EmergencyMode.NEVER && !global.memory.semantics().emergencyCollection())
            throw new IllegalStateException("the semantics have no emergency collection: mode=" + mode);
        global.tuning.emergencyMode = mode;
        global.memory
                .setEmergencyCollector(mode == EmergencyMode.NEVER ? null : m -> Emergency.collectForRequest(global));
        lookAgain();
    }

    /// Chooses what is done as memory runs short.
    ///
    /// @param policy the limits, null for none
    public void setPressurePolicy(@Nullable PressurePolicy policy) {
        enter();
        global.tuning.pressure = policy;
        global.tuning.nextExtraSteps = 0;
        lookAgain();
    }

    /// Makes every safe point a whole collection: a test that everything is anchored and behind a barrier that has to be.
    ///
    /// @param chosen whether to do so
    public void setStress(boolean chosen) {
        enter();
        global.tuning.stress = chosen;
        lookAgain();
    }

    private void lookAgain() {
        Tuning tuning = global.tuning;
        global.attentive = tuning.stress || tuning.pressure != null;
        global.guarded = tuning.emergencyMode != EmergencyMode.NEVER || tuning.pressure != null;
    }

    /// Says how many bytes outside of Lua's memory a userdata stands for. The pace of the collector takes them for bytes
    /// in use, until the userdata is freed or this is called again.
    ///
    /// @param index of the full userdata
    /// @param bytes how many, 0 or more
    /// @throws IllegalArgumentException where there is no full userdata, or the number is negative
    public void setExternalBytes(int index, long bytes) {
        long l = state.address;
        enter();
        long o = state.at(l, index);
        if (TValue.tag(o) != TValue.USERDATA || bytes < 0)
            throw new IllegalArgumentException("no bytes of a full userdata: index=" + index + ", type="
                    + LuaStack.typeOf(o).luaName() + ", bytes=" + bytes);
        global.setExternal(TValue.object(o), bytes);
    }

    /// What all userdata together are said to hold outside of Lua's memory.
    ///
    /// @return bytes
    public long externalBytes() {
        enter();
        return global.externalBytes;
    }

    /// Works for some time, or to the end of the cycle.
    ///
    /// @param nanos how long; a single step is done at least, and one that has begun is finished
    /// @return whether the cycle ended
    public boolean stepFor(long nanos) {
        enter();
        boolean ended = Collector.stepFor(state, nanos);
        Collector.stayStopped(global);
        return ended;
    }

    /// Chooses the clock of [#stepFor] and of [CycleMetrics].
    ///
    /// @param nanos a clock that counts nanoseconds, [System#nanoTime] at first
    public void setClock(LongSupplier nanos) {
        enter();
        global.tuning.clock = Objects.requireNonNull(nanos, "nanos");
    }

    @Override
    public String toString() {
        return "LuaCollector[phase=" + phase() + ", bytes=" + totalBytes() + ", threshold="
                + Messages.size(threshold()) + "]";
    }
}
