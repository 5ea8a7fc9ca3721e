package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.examples.page.Chapter;
import org.lmem.examples.page.Example;

@DisplayName("The tour")
class TourTest {
    private static String text = "";

    @BeforeAll
    static void walk() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tour.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        text = bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<String> found(String regex) {
        return Pattern.compile(regex, Pattern.MULTILINE).matcher(text).results().map(m -> m.group(1)).toList();
    }

    @Test
    @DisplayName("tells each example of the catalogue once, in the catalogue's order")
    void examples_areToldOnceInOrder() {
        assertThat(found("^── ([EL]\\d\\d) ")).isEqualTo(Catalog.examples().stream().map(Example::id).toList());
    }

    @Test
    @DisplayName("opens each chapter that has examples once, in the document's order, and ends with a real program")
    void chapters_areOpenedOnceInOrder() {
        List<String> chapters = Arrays.stream(Chapter.values())
                .filter(c -> Catalog.examples().stream().anyMatch(e -> e.chapter() == c)).map(Chapter::title).toList();
        assertThat(found("^═+\\R(.+)\\R═+$")).startsWith(chapters.toArray(String[]::new)).hasSize(chapters.size() + 1)
                .endsWith("A real program");
    }

    @Test
    @DisplayName("prints the code of each example, and results as lines or rows")
    void examples_haveCodeAndResults() {
        String[] sections = Pattern.compile("^── [EL]", Pattern.MULTILINE).split(text);
        assertThat(sections).hasSize(Catalog.examples().size() + 1);
        assertThat(Arrays.stream(sections).skip(1)).allSatisfy(
                section -> assertThat(section).contains("\n  In Lua: ", "\n  │ ", "\n  Remember: ")
                        .containsPattern("\n  (→ .+|\\S.* {2,}[+-]?\\d.*)\n"));
    }

    @Nested
    @DisplayName("when it makes the requests of a real Lua program once more")
    class RealProgram {
        private final String section = text.substring(text.indexOf("A real program"));

        private String result(String what) {
            return Pattern.compile("→ " + Pattern.quote(what) + " \\.+ (.*)").matcher(section).results()
                    .map((MatchResult m) -> m.group(1)).reduce((a, b) -> a + " and " + b).orElse("nothing");
        }

        @Test
        @DisplayName("it makes 624,892 requests: 309,136 new blocks, 6,620 resizes, 309,136 frees")
        void requests_areThoseOfTheTrace() {
            assertThat(result("requests")).isEqualTo("624,892");
            assertThat(result("  new blocks")).isEqualTo("309,136");
            assertThat(result("  blocks resized")).isEqualTo("6,620");
            assertThat(result("  blocks freed")).isEqualTo("309,136");
        }

        @Test
        @DisplayName("2,120,540 bytes are in use at the peak, 0 at the end")
        void bytes_areThoseOfLua() {
            assertThat(result("bytes in use at the peak")).isEqualTo("2,120,540");
            assertThat(result("bytes in use at the end")).isEqualTo("0");
        }

        @Test
        @DisplayName("it says what a request costs, the first time and warm")
        void time_isPrinted() {
            assertThat(result("nanoseconds a request, the first time")).matches("[1-9][0-9,]*");
            assertThat(result("nanoseconds a request, median of 5 more times")).matches("[1-9][0-9,]*");
        }
    }
}
