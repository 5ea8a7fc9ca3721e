package org.lmem.examples.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleTest {
    /// An example as far as its code matters.
    private static class E98Sourceless implements Example {
        @Override
        public String title() {
            return "";
        }

        @Override
        public Chapter chapter() {
            return Chapter.UNIFIED;
        }

        @Override
        public String lookAt() {
            return "";
        }

        @Override
        public void tell(Page page) {}

        @Override
        public String remember() {
            return "";
        }
    }

    @Test
    void id_isTheBeginningOfTheClassName() {
        assertThat(new E98Sourceless().id()).isEqualTo("E98");
    }

    @Test
    void errata_areNoneUnlessSaid() {
        assertThat(new E98Sourceless().errata()).isEmpty();
    }

    @Test
    void code_withoutSource_fails() {
        assertThatThrownBy(() -> new E98Sourceless().code()).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the example's source is not at hand: file=E98Sourceless.java");
    }

    @Test
    void region_losesItsCommonIndentation_andEmptyLinesAtItsEnd() {
        assertThat(Example.region("""
                class A {
                    // @start region="code"
                    if (a) {
                        b();
                    }

                    // @end
                    c();
                }
                """, "A.java")).containsExactly("if (a) {", "    b();", "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a();", "// @start region=\"other\"\na();\n// @end",
            "// @start region=\"code\"\n// @end"})
    void region_missingOrEmpty_fails(String source) {
        assertThatThrownBy(() -> Example.region(source, "A.java")).isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the example's source has no region: file=A.java, region=code");
    }

    @Test
    void region_withoutEnd_fails() {
        assertThatThrownBy(() -> Example.region("// @start region=\"code\"\na();", "A.java"))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the example's region has no end: file=A.java, region=code");
    }
}
