/// Tuning (examples E37, E38).
@NullMarked
package org.lmem.examples.tuning;

import org.jspecify.annotations.NullMarked;
