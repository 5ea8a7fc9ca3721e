module com.example.consumer {
    requires org.lmem.allocators;
    requires org.lmem.core;
    requires org.lmem.gc;
}
