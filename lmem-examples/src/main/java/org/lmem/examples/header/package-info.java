/// `lmem.h` (examples E09 to E17).
@NullMarked
package org.lmem.examples.header;

import org.jspecify.annotations.NullMarked;
