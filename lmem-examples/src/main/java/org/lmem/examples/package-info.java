/// The tour: every example of the document, told in order with the numbers that it makes here and now.
///
/// ```
///   Tour ──► Catalog ──► unified  macros  header  source  questions  tuning  patterns     one class an example
///     │                     └───────┴───────┴───────┴────────┴─────────┴────────┘
///     └──► page.Page  ◄── page.Example                    what an example is, and how it is printed
/// ```
///
/// An example is a class named after its id. It *runs* (and returns what it saw, as a record that its test asserts) and it
/// *tells* (and prints the same record). The code that it prints is the code that runs: the region `code` of its own source.
@NullMarked
package org.lmem.examples;

import org.jspecify.annotations.NullMarked;
