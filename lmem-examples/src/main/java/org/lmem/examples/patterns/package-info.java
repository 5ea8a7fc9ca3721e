/// Patterns of use (examples E41 to E44).
@NullMarked
package org.lmem.examples.patterns;

import org.jspecify.annotations.NullMarked;
