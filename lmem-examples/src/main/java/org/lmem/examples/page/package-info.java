/// What every example is made of, and how it is told.
@NullMarked
package org.lmem.examples.page;

import org.jspecify.annotations.NullMarked;
