package org.lmem.allocators.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.lmem.core.LuaAlloc;

/// What the sweep finds in scenarios that are wrong.
final class FaultySweepsTest {

    private static EngineExecutionResults run(String scenario) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(FaultyScenarios.class, scenario, LuaAlloc.class.getName()))
                .execute();
    }

    private static AbstractStringAssert<?> assertFailure(EngineExecutionResults results) {
        assertThat(results.testEvents().failed().count()).isEqualTo(1);
        return assertThat(results.testEvents()
                .failed()
                .stream()
                .map(Event::getPayload)
                .map(payload -> (TestExecutionResult) payload.orElseThrow())
                .map(result -> result.getThrowable().orElseThrow().getMessage())
                .findFirst()
                .orElseThrow());
    }

    @Test
    void sweep_blockLostOnRefusal_failsAtThatRun() {
        EngineExecutionResults results = run("leaksOnFailure");

        assertFailure(results)
                .isEqualTo("memory is still in use after the scenario: n=1, requests=2, refusals=1, live bytes=10");
        assertThat(results.testEvents().succeeded().count()).as("n = 0").isEqualTo(1);
    }

    @Test
    void sweep_blockLostAlways_fails() {
        assertFailure(run("leaksAlways"))
                .isEqualTo("memory is still in use after the scenario: n=1, requests=1, refusals=0, live bytes=8");
    }

    @Test
    void sweep_noRequest_fails() {
        assertFailure(run("asksForNothing"))
                .isEqualTo("the scenario asks for no memory: n=0, requests=0, refusals=0, live bytes=0");
    }

    @Test
    void sweep_otherException_failsWithIt() {
        assertFailure(run("throwsSomethingElse")).isEqualTo("unprepared");
    }

    @Test
    void sweep_errorWithoutRefusal_failsWithIt() {
        assertFailure(run("throwsWithoutRefusal")).startsWith("not enough memory: ");
    }

    @Test
    void sweep_beyondItsLimit_fails() {
        assertFailure(run("retriesForEver"))
                .isEqualTo("the scenario does not come to an end: n=2, requests=100, refusals=1, live bytes=0");
    }
}
