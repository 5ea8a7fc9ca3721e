/// Allocators and decorators of allocators, each a [org.lmem.core.LuaAlloc].
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // Micrometer is no named module
module org.lmem.allocators {
    requires java.management;
    requires jdk.jfr;
    requires static micrometer.core; // for org.lmem.allocators.micrometer alone
    requires static org.jspecify;
    requires static org.junit.jupiter.api; // for org.lmem.allocators.junit alone
    requires transitive org.lmem.core;

    exports org.lmem.allocators;
    exports org.lmem.allocators.junit;
    exports org.lmem.allocators.micrometer;
}
