/// Reads and writes at raw addresses. Exported to the modules of lmem alone, because an address can be checked by nobody.
@NullMarked
package org.lmem.core.raw;

import org.jspecify.annotations.NullMarked;
