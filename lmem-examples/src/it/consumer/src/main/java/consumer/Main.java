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
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        try (LuaMemory memory = new LuaMemory(stats); LuaVector vector = LuaVector.of(memory, ValueLayout.JAVA_INT)) {
            MemorySegment number = memory.newObject(ValueLayout.JAVA_LONG);
            number.set(ValueLayout.JAVA_LONG, 0, 42);
            for (int i = 0; i < 100; i++)
                vector.addInt(i);
            if (memory.totalBytes() != 8 + 128 * 4 || vector.getInt(99) != 99)
                throw new AssertionError("total=" + memory.totalBytes());
            memory.free(number);
        }
        if (stats.snapshot().liveBytes() != 0)
            throw new AssertionError(stats.snapshot().toString());
        System.out.println("consumer: all bytes came back, peak=" + stats.snapshot().peakBytes());
    }
}
