package org.lmem.allocators;

/// A [DebugAllocator] was closed while blocks were still in use. It *is* closed; the blocks are where they were.
public final class BlockLeakException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// What was in use.
    private final transient DebugReport report;

    BlockLeakException(DebugReport report) {
        super(text(report));
        this.report = report;
    }

    private static String text(DebugReport report) {
        Facts facts = Facts.of("memory was still in use at close").size("blocks", report.leakedBlocks())
                .size("bytes", report.leakedBytes());
        for (DebugReport.Group<AllocationSite> group : report.leaksBySite().stream().limit(3).toList())
            facts.text("site=" + group.key() + " (blocks=" + group.blocks() + ", bytes=" + group.bytes() + ")");
        return facts.toString();
    }

    /// The report of the moment of closing.
    ///
    /// @return which blocks leaked, and where they came from
    public DebugReport report() {
        return report;
    }
}
