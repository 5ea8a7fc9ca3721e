/// The examples of lmem and the tour through them.
@org.jspecify.annotations.NullMarked
module org.lmem.examples {
    requires static org.jspecify;
    requires org.lmem.allocators;
    requires org.lmem.core;
    requires org.lmem.gc;
    requires org.tukaani.xz;

    exports org.lmem.examples;
    exports org.lmem.examples.page;
}
