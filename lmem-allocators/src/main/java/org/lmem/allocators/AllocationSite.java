package org.lmem.allocators;

import java.util.List;

/// The place in a program where a block was allocated: the innermost stack frames outside of the allocators.
///
/// @param frames innermost first; empty where none were kept
public record AllocationSite(List<StackTraceElement> frames) {
    /// No frame was kept.
    public static final AllocationSite UNKNOWN = new AllocationSite(List.of());

    /// Copies the frames.
    public AllocationSite {
        frames = List.copyOf(frames);
    }

    /// The innermost frame, as a stack trace shows it without the module, for example `org.app.Parser.open(Parser.java:12)`.
    ///
    /// @return one line
    @Override
    public String toString() {
        if (frames.isEmpty())
            return "unknown";
        StackTraceElement top = frames.getFirst();
        return top.getClassName() + "." + top.getMethodName() + "(" + top.getFileName() + ":" + top.getLineNumber()
                + ")";
    }
}
