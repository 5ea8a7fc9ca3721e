package org.lmem.allocators.junit;

import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.lmem.allocators.FailingAllocator;
import org.lmem.allocators.FailingAllocator.Fault;
import org.lmem.core.SystemAlloc;

/// Runs the scenarios of [AllocationFailureSweep].
final class AllocationFailureSweepExtension implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), AllocationFailureSweep.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        AllocationFailureSweep options = AnnotationSupport
                .findAnnotation(context.getRequiredTestMethod(), AllocationFailureSweep.class)
                .orElseThrow();
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Sweep(options), 0), false);
    }

    /// The runs, of which the next one exists as long as the one before met a refusal and was right.
    private static final class Sweep implements Iterator<TestTemplateInvocationContext> {
        private final AllocationFailureSweep options;
        private int n;
        private boolean over;

        Sweep(AllocationFailureSweep options) {
            this.options = options;
        }

        @Override
        public boolean hasNext() {
            return !over;
        }

        @Override
        public TestTemplateInvocationContext next() {
            if (over)
                throw new NoSuchElementException("the sweep is complete: runs=" + n);
            over = true; // until the run says that it met a refusal
            return new Run(this, n++);
        }
    }

    /// One run of the scenario: its allocator, how it may end, and what must be true after it.
    private record Run(Sweep sweep, int n, FailingAllocator alloc)
            implements
                TestTemplateInvocationContext,
                ParameterResolver,
                InvocationInterceptor,
                AfterEachCallback {
        Run(Sweep sweep, int n) {
            this(sweep, n, new FailingAllocator(SystemAlloc.INSTANCE,
                    new Fault.Numbered(n, sweep.options.persistent())));
        }

        @Override
        public String getDisplayName(int invocationIndex) {
            return "n = " + n;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType().isInstance(alloc)
                    && parameter.getParameter().getType() != Object.class;
        }

        @Override
        public FailingAllocator resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return alloc;
        }

        @Override
        public void interceptTestTemplateMethod(Invocation<Void> invocation,
                ReflectiveInvocationContext<Method> invocationContext, ExtensionContext context) throws Throwable {
            try {
                invocation.proceed();
            } catch (Throwable e) {
                if (alloc.refusals() == 0 || !sweep.options.expected().isInstance(e))
                    throw e;
            }
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (context.getExecutionException().isPresent())
                return; // the run has failed already, and is the last one
            requireBooks();
            if (alloc.refusals() == 0)
                return; // the scenario has passed whole
            if (n + 1 >= sweep.options.limit())
                throw new AssertionError("the scenario does not come to an end: " + facts());
            sweep.over = false;
        }

        private void requireBooks() {
            if (alloc.requests() == 0)
                throw new AssertionError("the scenario asks for no memory: " + facts());
            if (alloc.liveBytes() != 0)
                throw new AssertionError("memory is still in use after the scenario: " + facts());
        }

        private String facts() {
            return "n=" + n + ", requests=" + alloc.requests() + ", refusals=" + alloc.refusals() + ", live bytes="
                    + alloc.liveBytes();
        }
    }
}
