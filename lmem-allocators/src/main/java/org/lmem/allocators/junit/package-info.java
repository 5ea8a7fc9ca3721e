/// Failure sweeps for JUnit 5: a scenario is run with its first request refused, then its second, and so on, until it passes
/// whole.
///
/// ```
///   n = 0   ✗                 refused at once          after each run: every byte given back?
///   n = 1   ✓ ✗                                        the scenario ended with the error for lack of memory,
///   n = 2   ✓ ✓ ✗                                      or dealt with the refusal
///   …
///   n = k   ✓ ✓ ✓ … ✓         nothing was refused: the sweep is complete
/// ```
///
/// JUnit is an optional dependency of this module: who does not use this package does not need it.
@NullMarked
package org.lmem.allocators.junit;

import org.jspecify.annotations.NullMarked;
