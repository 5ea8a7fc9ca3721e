package org.lmem.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The report as a browser shows it. Pictures of it are left in `target/report`.
@DisplayName("The report in Chromium")
@EnabledIf(value = "org.lmem.examples.report.Chromium#isInstalled", disabledReason = "there is no chromium on the PATH (Debian: apt-get install chromium)")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReportInChromiumTest {
    private static final String HOSTILE = "</script><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">";

    private final Path folder = Path.of("target", "report").toAbsolutePath();
    private Path report;
    private Path hostile;
    private Chromium browser;

    @BeforeAll
    void open() throws IOException {
        Files.createDirectories(folder);
        report = folder.resolve("report.html");
        hostile = folder.resolve("hostile.html");
        HtmlReport.write(Reports.ofRun(SampleRuns.limited("trees.lua")), report);
        HtmlReport.write(Reports.ofRun(SampleRuns.limited(HOSTILE)), hostile);
        browser = Chromium.start();
    }

    @AfterAll
    void close() throws IOException {
        if (browser != null)
            browser.close();
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void page_showsAllPartsWithoutComplaint(int width, boolean dark) throws IOException {
        browser.open(report, width, dark);
        assertThat(browser.text("document.documentElement.dataset.ready")).isEqualTo("true");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.text("document.documentElement.dataset.theme")).isEqualTo(dark ? "dark" : "light");
        assertThat(browser.evaluate("document.documentElement.scrollWidth").getAsInt()).isLessThanOrEqualTo(width);
        assertThat(browser
                .text("[...document.querySelectorAll('main section[id]')].filter(s => !s.hidden).map(s => s.id)"))
                .isEqualTo("facts,time,sizes,sites,refusals,pool,growth,film");
        assertThat(browser.evaluate("document.querySelectorAll('.chart canvas').length").getAsInt()).isEqualTo(2);
        Files.write(folder.resolve("report-" + width + (dark ? "-dark" : "-light") + ".png"), browser.screenshot());
    }

    @Test
    void page_asksForNothingButItself() {
        browser.open(report, 1280, false);
        assertThat(browser.requests()).allMatch(address -> address.equals(report.toUri().toString())
                || address.startsWith("data:") || address.equals("about:blank"));
    }

    @Test
    void charts_areDrawn() {
        browser.open(report, 1280, false);
        String colors = "[...document.querySelectorAll('.chart canvas')].map(c => new Set(new Uint32Array("
                + "c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)";
        assertThat(browser.evaluate(colors).getAsJsonArray())
                .allSatisfy(n -> assertThat(n.getAsInt()).isGreaterThan(10));
    }

    @Test
    void figures_areThoseOfTheRun() {
        browser.open(report, 1280, false);
        assertThat(browser.text("document.getElementById('leaksText').textContent"))
                .isEqualTo("None: after closing, no block is in use.");
        assertThat(browser.text("document.getElementById('refusalsText').textContent"))
                .startsWith(
                        "1 refused. The last wanted a block to grow from 0 to 6,504,473 bytes; refused by memory (limit).");
        assertThat(browser.text("document.getElementById('subtitle').textContent")).contains("limit 16.0 MiB")
                .contains("not enough memory");
        assertThat(browser.text("document.querySelector('#sitesTable tbody td').textContent"))
                .isEqualTo("trees.lua:11");
    }

    @Test
    void axis_switchesBetweenRequestsAndTime() {
        browser.open(report, 1280, false);
        String label = "document.querySelector('#timeChart .u-label').textContent";
        assertThat(browser.text(label)).isEqualTo("requests");
        browser.evaluate("document.querySelector('input[name=axis][value=\"0\"]').click()");
        assertThat(browser.text(label)).isEqualTo("ms");
    }

    @Test
    void collection_isSteppedThroughWithTheKeyboard() {
        browser.open(report, 1280, false);
        browser.evaluate("document.getElementById('step').focus()");
        String readout = "document.getElementById('filmReadout').textContent";
        assertThat(browser.text(readout)).contains("before the collection");
        browser.press("ArrowRight");
        assertThat(browser.text(readout)).startsWith("Step 1 of ").contains("PAUSE to PROPAGATE");
        int steps = browser.evaluate("Number(document.getElementById('step').max)").getAsInt();
        browser.evaluate(
                "{ const s = document.getElementById('step'); s.value = s.max; s.dispatchEvent(new Event('input')); }");
        assertThat(browser.text(readout)).startsWith("Step " + steps + " of " + steps).contains("to PAUSE")
                .contains("freed");
        browser.press("ArrowLeft");
        assertThat(browser.text(readout)).startsWith("Step " + (steps - 1) + " of ");
    }

    @Test
    void poolMap_isReadWithTheKeyboard() {
        browser.open(report, 1280, false);
        browser.evaluate("document.getElementById('poolMap').focus()");
        String readout = "document.getElementById('poolReadout').textContent";
        assertThat(browser.text(readout)).startsWith("Page 1: at +0 B");
        browser.press("ArrowRight");
        assertThat(browser.text(readout)).startsWith("Page 2: at +");
        browser.press("ArrowDown");
        assertThat(browser.text(readout)).doesNotStartWith("Page 2: ");
    }

    @Test
    void theme_isSwitchedByItsButton() {
        browser.open(report, 1280, false);
        browser.evaluate("document.getElementById('theme').click()");
        assertThat(browser.text("document.documentElement.dataset.theme")).isEqualTo("dark");
    }

    @Test
    void controls_haveNamesForThoseWhoDoNotSee() {
        browser.open(report, 1280, false);
        assertThat(
                StreamSupport.stream(browser.accessibilityTree().spliterator(), false).map(JsonElement::getAsJsonObject)
                        .filter(node -> !node.get("ignored").getAsBoolean() && node.has("role"))
                        .filter(node -> java.util.Set.of("button", "slider", "radio", "link", "application")
                                .contains(node.getAsJsonObject("role").get("value").getAsString()))
                        .toList())
                .hasSizeGreaterThan(10)
                .allSatisfy(node -> assertThat(node.getAsJsonObject("name").get("value").getAsString()).isNotBlank());
    }

    @Test
    void hostileNames_areTextAndNothingElse() {
        browser.open(hostile, 1280, false);
        assertThat(browser.text("document.documentElement.dataset.ready")).isEqualTo("true");
        assertThat(browser.text("document.title")).isEqualTo("lmem: the memory of " + HOSTILE);
        assertThat(browser.text("document.getElementById('title').textContent")).contains(HOSTILE);
        assertThat(browser.evaluate("document.querySelectorAll('img').length").getAsInt()).isZero();
    }

    @Test
    void injectedScript_isRefusedByThePolicy() {
        browser.open(report, 1280, false);
        browser.evaluate("{ const s = document.createElement('script'); s.textContent = \"document.title='hacked'\"; "
                + "document.body.append(s); }");
        assertThat(browser.text("document.title")).isEqualTo("lmem: the memory of trees.lua");
    }

    @Test
    void print_isAFileOfPages() throws IOException {
        browser.open(report, 1280, true);
        byte[] pdf = browser.pdf();
        assertThat(pdf).startsWith('%', 'P', 'D', 'F');
        Files.write(folder.resolve("report.pdf"), pdf);
    }
}
