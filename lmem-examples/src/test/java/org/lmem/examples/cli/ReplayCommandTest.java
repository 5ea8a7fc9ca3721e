package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    @TempDir
    private Path folder;

    @Test
    @EnabledIf(value = "org.lmem.examples.cli.Session#hasLua", disabledReason = "no library of Lua 5.1.5 for this platform")
    void recordedRun_isReplayedOnEachAllocator() {
        String file = folder.resolve("t.lmtr").toString();
        Session.of("run", "--trace", file, "-e", "local t = {} for i = 1, 5000 do t[i] = {i, {}} end");
        Session table = Session.of("replay", "--passes", "1", file);
        assertThat(table.status()).isZero();
        assertThat(table.out().lines().skip(3).map(line -> line.strip().split(" +")[0])).containsExactly("pool",
                "system", "region", "debug");
        JsonObject json = new Gson().fromJson(
                Session.of("replay", "--passes", "1", "--alloc", "region,system", "--json", file).out(),
                JsonObject.class);
        assertThat(json.get("requests").getAsLong()).isGreaterThan(15_000);
        JsonArray allocators = json.getAsJsonArray("allocators");
        JsonObject region = allocators.get(0).getAsJsonObject();
        assertThat(region.get("allocator").getAsString()).isEqualTo("region");
        assertThat(region.get("nanosPerRequest").getAsDouble()).isPositive();
        assertThat(region.get("reservedAtPeak").getAsLong())
                .isBetween(json.get("peakBytes").getAsLong(), json.get("peakBytes").getAsLong() * 5 / 4);
        assertThat(allocators.get(1).getAsJsonObject().get("reservedAtPeak").isJsonNull()).isTrue();
    }

    @Test
    void traces_thatAreNone_areOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("t.lmtr"), "something else, and long enough");
        assertThat(Session.of("replay", file.toString())).isEqualTo(
                Session.failure(file + ": not a sound trace: it does not begin with LMTR, offset=0"));
        assertThat(Session.of("replay", "/nowhere/t.lmtr"))
                .isEqualTo(Session.failure("no such file: /nowhere/t.lmtr"));
        assertThat(Session.of("replay", "--passes", "0", file.toString()))
                .isEqualTo(Session.usage("--passes is 1 or more", "lmem replay"));
    }

    @Test
    void median_isTheMiddle() {
        assertThat(ReplayFork.median(new double[]{3, 1, 2})).isEqualTo(2);
        assertThat(ReplayFork.median(new double[]{4, 1, 2, 3})).isEqualTo(2.5);
    }
}
