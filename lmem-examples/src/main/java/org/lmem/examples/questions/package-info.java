/// The questions that readers ask (examples E22 to E29).
@NullMarked
package org.lmem.examples.questions;

import org.jspecify.annotations.NullMarked;
