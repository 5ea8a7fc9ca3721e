package org.lmem.gc;

/// What a collector did, and its figures before and after.
///
/// `bytes` and what follows are 5.1.5's variables `totalbytes`, `GCthreshold`, `gcdept` and `estimate`, unsigned. Two runs
/// of the same program on allocators of any kind give the same events.
///
/// @param kind what was done
/// @param before where the collector was
/// @param after where it is now
/// @param cost what the work is taken for, of a step or collection the sum of its single steps
/// @param bytesBefore bytes in use before
/// @param bytes bytes in use now
/// @param threshold bytes in use at which the next step is due
/// @param debt by how much the collector is behind
/// @param estimate bytes that are believed to be live
/// @param freedBlocks blocks of objects that were freed
public record CollectorEvent(Kind kind, Phase before, Phase after, long cost, long bytesBefore, long bytes,
        long threshold, long debt, long estimate, long freedBlocks) {
    /// What a collector does.
    public enum Kind {
        /// The smallest unit of work: `singlestep` of `lgc.c:556`.
        SINGLE,
        /// What a safe point or a request for a step does: `luaC_step` of `lgc.c:610`.
        STEP,
        /// A full collection: `luaC_fullgc` of `lgc.c:635`.
        COLLECT,
        /// A collection for a request that would fail without it; 5.1.5 has none.
        EMERGENCY
    }

    /// The event as one line, for example
    /// `STEP PAUSE>SWEEPSTRING cost=2000 bytes=14571>14571 threshold=15595 debt=63 estimate=14571 freed=0`.
    @Override
    public String toString() {
        return kind + " " + before + ">" + after + " cost=" + cost + " bytes=" + Messages.size(bytesBefore) + ">"
                + Messages.size(bytes) + " threshold=" + Messages.size(threshold) + " debt=" + Messages.size(debt)
                + " estimate=" + Messages.size(estimate) + " freed=" + freedBlocks;
    }
}
