package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmem.allocators.PoolAllocator;

/// What the module's README shows is what runs, and what it links to is there.
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path HERE = Path.of("src/test/java/org/lmem/gc/ReadmeTest.java");

    @TempDir
    private Path folder;

    @Test
    void program_runs() throws IOException {
        String text = new String(program(folder.resolve("lua.heapsnapshot")), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(text).startsWith("{\"snapshot\":{\"meta\":");
    }

    private static byte[] program(Path file) throws IOException {
        // @start region="readme"
        try (PoolAllocator pool = new PoolAllocator(); LuaState lua = LuaState.newState(pool)) { // 3,627 bytes
            lua.newTable();
            for (int i = 1; i <= 1000; i++) {
                lua.pushInteger(i);
                lua.rawSetI(-2, i); // slots: 1, 2, 4, 8, … 1024
            }
            lua.setField(LuaStack.GLOBALSINDEX, "numbers");
            lua.gc(GCOption.COLLECT, 0);
            System.out.println(lua.collector().totalBytes() + " bytes, next step at " + lua.collector().threshold());
            lua.collector().snapshot().writeHeapSnapshot(file); // Chrome's tools open it
        }
        // @end
        return Files.readAllBytes(file);
    }

    @Test
    void readme_showsTheProgram() throws IOException {
        assertThat(between(Files.readAllLines(README), "```java", "```")).isNotEmpty()
                .isEqualTo(
                        String.join("\n", between(Files.readAllLines(HERE), "// @start region=\"readme\"", "// @end"))
                                .stripIndent().lines().toList());
    }

    @Test
    void readme_linksOnlyToWhatIsThere() throws IOException {
        List<String> targets = Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(README)).results()
                .map(result -> result.group(1)).toList();
        assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(Path.of(target)).exists());
    }

    private static List<String> between(List<String> lines, String start, String end) {
        return lines.stream().dropWhile(line -> !line.strip().equals(start)).skip(1)
                .takeWhile(line -> !line.strip().equals(end)).toList();
    }
}
