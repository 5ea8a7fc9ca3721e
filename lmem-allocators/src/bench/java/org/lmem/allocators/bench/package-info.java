/// What the allocators cost on recorded traces, to be compared with allocators in C in the same run.
package org.lmem.allocators.bench;
