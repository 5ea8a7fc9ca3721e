package org.lmem.allocators;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lmem.core.LuaAlloc;

/// The places that allocate, each kept once however many blocks come from it.
///
/// The frames of allocators, of the memory manager and of the export to C are passed over: the site is the code that
/// wanted memory, not the code that handed the request on.
final class SiteTable {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final int depth;
    private final Map<List<Object>, AllocationSite> sites = new HashMap<>();

    SiteTable(int depth) {
        this.depth = depth;
    }

    /// The place from which the current thread allocates.
    AllocationSite here() {
        return depth == 0 ? AllocationSite.UNKNOWN : WALKER.walk(this::site);
    }

    private AllocationSite site(Stream<StackFrame> stack) {
        List<StackFrame> frames = stack.dropWhile(frame -> isPlumbing(frame.getDeclaringClass())).limit(depth).toList();
        List<Object> key = new ArrayList<>(3 * frames.size()); // names, not classes: they may be unloaded
        for (StackFrame frame : frames) {
            key.add(frame.getClassName());
            key.add(frame.getMethodName());
            key.add(frame.getByteCodeIndex());
        }
        return sites.computeIfAbsent(key,
                k -> new AllocationSite(frames.stream().map(StackFrame::toStackTraceElement).toList()));
    }

    private static boolean isPlumbing(Class<?> type) {
        Class<?> host = type.getNestHost();
        return LuaAlloc.class.isAssignableFrom(host) || host == SiteTable.class || host == NativeAlloc.class
                || host == TraceReplay.class || type.getPackageName().startsWith(LuaAlloc.class.getPackageName());
    }
}
