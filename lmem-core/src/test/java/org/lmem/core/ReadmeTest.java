package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What this module's README shows is what runs.
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path HERE = Path.of("src/test/java/org/lmem/core/ReadmeTest.java");

    @Test
    void example_runsAndFreesEverything() {
        // @start region="readme"
        long allInUse;
        try (LuaMemory memory = new LuaMemory(SystemAlloc.INSTANCE)) {
            MemorySegment pair = memory.newVector(2, ValueLayout.JAVA_LONG); // luaM_newvector: 16 bytes
            pair.setAtIndex(ValueLayout.JAVA_LONG, 0, 42); // checked, and dead after its free
            long raw = memory.malloc(100); // luaM_malloc: an address; the caller keeps its size
            try (LuaVector v = LuaVector.of(memory, ValueLayout.JAVA_INT); LuaArena arena = memory.openArena()) {
                v.addInt(7); // luaM_growvector: room for 4, 8, 16 …
                arena.allocateFrom("print"); // a java.lang.foreign.Arena: freed at the end of the try
                allInUse = memory.totalBytes(); // 16 + 100 + 4 * 4 + 6 = 138
            }
            memory.freeMem(raw, 100);
            memory.free(pair);
        } // with a byte still in use, closing would throw
          // @end
        assertThat(allInUse).isEqualTo(138);
    }

    @Test
    void readme_showsTheExample() throws IOException {
        List<String> shown = between(Files.readAllLines(README), "```java", "```");
        List<String> run = between(Files.readAllLines(HERE), "// @start region=\"readme\"", "// @end");
        assertThat(shown).isNotEmpty().isEqualTo(String.join("\n", run).stripIndent().lines().toList());
    }

    @Test
    void readme_linksOnlyToWhatIsThere() throws IOException {
        assertThat(Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(README)).results().map(r -> r.group(1)))
                .isNotEmpty().allSatisfy(target -> assertThat(Path.of(target)).exists());
    }

    private static List<String> between(List<String> lines, String start, String end) {
        return lines.stream().dropWhile(line -> !line.strip().equals(start)).skip(1)
                .takeWhile(line -> !line.strip().equals(end)).toList();
    }
}
