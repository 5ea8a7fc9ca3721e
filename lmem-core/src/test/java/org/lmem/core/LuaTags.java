package org.lmem.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The `@lua NAME file:line` tags of this module's sources, each with the Java member that carries it.
final class LuaTags {
    /// One tag.
    ///
    /// @param name in C
    /// @param file of Lua 5.1.5
    /// @param line in it, 0 where the tag names the whole file
    /// @param member `Type` or `Type.member`
    record Tag(String name, String file, int line, String member) {
        String place() {
            return line == 0 ? file : file + ":" + line;
        }
    }

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern TAG = Pattern.compile("\\s*/// @lua (\\S+) ([a-z]+\\.[ch])(?::(\\d+))?");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");
    private static final Pattern MEMBER = Pattern.compile("(\\w+)\\s*[(=;]");
    private static final List<String> FILES_FIRST = List.of("lmem.h", "lmem.c");

    private LuaTags() {}

    /// All tags, those of `lmem.h` and `lmem.c` first, in the order of the C sources.
    static List<Tag> all() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(f -> f.toString().endsWith(".java")).flatMap(f -> in(f).stream())
                    .sorted(Comparator.comparingInt(LuaTags::rank).thenComparing(Tag::file)
                            .thenComparingInt(Tag::line))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int rank(Tag tag) {
        int i = FILES_FIRST.indexOf(tag.file());
        return i < 0 ? FILES_FIRST.size() : i;
    }

    private static List<Tag> in(Path file) {
        List<String> lines = readLines(file);
        String type = file.getFileName().toString().replace(".java", "");
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher tag = TAG.matcher(lines.get(i));
            if (tag.matches())
                tags.add(new Tag(tag.group(1), tag.group(2), tag.group(3) == null ? 0 : Integer.parseInt(tag.group(3)),
                        member(type, declarationAfter(lines, i))));
        }
        return tags;
    }

    private static List<String> readLines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String declarationAfter(List<String> lines, int tag) {
        return lines.stream().skip(tag + 1L).map(String::strip)
                .filter(l -> !l.startsWith("///") && !l.startsWith("@")).findFirst().orElseThrow();
    }

    private static String member(String type, String declaration) {
        Matcher declaredType = TYPE.matcher(declaration);
        if (declaredType.find())
            return declaredType.group(1).equals(type) ? type : type + "." + declaredType.group(1);
        Matcher declared = MEMBER.matcher(declaration);
        if (!declared.find())
            throw new IllegalStateException("a tag stands over no declaration: " + declaration);
        return type + "." + declared.group(1);
    }
}
