/// One interface for all memory (examples E01, E02).
@NullMarked
package org.lmem.examples.unified;

import org.jspecify.annotations.NullMarked;
