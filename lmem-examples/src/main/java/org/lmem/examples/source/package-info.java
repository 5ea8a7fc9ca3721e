/// `lmem.c` (examples E18 to E21).
@NullMarked
package org.lmem.examples.source;

import org.jspecify.annotations.NullMarked;
