/// Meters of allocators for Micrometer. Whoever uses them brings `io.micrometer:micrometer-core`; nothing else needs it.
@NullMarked
package org.lmem.allocators.micrometer;

import org.jspecify.annotations.NullMarked;
