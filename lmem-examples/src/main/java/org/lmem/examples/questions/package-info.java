/// The questions that readers ask (examples E23 to E25).
@NullMarked
package org.lmem.examples.questions;

import org.jspecify.annotations.NullMarked;
