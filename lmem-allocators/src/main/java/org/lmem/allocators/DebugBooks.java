package org.lmem.allocators;

/// The figures of a [DebugAllocator]: written after a request has succeeded, read all at once.
final class DebugBooks {
    /// The largest size of each class but the last one.
    private static final long SMALL = 64;
    private static final long MEDIUM = 1024;

    private final long[] allocationsOf = new long[3];
    private final long[] blocksOf = new long[3];
    private final long[] bytesOf = new long[3];
    long liveBytes;
    long liveBlocks;
    long peakBytes;
    long allocations;
    long resizes;
    long frees;
    long refusals;

    void allocated(long size) {
        allocations++;
        allocationsOf[classOf(size)]++;
        enter(size);
    }

    void resized(long osize, long nsize) {
        resizes++;
        leave(osize);
        enter(nsize);
    }

    void freed(long size) {
        frees++;
        leave(size);
    }

    private void enter(long size) {
        int c = classOf(size);
        blocksOf[c]++;
        bytesOf[c] += size;
        liveBlocks++;
        liveBytes += size;
        peakBytes = Math.max(peakBytes, liveBytes);
    }

    private void leave(long size) {
        int c = classOf(size);
        blocksOf[c]--;
        bytesOf[c] -= size;
        liveBlocks--;
        liveBytes -= size;
    }

    private static int classOf(long size) {
        return size <= SMALL ? 0 : size <= MEDIUM ? 1 : 2;
    }

    DebugReport.SizeClass small() {
        return sizeClass(0);
    }

    DebugReport.SizeClass medium() {
        return sizeClass(1);
    }

    DebugReport.SizeClass large() {
        return sizeClass(2);
    }

    private DebugReport.SizeClass sizeClass(int c) {
        return new DebugReport.SizeClass(allocationsOf[c], blocksOf[c], bytesOf[c]);
    }
}
