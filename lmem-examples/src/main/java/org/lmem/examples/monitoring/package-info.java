/// Who holds what, and who never gave it back (examples E34 to E36).
@NullMarked
package org.lmem.examples.monitoring;

import org.jspecify.annotations.NullMarked;
