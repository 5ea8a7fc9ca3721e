/// The layers of macros (examples E03 to E06).
@NullMarked
package org.lmem.examples.macros;

import org.jspecify.annotations.NullMarked;
