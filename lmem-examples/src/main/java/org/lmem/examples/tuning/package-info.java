/// Tuning (examples E37 to E40).
@NullMarked
package org.lmem.examples.tuning;

import org.jspecify.annotations.NullMarked;
