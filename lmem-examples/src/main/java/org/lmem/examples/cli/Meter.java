package org.lmem.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaAlloc;
import org.lmem.examples.lua.Figures;
import org.lmem.examples.lua.RealLua;

/// An allocator that writes down from time to time how much memory a real state holds, and what its collector plans.
///
/// Samples are a fixed number of requests apart, and one more is taken where the bytes have changed by a [#LEAP]th of their
/// peak since the last. When there are [#MAX] of them every second one is dropped and the distance doubles, so that a run of
/// any length has between half as many and as many.
final class Meter implements LuaAlloc {
    /// The most samples that are kept.
    static final int MAX = 4096;

    private static final int LEAP = 32;

    /// The memory at one moment.
    ///
    /// @param nanos since the run began
    /// @param requests made until then
    /// @param bytes in use
    /// @param threshold at which the collector works next; unsigned
    /// @param estimate of what is live
    record Sample(long nanos, long requests, long bytes, long threshold, long estimate) {}

    private final StatsAllocator inner;
    private final List<Sample> samples = new ArrayList<>();
    private final long started = System.nanoTime();
    private @Nullable RealLua lua;
    private long requests;
    private long distance = 1;
    private long lastBytes;
    private long leap = 1 << 16;

    Meter(StatsAllocator inner) {
        this.inner = inner;
    }

    /// Samples a state from now on, or none.
    void watch(@Nullable RealLua state) {
        lua = state;
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        long result = inner.realloc(block, osize, nsize);
        long bytes = inner.liveBytes();
        if (((++requests & (distance - 1)) == 0 || Math.abs(bytes - lastBytes) > leap) && lua != null)
            take(bytes);
        return result;
    }

    private void take(long bytes) {
        if (samples.size() == MAX)
            thinOut();
        Figures figures = Objects.requireNonNull(lua, "lua").figures();
        samples.add(new Sample(System.nanoTime() - started, requests, bytes, figures.threshold(),
                figures.estimate()));
        lastBytes = bytes;
        leap = Math.max(leap, bytes / LEAP);
    }

    private void thinOut() {
        for (int i = 0; i < MAX / 2; i++)
            samples.set(i, samples.get(2 * i + 1));
        samples.subList(MAX / 2, MAX).clear();
        distance *= 2;
    }

    /// The samples so far, oldest first.
    List<Sample> samples() {
        return List.copyOf(samples);
    }
}
