package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.lmem.examples.page.Example;

/// Every example, and every error of the document that a program can show, is named by a test of one of the modules.
class NamedTestsTest {
    private static final List<String> MODULES = List.of("lmem-core", "lmem-allocators", "lmem-gc", "lmem-examples");
    private static final int ERRATA = 67;
    private static final Pattern NAME = Pattern.compile("@DisplayName\\(\\s*\"([^\"]*)");
    private static final Pattern ID = Pattern.compile("\\b([EXL]\\d\\d)\\b");

    /// What no Java program can show, and why.
    private static final Map<String, String> NOT_EXECUTABLE = Map.of(
            "X24", "C that does not compile",
            "X62", "C that is no C++",
            "X65", "how C builds throw",
            "X66", "two sections with the same title",
            "X67", "a summary that repeats X01, X16, X20, X21 and X25");

    private static Set<String> named() throws IOException {
        Set<String> ids = new TreeSet<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> ids.addAll(namedIn(file)));
            }
        }
        return ids;
    }

    private static List<String> namedIn(Path file) {
        try {
            return NAME.matcher(Files.readString(file)).results()
                    .flatMap(name -> ID.matcher(name.group(1)).results()).map(id -> id.group(1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("each example has a test that is named by its id")
    void examples_haveTests() throws IOException {
        assertThat(named()).containsAll(Catalog.examples().stream().map(Example::id).toList());
    }

    @Test
    @DisplayName("each erratum has a test that is named by its id, or stands among those that cannot be executed")
    void errata_haveTests_orAReason() throws IOException {
        Set<String> tested = named();
        assertThat(IntStream.rangeClosed(1, ERRATA).mapToObj(i -> "X%02d".formatted(i))
                .filter(id -> tested.contains(id) == NOT_EXECUTABLE.containsKey(id)))
                .as("neither tested nor excepted, or both").isEmpty();
    }
}
