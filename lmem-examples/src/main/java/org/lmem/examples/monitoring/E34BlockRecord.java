package org.lmem.examples.monitoring;

import java.util.List;
import org.lmem.allocators.BlockInfo;
import org.lmem.allocators.DebugAllocator;
import org.lmem.allocators.DebugAllocator.Leftover;
import org.lmem.core.LuaAlloc;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Page;

/// E34: what has to be known of a block so that somebody can find who lost it.
public final class E34BlockRecord implements Example {
    /// Obtains a block with a tag, and two more after it.
    ///
    /// @param alloc where the memory comes from
    /// @return what is known of the block
    public static BlockInfo run(LuaAlloc alloc) {
        // @start region="code"
        DebugAllocator debug = new DebugAllocator(alloc);
        long block = debug.tagged("image").realloc(LuaAlloc.NULL, 0, 100);
        debug.realloc(LuaAlloc.NULL, 0, 200);
        debug.realloc(LuaAlloc.NULL, 0, 300);
        BlockInfo known = debug.report().block(block).orElseThrow();
        debug.close(Leftover.RELEASE); // frees what is left, and reports it
        // @end
        return known;
    }

    @Override
    public String title() {
        return "The record of a block";
    }

    @Override
    public Chapter chapter() {
        return Chapter.MONITORING;
    }

    @Override
    public String lookAt() {
        return "lua_Alloc lua.h:66";
    }

    @Override
    public void tell(Page page) {
        page.text("The document's monitor keeps a record of size, file, line and time for each allocation. This is "
                + "what a record has to have: the address to find it by, the size, who made it and when, and what "
                + "it is for, as far as somebody said so.");
        page.code(code());
        BlockInfo block = run(SystemAlloc.INSTANCE);
        page.result("size", block.size());
        page.result("tag", block.tag());
        page.result("thread", block.thread());
        page.result("requests since it was made", block.ageOperations());
        page.result("made at", block.site().frames().getFirst());
    }

    @Override
    public String remember() {
        return "A record that cannot be found by the block's address cannot be ended. Where a block was made is "
                + "the one thing that helps to find a leak.";
    }

    @Override
    public List<String> errata() {
        return List.of("X55 its record has no address: a free ends whichever record comes first.",
                "X58 the file and line are those of the allocator itself, the time is of the processor, and the "
                        + "call stack is promised and absent.");
    }
}
