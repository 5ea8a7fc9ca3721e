package org.lmem.allocators.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A test method that is a scenario: it is run with its n-th request for memory refused, for n = 0, 1, 2 … until it passes.
///
/// ```java
/// @AllocationFailureSweep
/// void vector_refusedAnywhere_givesEverythingBack(LuaAlloc alloc) {
///     try (LuaMemory memory = new LuaMemory(alloc)) { … }
/// }
/// ```
///
/// The method has a parameter of type [org.lmem.core.LuaAlloc], or of type
/// [org.lmem.allocators.FailingAllocator] (the same one). A run fails where
/// - the scenario throws anything but [#expected], or throws that although nothing was refused;
/// - bytes are still in use after it (and after the methods with `@AfterEach`);
/// - the scenario asks for no memory at all, or still does not pass after [#limit] runs.
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(AllocationFailureSweepExtension.class)
public @interface AllocationFailureSweep {
    /// Whether every request after the n-th is refused, too.
    ///
    /// @return false for a single refusal in each run
    boolean persistent() default false;

    /// How the scenario may end where a request was refused.
    ///
    /// @return the kind of exception; one of a subclass is as good
    Class<? extends Throwable> expected() default org.lmem.core.LuaMemoryException.class;

    /// The most runs.
    ///
    /// @return 1 or more
    int limit() default 10_000;
}
