/// The examples of lmem, the tour through them, and the command line.
@org.jspecify.annotations.NullMarked
module org.lmem.examples {
    requires com.google.gson;
    requires info.picocli;
    requires jdk.unsupported; // the signal of Ctrl-C
    requires me.tongfei.progressbar;
    requires static org.jspecify;
    requires org.lmem.allocators;
    requires org.lmem.core;
    requires org.lmem.gc;
    requires org.tukaani.xz;

    exports org.lmem.examples;
    exports org.lmem.examples.page;

    opens org.lmem.examples.cli to info.picocli;
}
