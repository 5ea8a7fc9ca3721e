package org.lmem.gc;

import java.util.List;

/// A rule of the heap that does not hold.
///
/// @param rule its tag, see [HeapVerifier]
/// @param object the object that breaks it, for example `table 0x7f0010`; `global state` for what is no object's
/// @param detail what is wrong
/// @param path how a program gets to the object, from a root on; empty where it cannot
public record HeapViolation(String rule, String object, String detail, List<String> path) {
    /// As one line: `inv.tricolor: table 0x7f0010: black, but .x is white, path=registry .cache [3]`.
    @Override
    public String toString() {
        return rule + ": " + object + ": " + detail
                + (path.isEmpty() ? ", not reachable" : ", path=" + String.join(" ", path));
    }
}
