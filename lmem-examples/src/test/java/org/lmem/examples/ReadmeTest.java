package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.examples.page.Example;
import org.lmem.examples.page.Words;

/// What the project's README shows is what runs.
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path CONSUMER = Path.of("src/it/consumer/src/main/java/consumer/Main.java");

    @Test
    void readme_showsTheProgramThatTheConsumerTestRuns() throws IOException {
        List<String> shown = between(Files.readAllLines(README), "```java", "```");
        List<String> run = between(Files.readAllLines(CONSUMER), "// @start region=\"readme\"", "// @end");
        assertThat(shown).isNotEmpty().isEqualTo(String.join("\n", run).stripIndent().lines().toList());
    }

    @Test
    void readme_linksOnlyToWhatIsThere() throws IOException {
        List<String> targets = Files.readAllLines(README).stream()
                .flatMap(line -> Pattern.compile("]\\(([^)#:]+)\\)").matcher(line).results())
                .map(result -> result.group(1)).toList();
        assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(Path.of("..", target)).exists());
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void readmesOfTheExamples_linkOnlyToWhatIsThere(String readme) throws IOException {
        List<String> targets = Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(Path.of(readme))).results()
                .map(result -> result.group(1)).toList();
        assertThat(targets).hasSizeGreaterThan(51).allSatisfy(target -> assertThat(Path.of(target)).exists());
    }

    @Test
    void chineseReadme_showsTheSameProgram() throws IOException {
        assertThat(between(Files.readAllLines(Path.of("README.zh-CN.md")), "```java", "```"))
                .isEqualTo(between(Files.readAllLines(README), "```java", "```"));
    }

    @ParameterizedTest
    @CsvSource({"README.md, en", "README.zh-CN.md, zh"})
    void tableOfExamples_isTheCatalog(String readme, String language) throws IOException {
        Words words = Words.of(language);
        assertThat(Files.readAllLines(Path.of(readme)).stream().filter(line -> line.matches("\\| \\[[EL]\\d\\d].*"))
                .toList())
                .isEqualTo(Catalog.examples().stream().map(example -> row(example, words, language)).toList());
    }

    private static String row(Example example, Words words, String language) {
        String folder = example.getClass().getPackageName().replaceAll(".*\\.", "");
        return "| [" + example.id() + "](src/main/java/org/lmem/examples/" + folder + "/"
                + example.getClass().getSimpleName() + ".java) | " + words.title(example) + " | "
                + (language.equals("en") ? folder : words.title(example.chapter())) + " |";
    }

    private static List<String> between(List<String> lines, String start, String end) {
        return lines.stream().dropWhile(line -> !line.strip().equals(start)).skip(1)
                .takeWhile(line -> !line.strip().equals(end)).toList();
    }
}
