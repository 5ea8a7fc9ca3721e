/// Lua 5.1.5's memory manager: `lmem.h` and `lmem.c` on off-heap memory.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the qualified exports name modules that are built after this one
module org.lmem.core {
    requires static org.jspecify;

    exports org.lmem.core;
    exports org.lmem.core.raw to org.lmem.gc, org.lmem.allocators, org.lmem.examples;
}
