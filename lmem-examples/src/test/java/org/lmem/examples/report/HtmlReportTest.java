package org.lmem.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.questions.E23GrowthStrategies;

class HtmlReportTest {
    private static JsonObject data(String html) {
        Matcher m = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
                .matcher(html);
        assertThat(m.find()).isTrue();
        return JsonParser.parseString(m.group(1)).getAsJsonObject();
    }

    @Nested
    class File {
        private final String html = HtmlReport.toHtml(Reports.ofRun(SampleRuns.limited("a.lua")));

        @Test
        void asksForNothingElse() {
            assertThat(html).doesNotContainPattern("(?:src|href)=\"[^#]").doesNotContain("@import")
                    .doesNotContain("url(");
        }

        @Test
        void policyHasTheHashOfEachScriptAndStyle() throws NoSuchAlgorithmException {
            Matcher policy = Pattern.compile("Content-Security-Policy\" content=\"([^\"]+)\"").matcher(html);
            assertThat(policy.find()).isTrue();
            assertThat(policy.group(1)).startsWith("default-src 'none'; base-uri 'none'; form-action 'none'; ")
                    .doesNotContain("unsafe");
            List<String> inlined = new ArrayList<>();
            Matcher m = Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL).matcher(html);
            while (m.find())
                inlined.add(m.group(2));
            assertThat(inlined).hasSize(4);
            for (String source : inlined)
                assertThat(policy.group(1)).contains("sha256-" + Base64.getEncoder().encodeToString(
                        MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8))));
        }

        @Test
        void hasTheRun() {
            assertThat(data(html).getAsJsonObject("run")).isEqualTo(SampleRuns.limited("a.lua"));
        }

        @Test
        void textsOfAUser_areNoMarkup() {
            String hostile = HtmlReport.toHtml(Reports.ofRun(SampleRuns.limited("</script><b>&amp;")));
            assertThat(hostile).doesNotContain("<b>")
                    .contains("<title>lmem: the memory of &lt;/script&gt;&lt;b&gt;&amp;amp;");
            assertThat(data(hostile).getAsJsonObject("run").getAsJsonArray("programs").get(0).getAsString())
                    .isEqualTo("</script><b>&amp;");
        }
    }

    @Nested
    class Growth {
        @Test
        void figures_areThoseOfTheExample() {
            JsonArray strategies = GrowthCurves.compute().getAsJsonArray("strategies");
            assertThat(strategies).hasSize(5).allSatisfy(one -> {
                JsonObject curve = one.getAsJsonObject();
                String name = curve.get("name").getAsString();
                E23GrowthStrategies.Outcome outcome = E23GrowthStrategies.run(SystemAlloc.INSTANCE, policy(name));
                assertThat(curve.get("growths").getAsLong()).isEqualTo(outcome.allocations());
                assertThat(curve.get("copied").getAsLong()).isEqualTo(outcome.copies());
                assertThat(curve.get("peak").getAsLong()).isEqualTo(outcome.peak());
                assertThat(curve.getAsJsonArray("capacity")).hasSize(251).last()
                        .isEqualTo(new com.google.gson.JsonPrimitive(outcome.capacity()));
            });
        }

        private static org.lmem.core.GrowthPolicy policy(String name) {
            return switch (name) {
                case "× 2 (Lua)" -> org.lmem.core.GrowthPolicy.DOUBLING;
                case "× 1.5" -> org.lmem.core.GrowthPolicy.scaled(3, 2);
                case "× 3" -> org.lmem.core.GrowthPolicy.scaled(3, 1);
                case "+ 1000" -> org.lmem.core.GrowthPolicy.fixed(1000);
                case "+ 1" -> org.lmem.core.GrowthPolicy.fixed(1);
                default -> throw new IllegalArgumentException(name);
            };
        }
    }

    @Nested
    class Film {
        private final JsonObject film = CollectionFilm.make();
        private final List<JsonObject> steps = objects(film.getAsJsonArray("steps"));

        private static List<JsonObject> objects(JsonArray array) {
            return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsJsonObject).toList();
        }

        private String colors(int step) {
            return steps.get(step).get("colors").getAsString();
        }

        private int object(String name) {
            List<JsonObject> objects = objects(film.getAsJsonArray("objects"));
            for (int i = 0; i < objects.size(); i++)
                if (objects.get(i).get("name").getAsString().equals(name)
                        && !objects.get(i).get("type").getAsString().equals("string"))
                    return i;
            throw new AssertionError(name);
        }

        private String life(String name) {
            StringBuilder life = new StringBuilder();
            for (int i = 0; i < steps.size(); i++) {
                char color = colors(i).charAt(object(name));
                if (life.isEmpty() || life.charAt(life.length() - 1) != color)
                    life.append(color);
            }
            return life.toString();
        }

        @Test
        void goesThroughAllPhasesOnce() {
            assertThat(steps.stream().map(s -> s.get("phase").getAsString()).reduce("", (all, phase) -> all.endsWith(
                    phase) ? all : all + " " + phase)).isEqualTo(" PAUSE PROPAGATE SWEEPSTRING SWEEP FINALIZE PAUSE");
        }

        @Test
        void reachedObject_isWhiteGrayBlackWhite() {
            assertThat(life("config")).isEqualTo("WGBW");
            assertThat(life("limits")).isEqualTo("WGBW");
        }

        @Test
        void garbage_isWhiteDeadGone() {
            assertThat(life("child")).isEqualTo("WD.");
            assertThat(life("thumbnail")).isEqualTo("WD."); // the cache's reference is weak
        }

        @Test
        void bytes_fallByWhatIsFreed() {
            long first = steps.getFirst().get("bytes").getAsLong();
            long last = steps.getLast().get("bytes").getAsLong();
            long freed = 0;
            for (int i = 0; i < colors(0).length(); i++)
                if (colors(steps.size() - 1).charAt(i) == '.')
                    freed += film.getAsJsonArray("objects").get(i).getAsJsonObject().get("bytes").getAsLong();
            assertThat(first - last).isEqualTo(freed).isPositive();
        }

        @Test
        void edges_leadToObjects() {
            int count = film.getAsJsonArray("objects").size();
            assertThat(film.getAsJsonArray("edges")).isNotEmpty().allSatisfy(edge -> {
                assertThat(edge.getAsJsonArray().get(0).getAsInt()).isBetween(0, count - 1);
                assertThat(edge.getAsJsonArray().get(1).getAsInt()).isBetween(0, count - 1);
            });
            assertThat(film.getAsJsonArray("edges")).filteredOn(edge -> edge.getAsJsonArray().get(3).getAsBoolean())
                    .isNotEmpty();
        }
    }

    @Nested
    class WrongRecords {
        @Test
        void missingParts_areNamed() {
            for (String part : List.of("programs", "samples", "sites", "leaks", "allocator", "nanos", "profile",
                    "afterClose")) {
                JsonObject run = SampleRuns.limited("a.lua");
                run.remove(part);
                assertThatThrownBy(() -> Reports.ofRun(run)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("no record of a run: missing=" + part);
            }
        }

        @Test
        void samplesOfAnotherShape_areRefused() {
            JsonObject run = SampleRuns.limited("a.lua");
            run.getAsJsonArray("samples").set(0, JsonParser.parseString("[1,2]"));
            assertThatThrownBy(() -> Reports.ofRun(run)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no record of a run: a sample has five numbers: sample=[1,2]");
        }
    }
}
