package org.lmem.allocators.bench;

import java.util.SplittableRandom;
import org.lmem.allocators.Trace;
import org.lmem.allocators.TraceRecorder;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

/// Requests of every kind in one trace: new blocks, growing, shrinking and freed ones, most of them small.
///
/// The virtual machine compiles a program by what it did so far. A recorded trace that begins with new blocks only makes it
/// compile the freeing of blocks as something that hardly happens, and whether it does depends on a thread's timing. After
/// these requests all paths are compiled as what they are, as they always are in C.
final class MixedRequests {
    private static final int REQUESTS = 400_000;
    private static final int BLOCKS = 4096;
    private static final int LARGEST = 2048;

    private final SplittableRandom random = new SplittableRandom(5_1_5);
    private final TraceRecorder alloc = new TraceRecorder(SystemAlloc.INSTANCE);
    private final long[] blocks = new long[BLOCKS];
    private final int[] sizes = new int[BLOCKS];

    private MixedRequests() {}

    static Trace trace() {
        MixedRequests requests = new MixedRequests();
        for (int i = 0; i < REQUESTS; i++)
            requests.next();
        for (int i = 0; i < BLOCKS; i++)
            requests.resize(i, 0);
        return requests.alloc.trace();
    }

    private void next() {
        int i = random.nextInt(BLOCKS);
        boolean frees = blocks[i] != LuaAlloc.NULL && random.nextInt(4) != 0;
        resize(i, frees ? 0 : 1 + random.nextInt(1 + random.nextInt(1 + random.nextInt(LARGEST))));
    }

    private void resize(int i, int size) {
        blocks[i] = alloc.realloc(blocks[i], sizes[i], size);
        sizes[i] = size;
    }
}
