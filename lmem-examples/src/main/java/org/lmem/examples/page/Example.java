package org.lmem.examples.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One example of the document, in our own words: it explains, runs, shows what came out, and says what to keep.
public interface Example {
    /// The id in the catalogue.
    ///
    /// @return `E01` to `E44`, or `L01` to `L07` for a link; the beginning of the class's name
    default String id() {
        return getClass().getSimpleName().substring(0, 3);
    }

    /// What it shows, as a heading.
    ///
    /// @return a few words
    String title();

    /// The part of the document that it stands in.
    ///
    /// @return the chapter
    Chapter chapter();

    /// What to open in Lua's source while reading.
    ///
    /// @return names and places, for example `luaM_realloc_ lmem.c:76`
    String lookAt();

    /// Explains and runs the example; every number printed has just been measured.
    ///
    /// @param page where it is told
    void tell(Page page);

    /// What to keep.
    ///
    /// @return one or two sentences
    String remember();

    /// Where the document errs about it.
    ///
    /// @return each with its id first, `X01 …`; may be empty
    default List<String> errata() {
        return List.of();
    }

    /// The code that runs: the lines between `@start region="code"` and `@end` in the example's own source.
    ///
    /// @return lines without their common indentation
    /// @throws IllegalStateException where the source has no such region
    default List<String> code() {
        String file = getClass().getSimpleName() + ".java";
        try (InputStream in = getClass().getResourceAsStream(file)) {
            if (in == null)
                throw new IllegalStateException("the example's source is not at hand: file=" + file);
            return region(new String(in.readAllBytes(), StandardCharsets.UTF_8), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The region `code` of a source.
    ///
    /// @param source of an example
    /// @param file its name
    /// @return lines without their common indentation, and without empty ones at the end
    /// @throws IllegalStateException where there is no such region, or no end of it
    static List<String> region(String source, String file) {
        List<String> rest = source.lines().dropWhile(l -> !l.strip().equals("// @start region=\"code\"")).skip(1)
                .toList();
        List<String> lines = rest.stream().takeWhile(l -> !l.strip().equals("// @end")).toList();
        if (lines.isEmpty())
            throw new IllegalStateException("the example's source has no region: file=" + file + ", region=code");
        if (lines.size() == rest.size())
            throw new IllegalStateException("the example's region has no end: file=" + file + ", region=code");
        return String.join("\n", lines).stripTrailing().stripIndent().lines().toList();
    }
}
