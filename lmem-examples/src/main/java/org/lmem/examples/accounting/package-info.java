/// The count, and what it is for (examples E07 and E08).
@NullMarked
package org.lmem.examples.accounting;

import org.jspecify.annotations.NullMarked;
