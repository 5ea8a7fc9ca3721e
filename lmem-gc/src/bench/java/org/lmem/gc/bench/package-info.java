/// How long the work of a state takes, beside real Lua 5.1.5 in the same run.
///
/// ```
///   SpeedComparison ──► java Workload NAME RUNS            on PoolAllocator, one JVM for each workload and round
///        │        └───► src/bench/c/workloads NAME RUNS    real Lua's library, with malloc and with mimalloc
///        ▼
///   medians and ratios; the longest step of the collector
/// ```
package org.lmem.gc.bench;
