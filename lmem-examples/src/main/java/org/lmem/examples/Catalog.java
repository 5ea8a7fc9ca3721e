package org.lmem.examples;

import java.util.List;
import java.util.stream.Stream;
import org.lmem.examples.accounting.E07FiveFields;
import org.lmem.examples.accounting.E08CountThenCheck;
import org.lmem.examples.allocators.E30WhatToCount;
import org.lmem.examples.allocators.E31TrackingAllocator;
import org.lmem.examples.allocators.E32PoolRecord;
import org.lmem.examples.allocators.E33PoolAllocator;
import org.lmem.examples.header.E09MemoryErrors;
import org.lmem.examples.header.E10SizeCheckBoundary;
import org.lmem.examples.header.E11OverflowPredicate;
import org.lmem.examples.header.E12ReleaseTrust;
import org.lmem.examples.header.E13ReleaseThree;
import org.lmem.examples.header.E14RawOrTyped;
import org.lmem.examples.header.E15Leak;
import org.lmem.examples.header.E16GrowthOwned;
import org.lmem.examples.header.E17DynamicGrowth;
import org.lmem.examples.links.L01TableResizing;
import org.lmem.examples.links.L02StringInterning;
import org.lmem.examples.links.L03StackSize;
import org.lmem.examples.links.L04CoroutineMemory;
import org.lmem.examples.links.L05ApiCalls;
import org.lmem.examples.links.L06CompilerVectors;
import org.lmem.examples.links.L07MachinePattern;
import org.lmem.examples.macros.E03SizeCheck;
import org.lmem.examples.macros.E04Release;
import org.lmem.examples.macros.E05Allocate;
import org.lmem.examples.macros.E06GrowOrResize;
import org.lmem.examples.monitoring.E34BlockRecord;
import org.lmem.examples.monitoring.E35Monitor;
import org.lmem.examples.monitoring.E36MemoryReport;
import org.lmem.examples.page.Example;
import org.lmem.examples.patterns.E41NewObject;
import org.lmem.examples.patterns.E42NewArray;
import org.lmem.examples.patterns.E43GrowingArray;
import org.lmem.examples.patterns.E44Release;
import org.lmem.examples.questions.E22OneEntryOrMany;
import org.lmem.examples.questions.E23GrowthStrategies;
import org.lmem.examples.questions.E24GrowthInLua;
import org.lmem.examples.questions.E25WhenMemoryRunsOut;
import org.lmem.examples.questions.E26SizeTracking;
import org.lmem.examples.questions.E27HiddenSizes;
import org.lmem.examples.questions.E28WhenItCollects;
import org.lmem.examples.questions.E29UnderPressure;
import org.lmem.examples.source.E18ReallocLineByLine;
import org.lmem.examples.source.E19GrowthFunction;
import org.lmem.examples.source.E20CostOfDoubling;
import org.lmem.examples.source.E21TooBig;
import org.lmem.examples.tuning.E37OneBlockForMany;
import org.lmem.examples.tuning.E38Alignment;
import org.lmem.examples.tuning.E39TablePreallocation;
import org.lmem.examples.tuning.E40BufferPreallocation;
import org.lmem.examples.unified.E01SingleEntry;
import org.lmem.examples.unified.E02FourModes;

/// All examples, in the document's order.
public final class Catalog {
    private Catalog() {}

    /// The examples.
    ///
    /// @return in the document's order
    public static List<Example> examples() {
        return Stream.of(unified(), macros(), accounting(), header(), source(), questions(), allocators(), monitoring(),
                tuning(), patterns(), links())
                .flatMap(List::stream).toList();
    }

    private static List<Example> unified() {
        return List.of(new E01SingleEntry(), new E02FourModes());
    }

    private static List<Example> macros() {
        return List.of(new E03SizeCheck(), new E04Release(), new E05Allocate(), new E06GrowOrResize());
    }

    private static List<Example> accounting() {
        return List.of(new E07FiveFields(), new E08CountThenCheck());
    }

    private static List<Example> header() {
        return List.of(new E09MemoryErrors(), new E10SizeCheckBoundary(), new E11OverflowPredicate(),
                new E12ReleaseTrust(), new E13ReleaseThree(), new E14RawOrTyped(), new E15Leak(), new E16GrowthOwned(),
                new E17DynamicGrowth());
    }

    private static List<Example> source() {
        return List.of(new E18ReallocLineByLine(), new E19GrowthFunction(), new E20CostOfDoubling(), new E21TooBig());
    }

    private static List<Example> questions() {
        return List.of(new E22OneEntryOrMany(), new E23GrowthStrategies(), new E24GrowthInLua(),
                new E25WhenMemoryRunsOut(), new E26SizeTracking(), new E27HiddenSizes(), new E28WhenItCollects(),
                new E29UnderPressure());
    }

    private static List<Example> allocators() {
        return List.of(new E30WhatToCount(), new E31TrackingAllocator(), new E32PoolRecord(), new E33PoolAllocator());
    }

    private static List<Example> monitoring() {
        return List.of(new E34BlockRecord(), new E35Monitor(), new E36MemoryReport());
    }

    private static List<Example> tuning() {
        return List.of(new E37OneBlockForMany(), new E38Alignment(), new E39TablePreallocation(),
                new E40BufferPreallocation());
    }

    private static List<Example> patterns() {
        return List.of(new E41NewObject(), new E42NewArray(), new E43GrowingArray(), new E44Release());
    }

    private static List<Example> links() {
        return List.of(new L01TableResizing(), new L02StringInterning(), new L03StackSize(), new L04CoroutineMemory(),
                new L05ApiCalls(), new L06CompilerVectors(), new L07MachinePattern());
    }
}
