package consumer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.lmem.allocators.StatsAllocator;
import org.lmem.core.LuaMemory;
import org.lmem.core.LuaVector;
import org.lmem.core.SystemAlloc;

public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // @start region="readme"
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE); // over the C library
        try (LuaMemory memory = new LuaMemory(stats); LuaVector squares = LuaVector.of(memory, ValueLayout.JAVA_INT)) {
            MemorySegment answer = memory.newObject(ValueLayout.JAVA_LONG); // luaM_new: 8 bytes
            answer.set(ValueLayout.JAVA_LONG, 0, 42);
            for (int i = 0; i < 100; i++)
                squares.addInt(i * i); // luaM_growvector: 4, 8, 16, 32, 64, 128 elements
            System.out.println("in use: " + memory.totalBytes()); // 8 + 128 * 4 = 520
            memory.free(answer); // luaM_free: 'answer' is dead now, and says so when it is used
        } // with a byte still in use, closing would throw
        System.out.println("at the peak: " + stats.snapshot().peakBytes());
        // @end
        if (stats.snapshot().liveBytes() != 0)
            throw new AssertionError(stats.snapshot().toString());
    }
}
