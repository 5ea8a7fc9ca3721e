package org.lmem.examples.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Page page = new Page(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void text_isWrappedAndIndented() {
        page.text("twelve chars ".repeat(9) + "\n and   more");
        assertThat(lines()).containsExactly("", "  " + "twelve chars ".repeat(7) + "twelve",
                "  chars twelve chars and more");
    }

    @Test
    void text_wordLongerThanThePage_standsAlone() {
        page.text("a " + "b".repeat(120) + " c");
        assertThat(lines()).containsExactly("", "  a", "  " + "b".repeat(120), "  c");
    }

    @Test
    void text_wordLongerThanThePage_isNotPrecededByAnEmptyLine() {
        page.text("b".repeat(120));
        assertThat(lines()).containsExactly("", "  " + "b".repeat(120));
    }

    @Test
    void heading_isBetweenTwoLines() {
        page.chapter(Chapter.MACROS);
        assertThat(lines()).containsExactly("", "═".repeat(100), "The layers of macros", "═".repeat(100));
    }

    @Test
    void result_number_hasThousandsSeparated() {
        page.result("bytes", 2120540);
        page.result("change", -200L);
        assertThat(lines()).containsExactly("", "  → bytes " + ".".repeat(57) + " 2,120,540",
                "  → change " + ".".repeat(56) + " -200");
    }

    @Test
    void result_longName_keepsTwoDots() {
        page.result("x".repeat(70), "y");
        assertThat(lines()).containsExactly("", "  → " + "x".repeat(70) + " .. y");
    }

    @Test
    void result_longValue_standsBelowItsName() {
        page.result("message", "words ".repeat(20));
        assertThat(lines()).containsExactly("", "  → message:", "      " + "words ".repeat(14) + "words",
                "      words words words words words");
    }

    @Test
    void results_areOnePart_untilSomethingElseComes() {
        page.result("a", 1);
        page.result("b", 2);
        page.text("c");
        page.result("d", 3);
        assertThat(lines()).extracting(String::isEmpty).containsExactly(true, false, false, true, false, true, false);
    }

    @Test
    void picture_isIndentedAsItStands() {
        page.picture("a\n  b");
        assertThat(lines()).containsExactly("", "    a", "      b");
    }

    @Test
    void code_hasABarAndNoTrailingSpace() {
        page.code(List.of("if (a)", "", "    b();"));
        assertThat(lines()).containsExactly("", "  │ if (a)", "  │", "  │     b();");
    }

    @Test
    void table_alignsAllButTheFirstColumnToTheRight() {
        page.table(List.of(List.of("name", "n", "m"), List.of("a", "1000", ""), List.of("bcdef", "1", "22")));
        assertThat(lines()).containsExactly("", "  name      n   m", "  a      1000", "  bcdef     1  22");
    }

    @Test
    void example_isToldInItsOrder() {
        page.example(new E99Told());
        assertThat(lines()).containsExactly("", "── E99  A title " + "─".repeat(84), "  In Lua: lmem.c:1", "",
                "  told", "", "  Remember: keep.", "", "  The document errs (X01): it errs.");
    }

    private static final class E99Told implements Example {
        @Override
        public String title() {
            return "A title";
        }

        @Override
        public Chapter chapter() {
            return Chapter.UNIFIED;
        }

        @Override
        public String lookAt() {
            return "lmem.c:1";
        }

        @Override
        public void tell(Page page) {
            page.text("told");
        }

        @Override
        public String remember() {
            return "keep.";
        }

        @Override
        public List<String> errata() {
            return List.of("X01 it errs.");
        }
    }
}
