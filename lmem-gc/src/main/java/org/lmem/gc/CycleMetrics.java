package org.lmem.gc;

/// What a collector did in one cycle, from one pause to the next.
///
/// Times are measured only while somebody watches ([LuaCollector#addListener]); they are 0 otherwise.
///
/// @param number of the cycle, from 1
/// @param steps how often it was continued
/// @param markedBytes bytes of the objects that were traversed, those traversed twice counted twice
/// @param freedObjects objects freed
/// @param freedBlocks blocks of these objects
/// @param freedBytes bytes of these blocks
/// @param finalizers finalisers called, those that failed included
/// @param bytesBefore bytes in use when it began
/// @param bytesAfter bytes in use when it ended
/// @param estimate bytes believed to be live when it ended
/// @param largestStep the greatest cost of a step
/// @param markNanos time spent marking
/// @param sweepNanos time spent sweeping
/// @param finalizeNanos time spent in finalisers
public record CycleMetrics(long number, long steps, long markedBytes, long freedObjects, long freedBlocks,
        long freedBytes, long finalizers, long bytesBefore, long bytesAfter, long estimate, long largestStep,
        long markNanos, long sweepNanos, long finalizeNanos) {}
