/// Allocators of one's own (examples E30 to E33).
@NullMarked
package org.lmem.examples.allocators;

import org.jspecify.annotations.NullMarked;
