package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

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
                .flatMap(line -> java.util.regex.Pattern.compile("]\\(([^)#:]+)\\)").matcher(line).results())
                .map(result -> result.group(1)).toList();
        assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(Path.of("..", target)).exists());
    }

    private static List<String> between(List<String> lines, String start, String end) {
        return lines.stream().dropWhile(line -> !line.strip().equals(start)).skip(1)
                .takeWhile(line -> !line.strip().equals(end)).toList();
    }
}
