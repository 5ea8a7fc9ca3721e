/// Allocators and decorators of allocators, each a [org.lmem.core.LuaAlloc].
@org.jspecify.annotations.NullMarked
module org.lmem.allocators {
    requires static org.jspecify;
    requires static org.junit.jupiter.api; // for org.lmem.allocators.junit alone
    requires transitive org.lmem.core;

    exports org.lmem.allocators;
    exports org.lmem.allocators.junit;
}
