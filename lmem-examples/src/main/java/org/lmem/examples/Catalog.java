package org.lmem.examples;

import java.util.List;
import org.lmem.examples.header.E17DynamicGrowth;
import org.lmem.examples.page.Example;
import org.lmem.examples.unified.E01SingleEntry;

/// All examples, in the document's order.
public final class Catalog {
    private Catalog() {}

    /// The examples.
    ///
    /// @return in the document's order
    public static List<Example> examples() {
        return List.of(new E01SingleEntry(), new E17DynamicGrowth());
    }
}
