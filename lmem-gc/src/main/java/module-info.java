/// The collector's side of Lua 5.1.5's memory manager.
@org.jspecify.annotations.NullMarked
module org.lmem.gc {
    requires jdk.jfr;
    requires static org.jspecify;
    requires transitive org.lmem.core;

    exports org.lmem.gc;
}
