package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class BenchCommandTest {
    @Test
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void bench_measuresAllOfIt() {
        Session table = Session.of("bench", "--rounds", "1");
        assertThat(table.status()).isZero();
        assertThat(table.out().lines().filter(line -> line.matches("  \\S.*  +\\d+\\.\\d\\d( +[nm]s)?"))).hasSize(10);
        JsonObject json = new Gson().fromJson(Session.of("bench", "--rounds", "1", "--json").out(), JsonObject.class);
        assertThat(json.keySet()).containsExactly("systemNanos", "managerNanos", "vectorNanos", "traceSystemNanos",
                "tracePoolNanos", "collectorNanos", "ownNanos", "poolNanos", "countedNanos", "poolToOwn");
        assertThat(json.get("poolToOwn").getAsDouble()).isPositive();
    }

    @Test
    void bench_withoutRounds_isWrongUsage() {
        assertThat(Session.of("bench", "--rounds", "0"))
                .isEqualTo(Session.usage("--rounds is 1 or more", "lmem bench"));
    }
}
