package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lmem.examples.page.Example;

@DisplayName("The catalogue of examples")
class CatalogTest {
    static Stream<Example> examples() {
        return Catalog.examples().stream();
    }

    @Test
    @DisplayName("has E01 to E44, then L01 to L07, in this order")
    void ids_areInOrder() {
        assertThat(examples().map(Example::id)).containsExactlyElementsOf(
                Stream.concat(IntStream.rangeClosed(1, 44).mapToObj(i -> "E%02d".formatted(i)),
                        IntStream.rangeClosed(1, 7).mapToObj(i -> "L%02d".formatted(i))).toList());
    }

    @ParameterizedTest
    @MethodSource("examples")
    @DisplayName("has each example in the package of its chapter")
    void examples_areInTheirChapter(Example example) {
        assertThat(example.getClass().getPackageName())
                .isEqualTo("org.lmem.examples." + example.chapter().name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("examples")
    @DisplayName("says of each where to look in Lua's source, and what to keep")
    void examples_sayWhereToLook(Example example) {
        assertThat(example.lookAt()).containsPattern("\\bl\\w+\\.[ch]:\\d+");
        assertThat(example.remember()).endsWith(".");
        assertThat(example.title()).isNotBlank().doesNotEndWith(".");
    }

    @ParameterizedTest
    @MethodSource("examples")
    @DisplayName("names errata by their ids")
    void errata_haveIds(Example example) {
        assertThat(example.errata()).allMatch(e -> e.matches("X[0-6]\\d .+[^ ]"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    @DisplayName("shows code of each that fits on the page")
    void code_fitsOnThePage(Example example) {
        assertThat(example.code()).isNotEmpty().allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120)
                .doesNotContain("// @"));
    }
}
