/// What the memory manager costs, beside its rivals in the same run: `mvn -q -Pbench test-compile exec:exec -pl lmem-core`.
package org.lmem.core.bench;
