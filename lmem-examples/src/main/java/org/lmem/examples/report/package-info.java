/// The report: one HTML file that shows what memory a program took, and how Lua's memory manager works.
///
/// ```
///   lmem run --report ──► record of a run ──┐
///   lmem report FILE  ──► trace, replayed ──┼──► Reports ──► Report (title, JSON) ──► HtmlReport ──► one file
///   this build        ──► GrowthCurves ─────┤                                          ▲
///                         CollectionFilm ───┘             report.css, report.js, uPlot ┘ written into it
/// ```
///
/// Invariants:
/// - `inv.selfContained`: the file asks for nothing outside of itself; its policy (a hash for each script and style) forbids
///   it to, and forbids whatever script a text in it might be taken for.
/// - `inv.escaped`: texts of a user (names of programs, lines, strings) get into the file as JSON without `<`, `>` and `&`, and
///   into the page as text nodes.
/// - `inv.computed`: every number was counted by this build in the run that is shown.
@NullMarked
package org.lmem.examples.report;

import org.jspecify.annotations.NullMarked;
