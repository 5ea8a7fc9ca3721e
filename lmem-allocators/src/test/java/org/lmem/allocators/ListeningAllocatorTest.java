package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lmem.core.LuaAlloc.NULL;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;

class ListeningAllocatorTest extends LuaAllocContract {
    private static final class Told implements AllocationListener {
        final List<String> lines = new ArrayList<>();
        long live;

        private void tell(String line) {
            if (lines.size() < 100)
                lines.add(line);
        }

        @Override
        public void onAllocate(long block, long size) {
            tell("allocate " + size);
            live += size;
        }

        @Override
        public void onResize(long block, long osize, long resized, long nsize) {
            tell("resize " + osize + " " + nsize + (block == resized ? " in place" : ""));
            live += nsize - osize;
        }

        @Override
        public void onFree(long block, long size) {
            tell("free " + size);
            live -= size;
        }

        @Override
        public void onRefuse(long block, long osize, long nsize) {
            tell("refuse " + osize + " " + nsize);
        }
    }

    private final Told told = new Told();

    @Override
    LuaAlloc create() {
        return new ListeningAllocator(new PoolAllocator(), told);
    }

    @Override
    long liveBytes(LuaAlloc created) {
        return told.live;
    }

    @Test
    void everyAnswer_isTold() {
        LuaAlloc alloc = new ListeningAllocator(new LimitAllocator(new PoolAllocator(), 100), told);
        long block = alloc.realloc(NULL, 7, 40); // a tag is no size
        block = alloc.realloc(block, 40, 48);
        block = alloc.realloc(block, 48, 90);
        assertThat(alloc.realloc(block, 90, 101)).isEqualTo(NULL);
        assertThat(alloc.realloc(NULL, 7, 20)).isEqualTo(NULL);
        alloc.realloc(block, 90, 0);
        alloc.realloc(NULL, 0, 0);
        assertThat(told.lines).containsExactly("allocate 40", "resize 40 48 in place", "resize 48 90", "refuse 90 101",
                "refuse 0 20", "free 90");
    }

    @Test
    void requestThatIsNoRequest_isNotTold() {
        LuaAlloc alloc = new ListeningAllocator(new PoolAllocator(), told);
        assertThatThrownBy(() -> alloc.realloc(0x1000, 16, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(told.lines).isEmpty();
        assertThat(new ListeningAllocator(SystemAlloc.INSTANCE, told)).hasToString("ListeningAllocator[SystemAlloc]");
    }
}
